import { Api, type Response } from '../../protocol/api.ts';
import { errorProperties } from '../../protocol/errors.ts';
import { type MetadataResponse } from '../../protocol/messages/metadata-response.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type TopicView } from '../metadata-snapshot.ts';
import { sleepFor } from '../poll-loop.ts';
import { type TopicPartition, topicPartition } from '../topic-partition.ts';
import { type BlockingCall, callEnded, CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerParts } from './consumer-parts.ts';

export interface PartitionsOutcome {
  /** In the order of their numbers; none if there is no such topic. */
  readonly partitions: readonly TopicPartition[];
  readonly exception: ConsumerException | undefined;
}

/** The partitions of a topic as the metadata have it, in the order of their numbers. */
export function partitionsOf({ name, byNumber }: TopicView): readonly TopicPartition[] {
  const numbers = [...byNumber.keys()].sort((one, other) => one - other);
  return numbers.map((number) => topicPartition(name, number));
}

/** `partitionsFor` a topic that the consumer knows nothing of (`TopicMetadataFetcher`). */
export class PartitionsCall implements BlockingCall {
  readonly #parts: ConsumerParts;
  readonly #topic: string;
  readonly #ended: (outcome: PartitionsOutcome) => void;
  readonly #timer: CallTimer;
  #state: 'resting' | 'asking' | 'answered' = 'resting';
  #attempts = 0;
  #answer: MetadataResponse | undefined = undefined;
  #outcome: PartitionsOutcome = { partitions: [], exception: undefined };

  constructor(parts: ConsumerParts, topic: string, ended: (outcome: PartitionsOutcome) => void) {
    this.#parts = parts;
    this.#topic = topic;
    this.#ended = ended;
    this.#timer = new CallTimer(parts.config.defaultApiTimeoutMs, parts.context.wallClockMs());
  }

  get mayWait(): boolean {
    return this.#state === 'asking';
  }

  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    this.#timer.update(nowMs);
    if (thrown !== undefined) return this.#throw(thrown.name);
    if (this.#state === 'answered') {
      const answer = this.#answer;
      if (answer !== undefined && this.#isDecided(answer)) return callEnded;
      this.#state = 'resting';
      return sleepFor(this.#backOff());
    }
    if (this.#timer.isExpired) return this.#throw('TimeoutException');
    if (this.#state === 'resting') this.#ask();
    return this.#timer.remainingMs;
  }

  deliver(): void {
    this.#ended(this.#outcome);
  }

  #ask(): void {
    const { network, config } = this.#parts;
    const node = network.leastLoadedNode();
    this.#answer = undefined;
    // No node can be asked now: as if the request had failed.
    this.#state = node === undefined ? 'answered' : 'asking';
    if (node === undefined) return;
    const request = {
      topics: [{ topicId: zeroUuid, name: this.#topic }],
      allowAutoTopicCreation: config.allowAutoCreateTopics,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    };
    network.send(node, Api.metadata, request, {
      answered: (response: Response) => {
        if (response.apiKey === Api.metadata) this.#answer = response.body;
        this.#state = 'answered';
      },
      failed: () => {
        this.#state = 'answered';
      },
    });
  }

  #isDecided({ topics }: MetadataResponse): boolean {
    const topic = topics.find(({ name }) => name === this.#topic);
    const error = topic?.errorCode ?? 'UNKNOWN_TOPIC_OR_PARTITION';
    if (topic !== undefined && error === 'NONE') {
      const numbers = topic.partitions.map(({ partitionIndex }) => partitionIndex);
      const partitions = numbers
        .toSorted((one, other) => one - other)
        .map((number) => topicPartition(this.#topic, number));
      this.#outcome = { partitions, exception: undefined };
      return true;
    }
    if (error === 'UNKNOWN_TOPIC_OR_PARTITION') return true;
    const { retriable, exception } = errorProperties(error);
    if (retriable) return false;
    const isTold = error === 'INVALID_TOPIC_EXCEPTION' || error === 'TOPIC_AUTHORIZATION_FAILED';
    this.#throw(isTold ? exception : 'KafkaException');
    return true;
  }

  /** No longer than the call may last. */
  #backOff(): number {
    const backoffMs = this.#parts.backoff.next(this.#attempts);
    this.#attempts += 1;
    return Math.min(backoffMs, this.#timer.remainingMs);
  }

  #throw(name: string): typeof callEnded {
    this.#outcome = { partitions: [], exception: { name, partitions: [] } };
    return callEnded;
  }
}
