import { type CoordinatorData } from '../../sim/protocol/coordinator-record.ts';
import {
  isCoordinatorData,
  type Offset,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { type Handlers, type Instant } from '../invariant.ts';
import { GroupTruth, type Membership, type OffsetTruth, type StagedValue } from './group-truth.ts';
import { type PartitionTruth } from './partition-truth.ts';
import { markerResult } from './transaction-truth.ts';

type StoredOffsetData = Extract<CoordinatorData, { readonly type: 'OffsetCommit' }>;

/** Every group of a run. */
export class GroupLedger {
  readonly handlers: Handlers;
  readonly #groups = new Map<string, GroupTruth>();
  /** What open transactions have staged, by partition of `__consumer_offsets` and by producer id. */
  readonly #staged = new Map<PartitionTruth, Map<number, Set<OffsetTruth>>>();

  constructor() {
    this.handlers = { ...this.#memberHandlers(), ...this.#coordinatorHandlers() };
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

  /** The group that a consumer believes to be in. */
  groupOf(node: string): GroupTruth | undefined {
    for (const group of this.#groups.values()) if (group.members.has(node)) return group;
    return undefined;
  }

  nodeEnded(node: string): void {
    for (const { members } of this.#groups.values()) members.delete(node);
  }

  /** A batch of `__consumer_offsets` has become durable. */
  stored(batch: RecordBatch, partition: PartitionTruth, at: Instant): void {
    const staged = this.#staged.get(partition) ?? new Map<number, Set<OffsetTruth>>();
    this.#staged.set(partition, staged);
    if (batch.isControl) {
      settle(batch, staged, at);
      return;
    }
    for (const { data, offsetDelta } of batch.records) {
      if (data === null || !isCoordinatorData(data)) continue;
      const group = this.group(data.groupId);
      if (data.type === 'GroupMetadata') group.stored = data.value;
      if (data.type !== 'OffsetCommit') continue;
      const truth = group.offsetOf(`${data.topic}-${data.partition}`);
      const value = valueOf(data, batch, batch.baseOffset + offsetDelta, at);
      if (batch.isTransactional) stage(truth, value, staged);
      else truth.set(value);
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
      partitionsRevoked: ({ groupId, partitions }, { node }) => {
        const membership = this.group(groupId).members.get(node);
        for (const partition of partitions) membership?.owned.delete(partition);
      },
      membershipEnded: ({ groupId }, { node }) => {
        this.group(groupId).members.delete(node);
      },
    };
  }

  #coordinatorHandlers(): Handlers {
    return {
      groupChanged: (fact) => {
        const group = this.group(fact.groupId);
        group.view = fact;
        for (const { memberId } of fact.members) group.removed.delete(memberId);
      },
      memberRemoved: ({ groupId, memberId }) => {
        const group = this.group(groupId);
        group.removed.set(memberId, group.view?.generation ?? -1);
      },
    };
  }

  #membership(fact: FactOf<'partitionsAssigned'>, node: string): Membership {
    const { members } = this.group(fact.groupId);
    const known = members.get(node);
    if (known !== undefined) return known;
    const { memberId, instanceId, generation } = fact;
    const made: Membership = { node, memberId, instanceId, generation, owned: new Set() };
    members.set(node, made);
    return made;
  }
}

function valueOf(
  { value }: StoredOffsetData,
  { producerId, txnUid }: RecordBatch,
  recordOffset: Offset,
  since: Instant,
): StagedValue {
  return { offset: value?.offset ?? -1, recordOffset, producerId, txnUid, since };
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

/** A marker: what was staged shows, unless a later commit has been made meanwhile. */
function settle(
  { producerId, records }: RecordBatch,
  staged: Map<number, Set<OffsetTruth>>,
  at: Instant,
): void {
  const marker = records[0];
  const isCommit = marker !== undefined && markerResult(marker) === 'commit';
  for (const truth of staged.get(producerId) ?? []) {
    const value = truth.unstage(producerId);
    if (!isCommit || value === undefined) continue;
    if (value.recordOffset <= (truth.current?.recordOffset ?? -1)) continue;
    truth.set({ ...value, since: at });
  }
  staged.delete(producerId);
}
