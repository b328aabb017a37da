import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type FactOf, type PartitionName } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { pollWhile, rest, type Waits } from '../waits.ts';
import { committedRequest, readCommitted } from './committed-offsets.ts';
import { type Generation, isSameGeneration } from './generation.ts';
import { failureOf, type Outcome } from './group-coordinator.ts';
import { type GroupOffset } from './group-offset.ts';
import { type GroupParts } from './group-parts.ts';
import { type PendingOutcome } from './pending-outcome.ts';

/** The last version that names topics, as a consumer of the classic protocol does. */
const topicNameVersion = 9;

/** A question about these partitions that is under way; polls that end too early leave it to the next. */
interface OpenQuestion {
  readonly partitions: readonly PartitionName[];
  /** Undefined: of no stable one. */
  readonly generation: Generation | undefined;
  readonly reply: PendingOutcome<Outcome<readonly GroupOffset[]>>;
}

/** When a question was sent, and to whom. */
type Asked = Pick<FactOf<'committedOffsetsReceived'>, 'from' | 'askedAt'>;

/** What the group has committed: where a consumer begins, and what it may ask (`ConsumerCoordinator`). */
export class CommittedPositions {
  readonly #parts: GroupParts;
  #open: OpenQuestion | undefined = undefined;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  /**
   * Moves to the committed offsets. Where nothing was committed there is no position afterwards.
   * @returns Whether all answers have come; false: not in time.
   */
  *initialize(timer: CallTimer): Waits<boolean | ConsumerException> {
    const partitions = this.#parts.subscriptions.initializing();
    if (partitions.length === 0) return true;
    const outcome = yield* this.fetch(partitions, timer);
    if (outcome === undefined) return false;
    if ('name' in outcome) return outcome;
    for (const committed of outcome) this.#moveTo(committed);
    return true;
  }

  /** One for each of the partitions. @returns Undefined: not in time. */
  *fetch(
    partitions: readonly TopicPartition[],
    timer: CallTimer,
  ): Waits<readonly GroupOffset[] | ConsumerException | undefined> {
    const { coordinator, backoff, membership } = this.#parts;
    const names = namesOf(partitions);
    const generation = membership.stableGeneration;
    if (this.#open !== undefined && !isSame(this.#open, names, generation)) this.#open = undefined;
    let attempts = 0;
    do {
      const isReady = yield* coordinator.ensureReady(timer);
      if (isReady === false) return undefined;
      if (isReady !== true) return isReady;
      this.#open ??= { partitions: names, generation, reply: this.#ask(partitions) };
      const { reply } = this.#open;
      yield* pollWhile(reply, timer);
      const { outcome } = reply;
      if (outcome === undefined) return undefined;
      this.#open = undefined;
      if (outcome !== 'retry') return outcome;
      yield* rest(backoff.next(attempts++), timer);
    } while (!timer.isExpired);
    return undefined;
  }

  #ask(partitions: readonly TopicPartition[]): PendingOutcome<Outcome<readonly GroupOffset[]>> {
    const { coordinator, membership, context } = this.#parts;
    const asked = { from: coordinator.brokerId, askedAt: context.monotonic() };
    const request = committedRequest(membership.groupId, partitions);
    const judge = (response: Response | undefined): Outcome<readonly GroupOffset[]> =>
      this.#replied(response, asked);
    return coordinator.ask(Api.offsetFetch, request, judge, { maxVersion: topicNameVersion });
  }

  #replied(response: Response | undefined, asked: Asked): Outcome<readonly GroupOffset[]> {
    if (response?.apiKey !== Api.offsetFetch) return 'retry';
    const error = response.body.groups[0]?.errorCode ?? 'NONE';
    if (error !== 'NONE') return this.#failed(error);
    const committed = readCommitted(response.body);
    if (committed !== 'retry' && !('name' in committed)) this.#tell(committed, asked);
    return committed;
  }

  #tell(committed: readonly GroupOffset[], asked: Asked): void {
    const { context, membership } = this.#parts;
    context.record({
      kind: 'committedOffsetsReceived',
      groupId: membership.groupId,
      offsets: committed.map(({ partition, offset }) => ({ partition: partition.name, offset })),
      topicIds: committed.map(() => null),
      requireStable: true,
      ...asked,
    });
  }

  #failed(error: ErrorName): 'retry' | ConsumerException {
    if (error === 'COORDINATOR_NOT_AVAILABLE' || error === 'NOT_COORDINATOR') {
      this.#parts.coordinator.refused();
    }
    const failure = failureOf(error);
    if (failure === 'retry' || error === 'GROUP_AUTHORIZATION_FAILED') return failure;
    return { name: 'KafkaException', partitions: [] };
  }

  #moveTo({ partition, offset, leaderEpoch }: GroupOffset): void {
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

/** Whether the question that is under way is this one, and its answer of use. */
function isSame(
  open: OpenQuestion,
  names: readonly PartitionName[],
  generation: Generation | undefined,
): boolean {
  if (open.generation === undefined || generation === undefined) {
    if (open.generation !== generation) return false;
  } else if (!isSameGeneration(open.generation, generation)) return false;
  const { partitions } = open;
  return partitions.length === names.length && partitions.every((name, i) => name === names[i]);
}
