import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type GroundTruth } from './ground-truth.ts';
import { type PartitionTruth } from './partition-truth.ts';

/**
 * Offsets from `from` up to `to`, exclusive, of what every consumer is given that comes by: committed
 * records that are in no transaction or in one that is committed, and that nothing may have deleted.
 */
export function* visibleOffsets(
  { transactions }: GroundTruth,
  partition: PartitionTruth,
  from: Offset,
  to: Offset,
): Generator<Offset> {
  const { committed } = partition;
  const start = Math.max(from, partition.highestLogStart);
  for (let index = committed.indexOf(start); index < committed.nextIndex; index += 1) {
    const batch = committed.at(index);
    if (batch === undefined || batch.baseOffset >= to) return;
    if (batch.isControl) continue;
    if (batch.isTransactional && transactions.find(batch.txnUid)?.outcome !== 'commit') continue;
    for (const record of batch.records) {
      const offset = batch.baseOffset + record.offsetDelta;
      if (offset < start || offset >= to || partition.mayBeCompacted(batch, record)) continue;
      yield offset;
    }
  }
}
