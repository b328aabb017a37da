import { type Disk } from '../../kernel/disk.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { offsetFileName, producerSnapshotFiles } from './log-files.ts';
import { type ProducerSnapshotEntry } from './producer-entry.ts';

/** The producer snapshots of one partition on disk, each named by the offset up to which it counts. */
export class ProducerSnapshots {
  readonly #disk: Disk;
  readonly #partition: string;
  /** Ascending. */
  readonly #offsets: Offset[];

  constructor(disk: Disk, partition: string, offsets: readonly Offset[]) {
    this.#disk = disk;
    this.#partition = partition;
    this.#offsets = [...offsets];
  }

  get offsets(): readonly Offset[] {
    return this.#offsets;
  }

  get latest(): Offset | undefined {
    return this.#offsets.at(-1);
  }

  /** What the snapshot says; undefined if it is damaged. */
  read(offset: Offset): readonly ProducerSnapshotEntry[] | undefined {
    const [snapshot] = this.#file(offset).entries;
    return snapshot?.isIntact === true ? snapshot.entries : undefined;
  }

  /** Not yet safe from a loss of power. */
  write(offset: Offset, entries: readonly ProducerSnapshotEntry[]): void {
    const file = this.#file(offset);
    file.truncate(0);
    file.append({ entries, isIntact: true });
    if (this.#offsets.includes(offset)) return;
    this.#offsets.push(offset);
    this.#offsets.sort((a, b) => a - b);
  }

  flush(offset: Offset): void {
    if (this.#offsets.includes(offset)) this.#file(offset).flush();
  }

  delete(offset: Offset): void {
    const index = this.#offsets.indexOf(offset);
    if (index < 0) return;
    this.#offsets.splice(index, 1);
    this.#disk.deleteFile(producerSnapshotFiles, offsetFileName(this.#partition, offset));
  }

  deleteAll(): void {
    for (const offset of [...this.#offsets]) this.delete(offset);
  }

  /**
   * Deletes what belongs to no segment, but for the latest if no segment begins after it: that one was
   * taken at a clean end (`ProducerStateManager.removeStraySnapshots`).
   */
  deleteStrays(segmentBaseOffsets: readonly Offset[]): void {
    const strays = this.#offsets.filter((offset) => !segmentBaseOffsets.includes(offset));
    const latest = strays.pop();
    for (const offset of strays) this.delete(offset);
    const lastSegment = segmentBaseOffsets.at(-1);
    if (latest !== undefined && lastSegment !== undefined && latest < lastSegment) {
      this.delete(latest);
    }
  }

  #file(offset: Offset) {
    return this.#disk.file(producerSnapshotFiles, offsetFileName(this.#partition, offset));
  }
}
