import { type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type BrokerId } from '../../sim/trace.ts';
import { type Standing } from '../standing.ts';

/**
 * At an election the log of the new leader becomes the log of the partition: what was committed and
 * is not in it is lost. Later facts are judged against what is left, so that one loss is one finding.
 */
export interface Loss {
  /** The leader that was elected without the records, and its epoch. */
  readonly leader: BrokerId;
  readonly leaderEpoch: number;
  /** The lost offsets: `from` inclusive, `to` exclusive; none if equal. */
  readonly from: Offset;
  readonly to: Offset;
  readonly batches: readonly RecordBatch[];
  /** Somebody had read some of it, or had been told that it is written. */
  readonly wasKnown: boolean;
  /** Whether Kafka had promised that this could not happen. */
  readonly standing: Standing;
}
