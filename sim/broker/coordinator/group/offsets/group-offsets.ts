import { type StoredOffset } from '../../../../protocol/coordinator-record.ts';
import { type Offset } from '../../../../protocol/record-batch.ts';
import { CommittedMap } from '../../runtime/committed-map.ts';
import { type GroupSwitches } from '../group-switches.ts';
import { type CommittedOffset, type OffsetPlace, placeKey } from './offset-place.ts';
import { PendingOffsets } from './pending-offsets.ts';

/** What a record says of the offset of one partition. */
interface OffsetRecord extends OffsetPlace {
  readonly groupId: string;
  /** Null: there is none any more. */
  readonly value: StoredOffset | null;
}

/** An offset that a group has, or will have when a transaction is committed. */
export interface OffsetOfGroup extends CommittedOffset {
  readonly groupId: string;
}

type OffsetSwitches = Pick<GroupSwitches, 'transactionsOverwrite' | 'pendingOffsetsAreForgotten'>;

/** The offsets that groups have committed (`OffsetMetadataManager`). */
export class GroupOffsets {
  readonly #highWatermark: () => Offset;
  readonly #byGroup = new Map<string, CommittedMap<string, CommittedOffset>>();
  readonly #pending: PendingOffsets;
  readonly #switches: OffsetSwitches;

  constructor(highWatermark: () => Offset, switches: OffsetSwitches) {
    this.#switches = switches;
    this.#highWatermark = highWatermark;
    this.#pending = new PendingOffsets(highWatermark);
  }

  /** Applies a record; in a transaction (`producerId` is not -1) it counts from the commit on. */
  replay(record: OffsetRecord, committedAt: Offset, producerId: number): void {
    const { groupId, topic, partition, value } = record;
    if (value === null) {
      this.#byGroup.get(groupId)?.delete(placeKey(record), committedAt);
      this.#pending.delete(groupId, record, committedAt);
      return;
    }
    const offset = { ...value, topic, partition, recordOffset: committedAt - 1 };
    if (producerId < 0) this.#set(groupId, offset, committedAt);
    else this.#pending.add(producerId, { ...offset, groupId }, committedAt);
  }

  /** Applies a marker. A plain commit that was written after that of the transaction stays. */
  endTransaction(producerId: number, isCommit: boolean, committedAt: Offset): void {
    for (const { groupId, ...offset } of this.#pending.take(producerId, committedAt)) {
      if (!isCommit) continue;
      const known = this.get(groupId, offset)?.recordOffset ?? -1;
      if (known >= offset.recordOffset && !this.#switches.transactionsOverwrite) continue;
      this.#set(groupId, offset, committedAt);
    }
  }

  revertTo(end: Offset): void {
    for (const offsets of this.#byGroup.values()) offsets.revertTo(end);
    this.#pending.revertTo(end);
  }

  get(groupId: string, place: OffsetPlace): CommittedOffset | undefined {
    return this.#byGroup.get(groupId)?.get(placeKey(place));
  }

  /** As of the high watermark. */
  getCommitted(groupId: string, place: OffsetPlace): CommittedOffset | undefined {
    return this.#byGroup.get(groupId)?.getCommitted(placeKey(place));
  }

  /** Whether the offset is about to change: an open transaction has another. */
  isUnstable(groupId: string, place: OffsetPlace): boolean {
    return this.#pending.has(groupId, place);
  }

  /** Whether open transactions have offsets of the group. */
  hasUnstable(groupId: string): boolean {
    return !this.#switches.pendingOffsetsAreForgotten && this.#pending.hasAnyOf(groupId);
  }

  /** All of a group, in the order of their first commits. */
  ofGroup(groupId: string): readonly CommittedOffset[] {
    return [...(this.#byGroup.get(groupId)?.newest.values() ?? [])];
  }

  /** All of a group as of the high watermark. */
  ofGroupCommitted(groupId: string): readonly CommittedOffset[] {
    return [...(this.#byGroup.get(groupId)?.committed().values() ?? [])];
  }

  /** The partitions of which a group has an offset, or has one in an open transaction. */
  placesOf(groupId: string): OffsetPlace[] {
    const places: OffsetPlace[] = [...this.ofGroup(groupId)];
    if (this.#switches.pendingOffsetsAreForgotten) return places;
    const known = new Set(places.map(placeKey));
    for (const pending of this.#pending.all()) {
      if (pending.groupId !== groupId || known.has(placeKey(pending))) continue;
      known.add(placeKey(pending));
      places.push(pending);
    }
    return places;
  }

  /** All offsets of all groups, also those in open transactions. */
  *all(): Iterable<OffsetOfGroup> {
    for (const [groupId, offsets] of this.#byGroup) {
      for (const offset of offsets.newest.values()) yield { ...offset, groupId };
    }
    yield* this.#pending.all();
  }

  #set(groupId: string, offset: CommittedOffset, committedAt: Offset): void {
    let offsets = this.#byGroup.get(groupId);
    if (offsets === undefined) {
      offsets = new CommittedMap(this.#highWatermark);
      this.#byGroup.set(groupId, offsets);
    }
    offsets.set(placeKey(offset), offset, committedAt);
  }
}
