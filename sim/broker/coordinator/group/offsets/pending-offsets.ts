import { type Offset } from '../../../../protocol/record-batch.ts';
import { CommittedMap } from '../../runtime/committed-map.ts';
import { type CommittedOffset, type OffsetPlace, placeKey } from './offset-place.ts';

/** An offset that a group has when the transaction of its producer is committed. */
interface PendingOffset extends CommittedOffset {
  readonly groupId: string;
}

type PendingOfProducer = ReadonlyMap<string, PendingOffset>;

/**
 * The offsets in transactions that are still open (`OffsetMetadataManager.pendingTransactionalOffsets`
 * and its `OpenTransactions`). A producer has few of them: each change copies its map.
 */
export class PendingOffsets {
  readonly #byProducer: CommittedMap<number, PendingOfProducer>;

  constructor(highWatermark: () => Offset) {
    this.#byProducer = new CommittedMap(highWatermark);
  }

  add(producerId: number, pending: PendingOffset, committedAt: Offset): void {
    const offsets = new Map(this.#byProducer.get(producerId));
    offsets.set(keyOf(pending.groupId, pending), pending);
    this.#byProducer.set(producerId, offsets, committedAt);
  }

  /** A tombstone takes it out of all transactions. */
  delete(groupId: string, place: OffsetPlace, committedAt: Offset): void {
    const key = keyOf(groupId, place);
    for (const [producerId, offsets] of this.#byProducer.newest) {
      if (!offsets.has(key)) continue;
      const left = new Map(offsets);
      left.delete(key);
      this.#byProducer.set(producerId, left, committedAt);
    }
  }

  /** Takes out what the producer has pending: its transaction has ended. */
  take(producerId: number, committedAt: Offset): Iterable<PendingOffset> {
    const offsets = this.#byProducer.get(producerId);
    this.#byProducer.delete(producerId, committedAt);
    return offsets?.values() ?? [];
  }

  has(groupId: string, place: OffsetPlace): boolean {
    const key = keyOf(groupId, place);
    for (const offsets of this.#byProducer.newest.values()) if (offsets.has(key)) return true;
    return false;
  }

  hasAnyOf(groupId: string): boolean {
    for (const pending of this.all()) if (pending.groupId === groupId) return true;
    return false;
  }

  *all(): Iterable<PendingOffset> {
    for (const offsets of this.#byProducer.newest.values()) yield* offsets.values();
  }

  revertTo(end: Offset): void {
    this.#byProducer.revertTo(end);
  }
}

/** A topic's name has no slash. */
function keyOf(groupId: string, place: OffsetPlace): string {
  return `${placeKey(place)}/${groupId}`;
}
