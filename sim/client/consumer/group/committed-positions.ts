import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type PartitionName } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type ConsumerParts } from '../consumer-parts.ts';
import { awaitMetadata, pollWhile, rest, type Waits } from '../waits.ts';
import { type CommittedOffset, committedRequest, readCommitted } from './committed-offsets.ts';
import { failureOf, GroupCoordinator, type Outcome } from './group-coordinator.ts';
import { PendingOutcome } from './pending-outcome.ts';

/** The last version that names topics, as a consumer of the classic protocol does. */
const topicNameVersion = 9;

/** A question about these partitions that is under way; polls that end too early leave it to the next. */
interface OpenQuestion {
  readonly partitions: readonly PartitionName[];
  readonly reply: PendingOutcome<Outcome<readonly CommittedOffset[]>>;
}

/**
 * What a group means to a consumer that assigns its partitions itself: where they have no position yet,
 * the group's committed offsets are where it begins (`ConsumerCoordinator`).
 */
export class CommittedPositions {
  readonly #parts: ConsumerParts;
  readonly #groupId: string;
  readonly #coordinator: GroupCoordinator;
  #open: OpenQuestion | undefined = undefined;

  constructor(parts: ConsumerParts, groupId: string) {
    this.#parts = parts;
    this.#groupId = groupId;
    this.#coordinator = new GroupCoordinator(parts, groupId);
  }

  /** What each turn of a poll begins with (`ConsumerCoordinator.poll`). @returns What is to be thrown. */
  *beginTurn(timer: CallTimer): Waits<ConsumerException | undefined> {
    const { network, metadata } = this.#parts;
    if (metadata.isUpdateRequested && !network.hasReadyNodes) {
      yield* awaitMetadata(metadata, timer);
    }
    return network.pollNoWakeup();
  }

  /**
   * Moves to the committed offsets. Where nothing was committed there is no position afterwards.
   * @returns Whether all answers have come; false: not in time.
   */
  *initialize(timer: CallTimer): Waits<boolean | ConsumerException> {
    const partitions = this.#parts.subscriptions.initializing();
    if (partitions.length === 0) return true;
    if (this.#open !== undefined && !isSameList(this.#open.partitions, namesOf(partitions))) {
      this.#open = undefined;
    }
    let attempts = 0;
    do {
      const isReady = yield* this.#coordinator.ensureReady(timer);
      if (isReady !== true) return isReady;
      const outcome = yield* this.#fetch(partitions, timer);
      if (outcome === undefined) return false;
      if (outcome === 'retry') yield* rest(this.#parts.backoff.next(attempts++), timer);
      else if ('name' in outcome) return outcome;
      else {
        for (const committed of outcome) this.#moveTo(committed);
        return true;
      }
    } while (!timer.isExpired);
    return false;
  }

  /** @returns Undefined: not in time. */
  *#fetch(
    partitions: readonly TopicPartition[],
    timer: CallTimer,
  ): Waits<Outcome<readonly CommittedOffset[]> | undefined> {
    this.#open ??= { partitions: namesOf(partitions), reply: this.#ask(partitions) };
    const { reply } = this.#open;
    yield* pollWhile(reply, timer);
    if (reply.outcome !== undefined) this.#open = undefined;
    return reply.outcome;
  }

  #ask(partitions: readonly TopicPartition[]): PendingOutcome<Outcome<readonly CommittedOffset[]>> {
    const { network } = this.#parts;
    const reply = new PendingOutcome((response) => this.#replied(response));
    const node = this.#coordinator.known();
    if (node === undefined) reply.failed();
    else {
      const request = committedRequest(this.#groupId, partitions);
      network.send(node, Api.offsetFetch, request, reply, { maxVersion: topicNameVersion });
    }
    return reply;
  }

  #replied(response: Response | undefined): Outcome<readonly CommittedOffset[]> {
    if (response?.apiKey !== Api.offsetFetch) {
      this.#coordinator.lost();
      return 'retry';
    }
    const error = response.body.groups[0]?.errorCode ?? 'NONE';
    return error === 'NONE' ? readCommitted(response.body) : this.#failed(error);
  }

  #failed(error: ErrorName): 'retry' | ConsumerException {
    if (error === 'COORDINATOR_NOT_AVAILABLE' || error === 'NOT_COORDINATOR') {
      this.#coordinator.refused();
    }
    const failure = failureOf(error);
    if (failure === 'retry' || error === 'GROUP_AUTHORIZATION_FAILED') return failure;
    return { name: 'KafkaException', partitions: [] };
  }

  #moveTo({ partition, offset, leaderEpoch }: CommittedOffset): void {
    if (offset < 0) return;
    const { metadata, subscriptions } = this.#parts;
    const { topic, partition: number } = partition;
    if (leaderEpoch >= 0) metadata.updateLastSeenEpochIfNewer(topic, number, leaderEpoch);
    const currentLeader = metadata.currentLeader(topic, number);
    subscriptions.takeCommitted(partition, { offset, offsetEpoch: leaderEpoch, currentLeader });
  }
}

function namesOf(partitions: readonly TopicPartition[]): readonly PartitionName[] {
  return partitions.map(({ name }) => name);
}

function isSameList(names: readonly string[], others: readonly string[]): boolean {
  return names.length === others.length && names.every((name, index) => name === others[index]);
}
