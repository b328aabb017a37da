import { type Fact, type FactOf, type PartitionName } from '../../trace.ts';
import {
  type CommitCompleted,
  type CommittedOutcome,
  type ConsumerClient,
} from '../consumer/consumer-client.ts';
import { type ConsumerException } from '../consumer/consumer-exception.ts';
import { type Collected, type PolledPartition } from '../consumer/fetch-collector.ts';
import { type GroupMetadata, type GroupOffset } from '../consumer/group/group-offset.ts';
import { noEpoch } from '../consumer/fetch-position.ts';
import { type FoundOffset } from '../consumer/list-offsets.ts';
import { type LookupOutcome } from '../consumer/offset-lookup-call.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { ClientException, outcomeOf, type Steps } from './steps.ts';

/** The calls of a consumer as a thread makes them: it waits for them, and they throw. */
export class ConsumerCalls {
  readonly #consumer: ConsumerClient;
  readonly #record: (fact: Fact) => void;

  constructor(consumer: ConsumerClient, record: (fact: Fact) => void) {
    this.#consumer = consumer;
    this.#record = record;
  }

  /** Undefined without `group.id`. */
  get group(): GroupMetadata | undefined {
    return this.#consumer.groupMetadata;
  }

  get assigned(): readonly TopicPartition[] {
    return [...this.#consumer.subscriptions.partitions()];
  }

  /** The positions of the partitions that have one: what a commit without offsets commits. */
  get positions(): readonly GroupOffset[] {
    const positions: GroupOffset[] = [];
    for (const partition of this.#consumer.subscriptions.partitions()) {
      if (partition.position === null) continue;
      const { offset, offsetEpoch: leaderEpoch } = partition.position;
      positions.push({ partition, offset, leaderEpoch });
    }
    return positions;
  }

  assign(partitions: readonly TopicPartition[]): void {
    raise(this.#consumer.assign(partitions));
  }

  *unsubscribe(): Steps<void> {
    const exception = yield* outcomeOf<ConsumerException | undefined>((ended) => {
      this.#consumer.unsubscribe(ended);
    });
    raise(exception);
  }

  *poll(timeoutMs: number): Steps<readonly PolledPartition[]> {
    const { partitions, exception } = yield* outcomeOf<Collected>((ended) => {
      this.#consumer.poll(timeoutMs, ended);
    });
    raise(exception);
    return partitions;
  }

  /** Without offsets it commits the positions: what was polled last is consumed. */
  *commitSync(offsets?: readonly GroupOffset[]): Steps<void> {
    const exception = yield* outcomeOf<ConsumerException | undefined>((ended) => {
      this.#consumer.commitSync(ended, offsets === undefined ? {} : { offsets });
    });
    raise(exception);
  }

  /**
   * Commits the offsets, or else the positions, and does not wait. `completed` hears during a later call
   * how it went (`OffsetCommitCallback`).
   */
  commitAsync(completed: CommitCompleted = ignored, offsets?: readonly GroupOffset[]): void {
    raise(this.#consumer.commitAsync(completed, offsets === undefined ? {} : { offsets }));
  }

  *committed(partitions: readonly TopicPartition[]): Steps<readonly GroupOffset[]> {
    const { offsets, exception } = yield* outcomeOf<CommittedOutcome>((ended) => {
      this.#consumer.committed(partitions, ended);
    });
    raise(exception);
    return offsets;
  }

  *endOffsets(partitions: readonly TopicPartition[]): Steps<FoundOffsets> {
    return yield* offsetsOf((ended) => {
      this.#consumer.endOffsets(partitions, ended);
    });
  }

  *beginningOffsets(partitions: readonly TopicPartition[]): Steps<FoundOffsets> {
    return yield* offsetsOf((ended) => {
      this.#consumer.beginningOffsets(partitions, ended);
    });
  }

  /**
   * For each partition its first record that is not older than `timestampMs`, in ms since 1970; those that
   * have none are left out.
   */
  *offsetsForTimes(
    partitions: readonly TopicPartition[],
    timestampMs: number,
  ): Steps<FoundOffsets> {
    if (timestampMs < 0) throw new ClientException('IllegalArgumentException');
    return yield* offsetsOf((ended) => {
      this.#consumer.offsetsForTimes(partitions, timestampMs, ended);
    });
  }

  /** The next poll joins the group again; with the new protocol nothing happens. */
  enforceRebalance(reason: string): void {
    this.#consumer.enforceRebalance(reason);
  }

  // What is about assigned partitions, and throws for others.

  /** `leaderEpoch`: that of the record before, if it is known, so that the position is validated. */
  seek(partition: TopicPartition, offset: number, leaderEpoch = noEpoch): void {
    if (offset < 0) throw new ClientException('IllegalArgumentException');
    const call = { call: 'seek', offset } as const;
    this.#direct(call, [partition], () => {
      this.#consumer.seek(partition, offset, leaderEpoch);
    });
  }

  seekToBeginning(...partitions: readonly TopicPartition[]): void {
    this.#direct({ call: 'seekToBeginning' }, partitions, (assigned) => {
      for (const partition of assigned) this.#consumer.seekToBeginning(partition);
    });
  }

  seekToEnd(...partitions: readonly TopicPartition[]): void {
    this.#direct({ call: 'seekToEnd' }, partitions, (assigned) => {
      for (const partition of assigned) this.#consumer.seekToEnd(partition);
    });
  }

  /** From now on polls return nothing of these partitions; a rebalance that takes them away forgets it. */
  pause(partitions: readonly TopicPartition[]): void {
    this.#direct({ call: 'pause' }, partitions, (assigned) => {
      this.#consumer.pause(assigned);
    });
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#direct({ call: 'resume' }, partitions, (assigned) => {
      this.#consumer.resume(assigned);
    });
  }

  /** Goes back to what the group has committed. */
  *rewind(): Steps<void> {
    for (const { partition, offset, leaderEpoch } of yield* this.committed(this.assigned)) {
      if (offset < 0) this.#consumer.seekToBeginning(partition);
      else this.#consumer.seek(partition, offset, leaderEpoch);
    }
  }

  /** Does it for all partitions, or for those before the first that is not assigned, and tells of it. */
  #direct(
    { call, offset = -1 }: Pick<FactOf<'consumerCalled'>, 'call'> & { readonly offset?: number },
    partitions: readonly TopicPartition[],
    does: (assigned: readonly TopicPartition[]) => void,
  ): void {
    const { subscriptions, notAssigned } = this.#consumer;
    const other = partitions.findIndex(({ name }) => subscriptions.get(name) === undefined);
    const assigned = other < 0 ? partitions : partitions.slice(0, other);
    const exception = other < 0 ? null : notAssigned;
    const names = partitions.map(({ name }) => name);
    this.#record({ kind: 'consumerCalled', call, partitions: names, offset, exception });
    if (assigned.length > 0) does(assigned);
    if (exception !== null) throw new ClientException(exception);
  }
}

/** By the names of the partitions. */
type FoundOffsets = ReadonlyMap<PartitionName, FoundOffset>;

function* offsetsOf(ask: (ended: (outcome: LookupOutcome) => void) => void): Steps<FoundOffsets> {
  const { offsets, exception } = yield* outcomeOf<LookupOutcome>(ask);
  raise(exception);
  return offsets;
}

function raise(exception: ConsumerException | undefined): void {
  if (exception !== undefined) throw new ClientException(exception.name, exception.partitions);
}

function ignored(): void {
  // As the callback of an application that commits again soon.
}
