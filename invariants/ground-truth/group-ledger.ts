import { type CoordinatorData } from '../../sim/protocol/coordinator-record.ts';
import {
  isCoordinatorData,
  type Offset,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { type Handlers, type Instant } from '../invariant.ts';
import { CommitCalls } from './commit-calls.ts';
import { GroupTruth, type Membership, type OffsetTruth, type StagedValue } from './group-truth.ts';
import { type PartitionTruth } from './partition-truth.ts';
import { markerResult } from './transaction-truth.ts';

type StoredOffsetData = Extract<CoordinatorData, { readonly type: 'OffsetCommit' }>;

/** Every group of a run. */
export class GroupLedger {
  readonly handlers: Handlers;
  readonly commits = new CommitCalls();
  readonly #groups = new Map<string, GroupTruth>();
  /** By node. */
  readonly #memberships = new Map<string, Membership>();
  /** What open transactions have staged, by partition of `__consumer_offsets` and by producer id. */
  readonly #staged = new Map<PartitionTruth, Map<number, Set<OffsetTruth>>>();

  constructor() {
    this.handlers = {
      ...this.#memberHandlers(),
      ...this.commits.handlers,
      ...this.#coordinatorHandlers(),
    };
  }

  all(): IterableIterator<GroupTruth> {
    return this.#groups.values();
  }

  group(groupId: string): GroupTruth {
    const known = this.#groups.get(groupId);
    if (known !== undefined) return known;
    const made = new GroupTruth(groupId);
    this.#groups.set(groupId, made);
    return made;
  }

  /** What a consumer believes to be in; undefined if it is in no group. */
  memberOf(node: string): Membership | undefined {
    return this.#memberships.get(node);
  }

  nodeEnded(node: string): void {
    this.#leave(node);
    this.commits.nodeEnded(node);
  }

  /**
   * A batch of `__consumer_offsets` has become durable.
   * @param changed What shows by it is added here.
   */
  stored(batch: RecordBatch, partition: PartitionTruth, at: Instant, changed: OffsetTruth[]): void {
    const staged = this.#staged.get(partition) ?? new Map<number, Set<OffsetTruth>>();
    this.#staged.set(partition, staged);
    if (batch.isControl) {
      for (const truth of settle(batch, staged, at)) changed.push(truth);
      return;
    }
    for (const { data, offsetDelta } of batch.records) {
      if (data === null || !isCoordinatorData(data)) continue;
      const group = this.group(data.groupId);
      group.home = partition;
      if (data.type === 'GroupMetadata') group.stored = data.value;
      if (data.type === 'ConsumerGroupMetadata') group.epoch = data.value?.epoch ?? -1;
      if (data.type !== 'OffsetCommit') continue;
      const truth = group.offsetOf(`${data.topic}-${data.partition}`);
      const value = valueOf(data, batch, batch.baseOffset + offsetDelta, at);
      if (batch.isTransactional) {
        stage(truth, value, staged);
      } else {
        truth.set(value);
        changed.push(truth);
      }
    }
  }

  /** The durable log has lost something. */
  lost(): void {
    this.#staged.clear();
    for (const group of this.#groups.values()) group.forgetStored();
  }

  #memberHandlers(): Handlers {
    return {
      partitionsAssigned: (fact, { node }) => {
        const membership = this.#membership(fact, node);
        membership.memberId = fact.memberId;
        membership.instanceId = fact.instanceId;
        membership.generation = fact.generation;
        membership.owned.clear();
        for (const partition of fact.owned) membership.owned.add(partition);
      },
      partitionsRevoked: ({ partitions }, { node }) => {
        const membership = this.#memberships.get(node);
        for (const partition of partitions) membership?.owned.delete(partition);
      },
      membershipEnded: ({ groupId, memberId }, { node }) => {
        this.#leave(node);
        this.group(groupId).leave(memberId);
      },
      recordsPolled: ({ partition, nextPosition }, { node }) => {
        if (this.#memberships.size === 0) return;
        this.#memberships.get(node)?.positions.set(partition, nextPosition);
      },
      positionMoved: ({ partition, to }, { node }) => {
        this.#memberships.get(node)?.positions.set(partition, to);
      },
    };
  }

  #coordinatorHandlers(): Handlers {
    return {
      groupChanged: (fact) => {
        const group = this.group(fact.groupId);
        if (group.isDeposed(fact.broker)) return;
        group.change(fact);
      },
      memberRemoved: ({ groupId, broker, memberId }) => {
        const group = this.group(groupId);
        if (group.isDeposed(broker)) return;
        group.remove(memberId);
      },
    };
  }

  #membership(fact: FactOf<'partitionsAssigned'>, node: string): Membership {
    const { groupId, memberId, instanceId, generation } = fact;
    const known = this.#memberships.get(node);
    if (known?.groupId === groupId) return known;
    this.#leave(node);
    const made: Membership = {
      node,
      groupId,
      memberId,
      instanceId,
      generation,
      owned: new Set(),
      positions: new Map(),
    };
    this.#memberships.set(node, made);
    this.group(groupId).members.set(node, made);
    return made;
  }

  #leave(node: string): void {
    const membership = this.#memberships.get(node);
    if (membership === undefined) return;
    this.#memberships.delete(node);
    this.group(membership.groupId).members.delete(node);
  }
}

function valueOf(
  { value }: StoredOffsetData,
  { producerId, txnUid }: RecordBatch,
  recordOffset: Offset,
  since: Instant,
): StagedValue {
  return { offset: value?.offset ?? -1, stored: value, recordOffset, producerId, txnUid, since };
}

function stage(
  truth: OffsetTruth,
  value: StagedValue,
  staged: Map<number, Set<OffsetTruth>>,
): void {
  const mine = staged.get(value.producerId) ?? new Set<OffsetTruth>();
  staged.set(value.producerId, mine);
  mine.add(truth);
  truth.stage(value);
}

/** A marker: what was staged shows, unless a later commit has been made meanwhile, and is returned. */
function settle(
  { producerId, records }: RecordBatch,
  staged: Map<number, Set<OffsetTruth>>,
  at: Instant,
): OffsetTruth[] {
  const changed: OffsetTruth[] = [];
  const marker = records[0];
  const isCommit = marker !== undefined && markerResult(marker) === 'commit';
  for (const truth of staged.get(producerId) ?? []) {
    const value = truth.unstage(producerId);
    if (!isCommit || value === undefined) continue;
    if (value.recordOffset <= (truth.current?.recordOffset ?? -1)) continue;
    truth.set({ ...value, since: at });
    changed.push(truth);
  }
  staged.delete(producerId);
  return changed;
}
