import { type Offset } from '../../../protocol/record-batch.ts';

interface Undo<K, V> {
  readonly key: K;
  /** What was there before; undefined if nothing was. */
  readonly before: V | undefined;
  /** The change is committed when the high watermark has come this far. */
  readonly committedAt: Offset;
}

/**
 * A map that can also be read as it was at the high watermark, and taken back to an earlier end of the
 * log: what Kafka does with a `TimelineHashMap`. Only what is not committed yet is remembered twice.
 */
export class CommittedMap<K, V> {
  readonly #newest = new Map<K, V>();
  /** Of the uncommitted changes, oldest first. */
  readonly #undo: Undo<K, V>[] = [];
  readonly #highWatermark: () => Offset;

  constructor(highWatermark: () => Offset) {
    this.#highWatermark = highWatermark;
  }

  get newest(): ReadonlyMap<K, V> {
    return this.#newest;
  }

  get(key: K): V | undefined {
    return this.#newest.get(key);
  }

  /** As of the high watermark. */
  getCommitted(key: K): V | undefined {
    const highWatermark = this.#highWatermark();
    for (const undo of this.#undo) {
      if (undo.committedAt > highWatermark && undo.key === key) return undo.before;
    }
    return this.#newest.get(key);
  }

  /** Everything as of the high watermark. */
  committed(): Map<K, V> {
    this.#forgetCommitted();
    const state = new Map(this.#newest);
    for (const { key, before } of this.#undo.toReversed()) {
      if (before === undefined) state.delete(key);
      else state.set(key, before);
    }
    return state;
  }

  set(key: K, value: V, committedAt: Offset): void {
    this.#remember(key, committedAt);
    this.#newest.set(key, value);
  }

  delete(key: K, committedAt: Offset): void {
    if (!this.#newest.has(key)) return;
    this.#remember(key, committedAt);
    this.#newest.delete(key);
  }

  /** Undoes what records from `end` on were to say. */
  revertTo(end: Offset): void {
    let undo = this.#undo.at(-1);
    while (undo !== undefined && undo.committedAt > end) {
      if (undo.before === undefined) this.#newest.delete(undo.key);
      else this.#newest.set(undo.key, undo.before);
      this.#undo.pop();
      undo = this.#undo.at(-1);
    }
  }

  #remember(key: K, committedAt: Offset): void {
    this.#forgetCommitted();
    this.#undo.push({ key, before: this.#newest.get(key), committedAt });
  }

  #forgetCommitted(): void {
    const highWatermark = this.#highWatermark();
    const first = this.#undo.findIndex((undo) => undo.committedAt > highWatermark);
    this.#undo.splice(0, first < 0 ? this.#undo.length : first);
  }
}
