import { assert } from './assert.ts';

/**
 * The files of one node. What is written is in the page cache, which a crash of the process keeps;
 * a loss of power cuts each file back to some point after its last flush.
 *
 * Entries of a file are values, not bytes: a partition's log holds record batches. `E` of one name
 * must always be the same type; the typed `FileKind` makes that so.
 */
export interface Disk {
  /** The append-only file of that name; empty if it did not exist. */
  readonly file: <E>(kind: FileKind<E>, name: string) => DiskFile<E>;
  /** The small file of that name which is always replaced as a whole; `undefined` if none is. */
  readonly cell: <E>(kind: CellKind<E>, name: string) => DiskCell<E>;
  /** The names of the files of a kind, in the order in which they were made. */
  readonly fileNames: <E>(kind: FileKind<E>) => readonly string[];
  readonly deleteFile: <E>(kind: FileKind<E>, name: string) => void;
  readonly deleteCell: <E>(kind: CellKind<E>, name: string) => void;
  /** What writes do now: everything works, no space is left, or every access fails. */
  readonly state: DiskState;
}

export type DiskState = 'ok' | 'full' | 'failed';

/** Ties a name space of files to the type of their entries. Make one constant per kind. */
export interface FileKind<in out E> {
  readonly name: string;
  /** The entry as a torn write leaves it; `undefined` if nothing of it can be read. */
  readonly tear: (entry: E) => E | undefined;
  /** The entry after a bit of it has flipped. */
  readonly rot: (entry: E) => E;
}

/** Ties a name space of cells to the type of their value. */
export interface CellKind<in out E> {
  readonly name: string;
  /** Never called; makes the type of the value part of the kind. */
  readonly typed?: (value: E) => E;
}

/** An append-only file. Only its own functions may change `entries`. */
export class DiskFile<E> {
  readonly entries: E[] = [];
  /** How many of the entries are safe from a loss of power. */
  flushedCount = 0;

  append(entry: E): void {
    this.entries.push(entry);
  }

  /** Drops the entries from index `count` on. */
  truncate(count: number): void {
    assert(count >= 0 && count <= this.entries.length, 'truncates inside the file');
    this.entries.length = count;
    if (this.flushedCount > count) this.flushedCount = count;
  }

  /** Replaces everything, as a finished rewrite that was renamed over the old file. */
  replace(entries: readonly E[]): void {
    this.entries.length = 0;
    for (const entry of entries) this.entries.push(entry);
    this.flushedCount = this.entries.length;
  }

  /** Makes the first `count` entries durable, all by default. */
  flush(count: number = this.entries.length): void {
    if (count > this.flushedCount) this.flushedCount = Math.min(count, this.entries.length);
  }
}

/** A small file that is written to a temporary name and renamed. */
export class DiskCell<E> {
  /** What the process reads: the page cache. */
  value: E | undefined = undefined;
  /** What a loss of power may fall back to. */
  flushedValue: E | undefined = undefined;

  /** Replaces the value; a loss of power keeps the old or the new one. */
  write(value: E): void {
    this.value = value;
  }

  /** Replaces the value and waits until it is durable. */
  writeAndFlush(value: E): void {
    this.value = value;
    this.flushedValue = value;
  }
}
