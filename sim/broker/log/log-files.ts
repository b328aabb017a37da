import { type CellKind, type FileKind } from '../../kernel/disk.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type ProducerSnapshotEntry } from './producer-entry.ts';

/** An entry of the leader epoch cache. */
export interface EpochEntry {
  readonly leaderEpoch: number;
  readonly startOffset: Offset;
}

/** An entry of a segment's transaction index (`AbortedTxn`). */
export interface AbortedTransactionEntry {
  readonly producerId: number;
  readonly firstOffset: Offset;
  /** Of the marker. */
  readonly lastOffset: Offset;
  /** Up to where everything was decided when the marker was written. */
  readonly lastStableOffset: Offset;
}

/** A producer snapshot: the state of all producers at an offset, with a checksum. */
export interface ProducerSnapshot {
  readonly entries: readonly ProducerSnapshotEntry[];
  readonly isIntact: boolean;
}

/** The batches of a segment, `00000000000000000000.log`. */
export const segmentFiles: FileKind<RecordBatch> = {
  name: 'segment',
  tear: (batch) => ({
    ...batch,
    sizeInBytes: Math.ceil(batch.sizeInBytes / 2),
    isIntact: false,
  }),
  rot: (batch) => ({ ...batch, isIntact: false }),
};

/** The aborted transactions of a segment, `00000000000000000000.txnindex`. It has no checksums. */
export const transactionIndexFiles: FileKind<AbortedTransactionEntry> = {
  name: 'transaction-index',
  tear: () => undefined,
  rot: (entry) => entry,
};

/** One entry: the whole snapshot, `00000000000000000000.snapshot`. */
export const producerSnapshotFiles: FileKind<ProducerSnapshot> = {
  name: 'producer-snapshot',
  tear: (snapshot) => ({ ...snapshot, isIntact: false }),
  rot: (snapshot) => ({ ...snapshot, isIntact: false }),
};

export const leaderEpochCheckpoints: CellKind<readonly EpochEntry[]> = {
  name: 'leader-epoch-checkpoint',
};

/** The topic's id. */
export const partitionMetadata: CellKind<string> = { name: 'partition.metadata' };

/** The name of a file of a partition that begins at an offset. */
export function offsetFileName(partition: string, offset: Offset): string {
  return `${partition}/${String(offset).padStart(20, '0')}`;
}

/** The partition whose file it is. */
export function partitionOfFile(name: string): string {
  return name.slice(0, name.lastIndexOf('/'));
}

/** The files of a kind that each partition has, by their offsets in ascending order. */
export function offsetsByPartition(names: readonly string[]): Map<string, Offset[]> {
  const byPartition = new Map<string, Offset[]>();
  for (const name of names) {
    const partition = partitionOfFile(name);
    const offsets = byPartition.get(partition) ?? [];
    offsets.push(Number(name.slice(partition.length + 1)));
    byPartition.set(partition, offsets);
  }
  for (const offsets of byPartition.values()) offsets.sort((a, b) => a - b);
  return byPartition;
}
