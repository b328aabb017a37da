import { type Disk, type DiskFile, type FileKind } from '../kernel/disk.ts';
import { type Offset, type RecordBatch } from '../protocol/record-batch.ts';
import { isNoOpBatch, mergedBatch } from './metadata-batch.ts';

export const metadataLogKind: FileKind<RecordBatch> = {
  name: 'metadata-log',
  tear: (batch) => ({ ...batch, isIntact: false }),
  rot: (batch) => ({ ...batch, isIntact: false }),
};

interface EpochStart {
  readonly epoch: number;
  readonly startOffset: Offset;
}

/** Up to where the log agrees with another one, as far as epochs can tell. */
export interface EpochEnd {
  readonly epoch: number;
  readonly endOffset: Offset;
}

/**
 * The log of `__cluster_metadata`-0 on this node's disk.
 *
 * Simplified: it is never cut at its start, since there are no snapshots (KIP-630). Instead, runs of
 * batches that say nothing are kept as one.
 */
export class MetadataLogFile {
  readonly #file: DiskFile<RecordBatch>;
  readonly #epochs: EpochStart[] = [];

  constructor(disk: Disk) {
    this.#file = disk.file(metadataLogKind, '__cluster_metadata-0');
    const damaged = this.#file.entries.findIndex((batch) => !batch.isIntact);
    if (damaged !== -1) this.#file.truncate(damaged);
    for (const batch of this.#file.entries) this.#noteEpoch(batch);
  }

  get batches(): readonly RecordBatch[] {
    return this.#file.entries;
  }

  get endOffset(): Offset {
    return (this.#file.entries.at(-1)?.lastOffset ?? -1) + 1;
  }

  /** -1 if the log is empty. */
  get lastEpoch(): number {
    return this.#epochs.at(-1)?.epoch ?? -1;
  }

  append(batch: RecordBatch): void {
    this.#mergeSilence();
    this.#file.append(batch);
    this.#noteEpoch(batch);
  }

  flush(): void {
    this.#file.flush();
  }

  /** Batches from `offset` on, of at most `maxBytes`, but at least one if there is one. */
  read(offset: Offset, maxBytes: number): readonly RecordBatch[] {
    const batches = this.#file.entries;
    const found: RecordBatch[] = [];
    let bytes = 0;
    for (let at = this.#indexOf(offset); at < batches.length; at += 1) {
      const batch = batches[at];
      if (batch === undefined) break;
      bytes += batch.sizeInBytes;
      if (bytes > maxBytes && found.length > 0) break;
      found.push(found.length === 0 ? batchFrom(batch, offset) : batch);
    }
    return found;
  }

  /** The largest epoch up to `epoch`, and where it ends (`LeaderEpochFileCache.endOffsetFor`). */
  endOfEpoch(epoch: number): EpochEnd {
    const lastEpoch = this.lastEpoch;
    if (epoch >= lastEpoch) return { epoch: lastEpoch, endOffset: this.endOffset };
    const next = this.#epochs.findIndex((start) => start.epoch > epoch);
    const endOffset = this.#epochs[next]?.startOffset ?? this.endOffset;
    return { epoch: this.#epochs[next - 1]?.epoch ?? epoch, endOffset };
  }

  #noteEpoch({ partitionLeaderEpoch, baseOffset }: RecordBatch): void {
    if (partitionLeaderEpoch === this.lastEpoch) return;
    this.#epochs.push({ epoch: partitionLeaderEpoch, startOffset: baseOffset });
  }

  /** The last two batches become one if they say nothing; the newest one stays for its readers. */
  #mergeSilence(): void {
    const first = this.#file.entries.at(-2);
    const second = this.#file.entries.at(-1);
    if (first === undefined || second === undefined) return;
    if (!isNoOpBatch(second) || !isNoOpBatch(first)) return;
    if (first.partitionLeaderEpoch !== second.partitionLeaderEpoch) return;
    this.#file.truncate(this.#file.entries.length - 2);
    this.#file.append(mergedBatch(first, second));
    this.#file.flush();
  }

  /** Index of the first batch that ends at or after `offset`. */
  #indexOf(offset: Offset): number {
    const batches = this.#file.entries;
    let low = 0;
    let high = batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((batches[middle]?.lastOffset ?? offset) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What of the batch lies at or after `offset`: batches that were merged are still read one by one. */
function batchFrom(batch: RecordBatch, offset: Offset): RecordBatch {
  const shift = offset - batch.baseOffset;
  if (shift <= 0) return batch;
  const records = batch.records
    .filter(({ offsetDelta }) => offsetDelta >= shift)
    .map((record) => ({ ...record, offsetDelta: record.offsetDelta - shift }));
  return { ...batch, baseOffset: offset, records };
}
