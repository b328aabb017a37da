import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../protocol/errors.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type PartitionName } from '../../trace.ts';
import { type ExponentialBackoff } from '../exponential-backoff.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { type AnswerVerdict, type CallException, type SendRequest } from './admin-call.ts';
import { type AdminClient } from './admin-client.ts';
import { type CallEnded } from './operation-call.ts';

/** What the deletions of one client share. */
export interface DeletionParts {
  readonly client: AdminClient;
  readonly backoff: ExponentialBackoff;
  /** The leaders that were found last: the next deletion asks them at once. */
  readonly leaders: Map<PartitionName, number>;
  /** `default.api.timeout.ms`. */
  readonly timeoutMs: number;
}

/** What is asked of one broker, over all attempts. */
interface BrokerProgress {
  tries: number;
  nextTryAtMs: number;
}

/**
 * Deletes the records of a partition before an offset: finds the leader, asks it, and looks for it again
 * if it is another one (`DeleteRecordsHandler`, `PartitionLeaderStrategy`, `AdminApiDriver`).
 */
export class RecordDeletion {
  readonly #parts: DeletionParts;
  readonly #partition: TopicPartition;
  readonly #beforeOffset: Offset;
  readonly #ended: CallEnded;
  readonly #deadlineMs: number;
  readonly #progress = new Map<number, BrokerProgress>();
  #lookups = 0;

  /** `beforeOffset`: -1 for the high watermark. */
  constructor(
    parts: DeletionParts,
    partition: TopicPartition,
    beforeOffset: Offset,
    ended: CallEnded,
  ) {
    this.#parts = parts;
    this.#partition = partition;
    this.#beforeOffset = beforeOffset;
    this.#ended = ended;
    this.#deadlineMs = parts.client.deadline();
  }

  start(): void {
    const leader = this.#parts.leaders.get(this.#partition.name);
    if (leader === undefined) this.#lookUp();
    else this.#delete(leader);
  }

  /** Not after a pause: Kafka asks again as fast as it is answered. */
  #lookUp(): void {
    const tries = this.#lookups;
    this.#lookups += 1;
    const call = {
      target: { kind: 'leastLoaded' as const },
      send: (send: SendRequest): void => {
        send(Api.metadata, {
          topics: [{ topicId: zeroUuid, name: this.#partition.topic }],
          allowAutoTopicCreation: false,
          includeClusterAuthorizedOperations: false,
          includeTopicAuthorizedOperations: false,
        });
      },
      answered: (response: Response): AnswerVerdict => {
        this.#foundLeader(response);
        return 'done';
      },
      failed: (exception: CallException): void => {
        this.#ended(exception);
      },
      takesDisconnect: (): boolean => {
        this.#lookUp();
        return true;
      },
    };
    this.#parts.client.call(call, { tries, deadlineMs: this.#deadlineMs });
  }

  #foundLeader(response: Response): void {
    const { topic, partition, name } = this.#partition;
    const { leaders } = this.#parts;
    const answer =
      response.apiKey === Api.metadata
        ? response.body.topics.find((one) => one.name === topic)
        : undefined;
    const known = answer?.partitions.find(({ partitionIndex }) => partitionIndex === partition);
    const topicError = answer?.errorCode ?? 'NONE';
    const error = topicError === 'NONE' ? (known?.errorCode ?? 'NONE') : topicError;
    if (error !== 'NONE' && !mayPass.has(error)) {
      leaders.delete(name);
      this.#ended(errorProperties(error).exception);
    } else if (error !== 'NONE' || known === undefined || known.leaderId < 0) {
      this.#lookUp();
    } else {
      leaders.set(name, known.leaderId);
      this.#delete(known.leaderId);
    }
  }

  #delete(brokerId: number): void {
    const { topic, partition } = this.#partition;
    const { client, timeoutMs } = this.#parts;
    const progress = this.#progressAt(brokerId);
    const { tries, nextTryAtMs } = progress;
    progress.tries += 1;
    const lookUpAgain = (nowMs: number): boolean => {
      this.#backOff(brokerId, nowMs);
      this.#lookUp();
      return true;
    };
    const call = {
      target: { kind: 'broker' as const, brokerId },
      send: (send: SendRequest): void => {
        const partitions = [{ partitionIndex: partition, offset: this.#beforeOffset }];
        send(Api.deleteRecords, { topics: [{ name: topic, partitions }], timeoutMs });
      },
      answered: (response: Response, nowMs: number): AnswerVerdict => {
        this.#backOff(brokerId, nowMs);
        this.#deleted(brokerId, errorOf(response));
        return 'done';
      },
      failed: (exception: CallException): void => {
        this.#ended(exception);
      },
      takesDisconnect: lookUpAgain,
      takesUnknownBroker: lookUpAgain,
    };
    client.call(call, { tries, nextTryAtMs, deadlineMs: this.#deadlineMs });
  }

  #deleted(brokerId: number, error: ErrorName): void {
    const { retriable, refreshesMetadata, exception } = errorProperties(error);
    if (error === 'NONE') this.#ended(undefined);
    else if (refreshesMetadata) this.#lookUp();
    else if (retriable) this.#delete(brokerId);
    else this.#ended(exception);
  }

  #backOff(brokerId: number, nowMs: number): void {
    const progress = this.#progressAt(brokerId);
    const attempts = Math.max(progress.tries - 1, 0);
    progress.nextTryAtMs = nowMs + this.#parts.backoff.next(attempts);
  }

  #progressAt(brokerId: number): BrokerProgress {
    let progress = this.#progress.get(brokerId);
    if (progress === undefined) {
      progress = { tries: 0, nextTryAtMs: 0 };
      this.#progress.set(brokerId, progress);
    }
    return progress;
  }
}

/** Errors of a topic or partition in metadata that a later answer may not have. */
const mayPass: ReadonlySet<ErrorName> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'BROKER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REPLICA_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
]);

function errorOf(response: Response): ErrorName {
  if (response.apiKey !== Api.deleteRecords) return 'UNKNOWN_SERVER_ERROR';
  return response.body.topics[0]?.partitions[0]?.errorCode ?? 'UNKNOWN_SERVER_ERROR';
}
