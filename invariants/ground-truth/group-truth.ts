import { type StoredGroup, type StoredOffset } from '../../sim/protocol/coordinator-record.ts';
import { type Offset, type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type Uuid, zeroUuid } from '../../sim/protocol/uuid.ts';
import { type BrokerId, type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type Instant } from '../invariant.ts';
import { type PartitionTruth } from './partition-truth.ts';

/** An offset that was or is what a group has committed. */
export interface CommittedValue {
  /** -1: none, since it was deleted. */
  readonly offset: Offset;
  /** What the log says of it; null: it was deleted. */
  readonly stored: StoredOffset | null;
  /** Of the record in `__consumer_offsets` that says so. */
  readonly recordOffset: Offset;
  readonly txnUid: TxnUid;
  /** From then on it has been durable, and visible if it is not staged. */
  readonly since: Instant;
}

/** Whether it was committed for a topic that was deleted, and made again with that id (KAFKA-19154). */
export function isOfOtherTopic({ stored }: CommittedValue, topicId: Uuid | null): boolean {
  if (stored === null || topicId === null) return false;
  return stored.topicId !== zeroUuid && topicId !== zeroUuid && stored.topicId !== topicId;
}

/** An offset that a transaction has sent, and that shows only once it is committed. */
export interface StagedValue extends CommittedValue {
  readonly producerId: number;
}

/** Five minutes: no request and no answer is that late. */
export const rememberedFor: Instant = 300_000_000;

/** What a group has committed for one partition, as the durable log says. */
export class OffsetTruth {
  readonly groupId: string;
  readonly partition: PartitionName;
  /** Oldest first, the last one is in force; what was replaced long ago is forgotten. */
  readonly values: CommittedValue[] = [];
  /** One for each producer with an open transaction. */
  readonly staged: StagedValue[] = [];

  constructor(groupId: string, partition: PartitionName) {
    this.groupId = groupId;
    this.partition = partition;
  }

  get current(): CommittedValue | undefined {
    return this.values[this.values.length - 1];
  }

  set(value: CommittedValue): void {
    const { values } = this;
    values.push(value);
    while ((values[1]?.since ?? value.since) < value.since - rememberedFor) values.shift();
  }

  stage(value: StagedValue): void {
    this.unstage(value.producerId);
    this.staged.push(value);
  }

  /** @returns What the producer had sent for this partition. */
  unstage(producerId: number): StagedValue | undefined {
    const index = this.staged.findIndex((one) => one.producerId === producerId);
    return index < 0 ? undefined : this.staged.splice(index, 1)[0];
  }

  /**
   * Whether this was what the group had committed, at some instant from `since` on.
   * @param topicId Who asks by an id is told nothing of other topics of that name; null: by the name.
   */
  wasInForce(offset: Offset, since: Instant, topicId: Uuid | null = null): boolean {
    const { values } = this;
    for (let index = values.length - 1; index >= 0; index -= 1) {
      const value = values[index];
      if (value === undefined) break;
      const told = isOfOtherTopic(value, topicId) ? -1 : value.offset;
      if (told === offset) return true;
      if (value.since <= since) return false;
    }
    return offset < 0;
  }
}

/** What a consumer believes to be in a group. */
export interface Membership {
  readonly node: string;
  readonly groupId: string;
  memberId: string;
  instanceId: string | null;
  /** Of its last assignment. */
  generation: number;
  readonly owned: Set<PartitionName>;
  /** Where it goes on reading, by what polls have returned. */
  readonly positions: Map<PartitionName, Offset>;
}

/** One group as it really is: what is durable, and what its consumers and coordinators say. */
export class GroupTruth {
  readonly groupId: string;
  readonly offsets = new Map<PartitionName, OffsetTruth>();
  /** Partition of `__consumer_offsets` that has it; null while nothing of it is durable. */
  home: PartitionTruth | null = null;
  /** Of a classic group, at the end of its last durable generation; null if there is none. */
  stored: StoredGroup | null = null;
  /** The last durable epoch of a consumer group (KIP-848); -1 if there is none. */
  epoch = -1;
  /** By node. */
  readonly members = new Map<string, Membership>();
  /** What its coordinator has said last. */
  view: FactOf<'groupChanged'> | null = null;
  /** What each member has or has not yet given up, as its coordinator has said last; others have nothing. */
  readonly holdings = new Map<string, readonly PartitionName[]>();
  /** Of members that its coordinator has removed, and that have not come back: the generation then. */
  readonly removed = new Map<string, number>();
  /** Members that know that they are out, and have not come back. */
  readonly gone = new Set<string>();

  constructor(groupId: string) {
    this.groupId = groupId;
  }

  offsetOf(partition: PartitionName): OffsetTruth {
    const known = this.offsets.get(partition);
    if (known !== undefined) return known;
    const made = new OffsetTruth(this.groupId, partition);
    this.offsets.set(partition, made);
    return made;
  }

  /** The coordinator has changed it: what members have while they rebalance is what they had before. */
  change(view: FactOf<'groupChanged'>): void {
    this.view = view;
    const members = new Set<string>();
    for (const { memberId, assigned, pendingRevocation } of view.members) {
      members.add(memberId);
      this.removed.delete(memberId);
      this.gone.delete(memberId);
      if (assigned !== null) this.holdings.set(memberId, [...assigned, ...pendingRevocation]);
    }
    for (const memberId of this.holdings.keys()) {
      if (!members.has(memberId)) this.holdings.delete(memberId);
    }
  }

  /** The coordinator has removed the member. */
  remove(memberId: string): void {
    this.removed.set(memberId, this.view?.generation ?? -1);
    forgetOldest(this.removed);
  }

  /** The member knows that it is out. */
  leave(memberId: string): void {
    this.gone.add(memberId);
    forgetOldest(this.gone);
  }

  /** Whether the member has the partition; also if it is not known yet what it has. */
  mayHave(memberId: string, partition: PartitionName): boolean {
    const held = this.holdings.get(memberId);
    if (held !== undefined) return held.includes(partition);
    return this.view?.members.some((member) => member.memberId === memberId) === true;
  }

  /** Who has the partition; undefined if nobody does. */
  holderOf(partition: PartitionName): string | undefined {
    for (const [memberId, held] of this.holdings) if (held.includes(partition)) return memberId;
    return undefined;
  }

  /** Whether the broker coordinates it, as the controller knows. */
  isCoordinatedBy(broker: BrokerId): boolean {
    const replica = this.home?.replica(broker);
    return replica?.isLeader === true && this.home?.isDeposed(replica) === false;
  }

  /**
   * Whether another broker has taken over: what this one still decides is in its memory only, since its
   * log takes nothing any more that lasts.
   */
  isDeposed(broker: BrokerId): boolean {
    const coordinator = this.home?.coordinator ?? null;
    return coordinator !== null && coordinator.broker !== broker;
  }

  /** The durable log has been cut: it is read again. */
  forgetStored(): void {
    this.offsets.clear();
    this.stored = null;
    this.epoch = -1;
  }
}

/** Nobody acts for a group that has lost as many members since. */
const rememberedMembers = 1_000;

function forgetOldest(members: Map<string, number> | Set<string>): void {
  if (members.size <= rememberedMembers) return;
  for (const oldest of members.keys()) {
    members.delete(oldest);
    return;
  }
}
