import { type PartitionData } from '../../../protocol/messages/fetch-response.ts';
import {
  type LogRecord,
  noRecordId,
  noTxnUid,
  type RecordBatch,
} from '../../../protocol/record-batch.ts';

/** What a test says of a batch; the rest does not matter to a consumer. */
export interface BatchSketch {
  readonly from: number;
  /** Offsets of its records; a control batch has one. */
  readonly count?: number;
  /** The last offset that it covers, if compaction took its last records. */
  readonly lastOffset?: number;
  readonly leaderEpoch?: number;
  readonly producerId?: number;
  readonly isTransactional?: boolean;
  readonly marker?: 'commit' | 'abort';
  readonly isIntact?: boolean;
}

export function batch(sketch: BatchSketch): RecordBatch {
  const { from, count = 1, marker, producerId = -1 } = sketch;
  return {
    baseOffset: from,
    lastOffset: sketch.lastOffset ?? from + count - 1,
    partitionLeaderEpoch: sketch.leaderEpoch ?? 0,
    producerId,
    producerEpoch: producerId < 0 ? -1 : 0,
    baseSequence: -1,
    lastSequence: -1,
    isTransactional: sketch.isTransactional ?? marker !== undefined,
    txnUid: noTxnUid,
    isControl: marker !== undefined,
    compressionType: 'none',
    timestampType: 'CreateTime',
    maxTimestampMs: 0,
    deleteHorizonMs: -1,
    sizeInBytes: 61 + 10 * count,
    isIntact: sketch.isIntact ?? true,
    magic: 2,
    records: Array.from({ length: count }, (_, offsetDelta) => record(offsetDelta, marker)),
  };
}

/** A good answer of one partition of a fetch, but for what is given. */
export function fetched(
  log: readonly BatchSketch[],
  other: Partial<PartitionData> = {},
): PartitionData {
  return {
    partitionIndex: 0,
    errorCode: 'NONE',
    highWatermark: 100,
    lastStableOffset: 100,
    logStartOffset: 0,
    divergingEpoch: { epoch: -1, endOffset: -1 },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: log.map(batch),
    ...other,
  };
}

function record(offsetDelta: number, marker: 'commit' | 'abort' | undefined): LogRecord {
  return {
    offsetDelta,
    timestampMs: 0,
    key: null,
    value: null,
    headers: [],
    sizeInBytes: 10,
    recordId: noRecordId,
    data: marker === undefined ? null : { type: marker, coordinatorEpoch: 0 },
  };
}
