import { assert } from '../../kernel/assert.ts';
import { type DiskCell } from '../../kernel/disk.ts';
import { type Task } from '../../kernel/process.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type EpochEntry } from './log-files.ts';

/** No epoch: of a log in which nothing was ever written, or of an unknown epoch. */
export const noEpoch = -1;

/** The end of an epoch in a log. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly endOffset: Offset;
}

/**
 * In which leader epoch each part of a log was written, strictly ascending in epoch and offset
 * (`LeaderEpochFileCache`, KIP-101). A new entry is on disk before anything else happens; a cut may be
 * written later, since loading the log would repeat it.
 */
export class LeaderEpochCache {
  #entries: EpochEntry[] = [];
  #isClosed = false;
  readonly #cell: DiskCell<readonly EpochEntry[]>;
  readonly #flushSoon: (task: Task) => void;
  readonly #flush: Task = {
    taskName: 'leader-epoch-cache-flush',
    run: () => {
      if (!this.#isClosed) this.#write();
    },
  };

  constructor(cell: DiskCell<readonly EpochEntry[]>, flushSoon: (task: Task) => void) {
    this.#cell = cell;
    this.#flushSoon = flushSoon;
    for (const { leaderEpoch, startOffset } of cell.value ?? []) {
      this.#insert(leaderEpoch, startOffset);
    }
  }

  get entries(): readonly EpochEntry[] {
    return this.#entries;
  }

  get latestEpoch(): number {
    return this.#entries.at(-1)?.leaderEpoch ?? noEpoch;
  }

  /** The epoch begins at this offset; does nothing if it is the latest and has begun before. */
  assign(leaderEpoch: number, startOffset: Offset): void {
    if (this.#insert(leaderEpoch, startOffset)) this.#write();
  }

  /**
   * Where the last epoch up to `leaderEpoch` ends; null if this log knows no later epoch.
   * `leaderEpoch` itself where no earlier one is known.
   */
  endOffsetFor(leaderEpoch: number, logEndOffset: Offset): EpochEnd | null {
    if (leaderEpoch === noEpoch) return null;
    if (leaderEpoch === this.latestEpoch) return { leaderEpoch, endOffset: logEndOffset };
    const higher = this.#entries.findIndex((entry) => entry.leaderEpoch > leaderEpoch);
    const next = this.#entries[higher];
    if (next === undefined) return null;
    const floor = this.#entries[higher - 1]?.leaderEpoch ?? leaderEpoch;
    return { leaderEpoch: floor, endOffset: next.startOffset };
  }

  /** -1 if the offset lies before all known epochs. */
  epochForOffset(offset: Offset): number {
    return this.#entries.findLast((entry) => entry.startOffset <= offset)?.leaderEpoch ?? noEpoch;
  }

  /** The last epoch before `leaderEpoch`; -1 if there is none. */
  previousEpoch(leaderEpoch: number): number {
    return this.#entries.findLast((entry) => entry.leaderEpoch < leaderEpoch)?.leaderEpoch ?? -1;
  }

  /** The first epoch after `leaderEpoch`; -1 if there is none. */
  nextEpoch(leaderEpoch: number): number {
    return this.#entries.find((entry) => entry.leaderEpoch > leaderEpoch)?.leaderEpoch ?? -1;
  }

  /** Forgets the epochs that begin at or after the new end of the log. */
  truncateFromEnd(endOffset: Offset): void {
    const count = this.#entries.length;
    while ((this.#entries.at(-1)?.startOffset ?? -1) >= endOffset) this.#entries.pop();
    if (this.#entries.length < count) this.#flushSoon(this.#flush);
  }

  /** Lets the epoch that holds the new start of the log begin there, and forgets those before. */
  truncateFromStart(startOffset: Offset): void {
    const kept = this.#entries.filter((entry) => entry.startOffset > startOffset);
    const holder = this.#entries[this.#entries.length - kept.length - 1];
    if (holder === undefined) return;
    this.#entries = [{ leaderEpoch: holder.leaderEpoch, startOffset }, ...kept];
    this.#flushSoon(this.#flush);
  }

  clearAndFlush(): void {
    this.#entries = [];
    this.#write();
  }

  /** The log is deleted: what was to be written later is not. */
  close(): void {
    this.#isClosed = true;
  }

  #insert(leaderEpoch: number, startOffset: Offset): boolean {
    assert(leaderEpoch >= 0 && startOffset >= 0, 'an epoch entry has an epoch and an offset');
    const latest = this.#entries.at(-1);
    if (latest?.leaderEpoch === leaderEpoch && startOffset >= latest.startOffset) return false;
    this.#dropConflicting(leaderEpoch, startOffset);
    this.#entries.push({ leaderEpoch, startOffset });
    return true;
  }

  #dropConflicting(leaderEpoch: number, startOffset: Offset): void {
    for (let last = this.#entries.at(-1); last !== undefined; last = this.#entries.at(-1)) {
      if (last.leaderEpoch < leaderEpoch && last.startOffset < startOffset) return;
      this.#entries.pop();
    }
  }

  #write(): void {
    this.#cell.writeAndFlush([...this.#entries]);
  }
}
