import { assert } from './assert.ts';
import { shorten } from './lists.ts';
import { type Random } from './random.ts';
import { type Duration } from './time.ts';

/**
 * The files of one node. What is written is in the page cache, which a crash of the process keeps;
 * a loss of power cuts each file back to some point after its last flush.
 *
 * Entries of a file are values, not bytes: a partition's log holds record batches.
 */
export interface Disk {
  /** The append-only file of that name; empty if it did not exist. */
  readonly file: <E>(kind: FileKind<E>, name: string) => DiskFile<E>;
  /** The small file of that name which is always replaced as a whole; its value may be undefined. */
  readonly cell: <E>(kind: CellKind<E>, name: string) => DiskCell<E>;
  /** The names of the files of a kind, in the order in which they were made. */
  readonly fileNames: <E>(kind: FileKind<E>) => readonly string[];
  readonly deleteFile: <E>(kind: FileKind<E>, name: string) => void;
  readonly deleteCell: <E>(kind: CellKind<E>, name: string) => void;
  /** What accesses meet now: everything works, no space is left, or every access fails. */
  readonly state: DiskState;
  /** How long an access takes; 0 unless the disk is slow. */
  readonly latency: Duration;
}

export type DiskState = 'ok' | 'full' | 'failed';

/** Ties a name space of files to the type of their entries. Make one constant per kind. */
export interface FileKind<E> {
  readonly name: string;
  /** The entry as a torn write leaves it; `undefined` if nothing of it can be read. */
  readonly tear: (entry: E) => E | undefined;
  /** The entry after a bit of it has flipped. */
  readonly rot: (entry: E) => E;
}

/** Ties a name space of cells to the type of their value. */
export interface CellKind<E> {
  readonly name: string;
  /** Never set; makes the type of the value part of the kind. */
  readonly typed?: (value: E) => E;
}

/** An append-only file. Only its own functions may change `entries`. */
export class DiskFile<E> {
  readonly entries: E[] = [];
  readonly #kind: FileKind<E>;
  #flushedCount = 0;

  constructor(kind: FileKind<E>) {
    this.#kind = kind;
  }

  /** How many of the entries are safe from a loss of power. */
  get flushedCount(): number {
    return this.#flushedCount;
  }

  append(entry: E): void {
    this.entries.push(entry);
  }

  /** Drops the entries from index `count` on. */
  truncate(count: number): void {
    assert(count >= 0 && count <= this.entries.length, 'truncates inside the file');
    shorten(this.entries, count);
    if (this.#flushedCount > count) this.#flushedCount = count;
  }

  /** Replaces everything, as a finished and flushed rewrite that was renamed over the old file. */
  replace(entries: readonly E[]): void {
    this.entries.length = 0;
    for (const entry of entries) this.entries.push(entry);
    this.#flushedCount = this.entries.length;
  }

  /** Makes the first `count` entries durable, all by default. */
  flush(count: number = this.entries.length): void {
    if (count > this.#flushedCount) this.#flushedCount = Math.min(count, this.entries.length);
  }

  /**
   * Keeps the flushed entries and a drawn number of the others; the first one lost may leave a torn
   * rest. Returns how many were lost.
   */
  losePower(random: Random): number {
    const unflushed = this.entries.length - this.#flushedCount;
    if (unflushed === 0) return 0;
    const kept = this.#flushedCount + random.between(0, unflushed);
    const lost = this.entries.length - kept;
    const torn = this.entries[kept];
    this.entries.length = kept;
    if (torn !== undefined && random.chance(0.5)) {
      const rest = this.#kind.tear(torn);
      if (rest !== undefined) this.entries.push(rest);
    }
    this.#flushedCount = this.entries.length;
    return lost;
  }

  /** Damages a drawn entry, and returns what it has become; `undefined` if there is none. */
  rot(random: Random): E | undefined {
    const index = random.below(Math.max(this.entries.length, 1));
    const entry = this.entries[index];
    if (entry === undefined) return undefined;
    const rotten = this.#kind.rot(entry);
    this.entries[index] = rotten;
    return rotten;
  }
}

/** A small file that is written to a temporary name and renamed. */
export class DiskCell<E> {
  #value: E | undefined = undefined;
  #flushedValue: E | undefined = undefined;

  /** What the process reads: the page cache. */
  get value(): E | undefined {
    return this.#value;
  }

  /** Replaces the value; a loss of power keeps the old or the new one. */
  write(value: E): void {
    this.#value = value;
  }

  /** Replaces the value and waits until it is durable. */
  writeAndFlush(value: E): void {
    this.#value = value;
    this.#flushedValue = value;
  }

  /** Falls back to the flushed value or keeps the new one. */
  losePower(random: Random): void {
    if (this.#value === this.#flushedValue) return;
    if (random.chance(0.5)) this.#value = this.#flushedValue;
    else this.#flushedValue = this.#value;
  }
}
