import { ByteWriter } from './byte-writer.ts';
import { fromByteArray } from './bytes.ts';
import {
  batchOverheadBytes,
  type Bytes,
  type ControlRecord,
  noRecordId,
  noTxnUid,
  type Offset,
  type RecordBatch,
  type TxnUid,
} from './record-batch.ts';
import { recordSizeInBytes } from './record-size.ts';

/** Kafka's number of each kind of control record (`ControlRecordType`). */
export const controlTypeIds = { abort: 0, commit: 1, leaderChange: 2 } as const;

/** What a transaction coordinator writes to each partition of a transaction at its end. */
export interface EndTransactionMarker {
  readonly type: 'commit' | 'abort';
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly timestampMs: number;
  /** Ghost: of the transaction that it ends. */
  readonly txnUid?: TxnUid;
}

/** The batch with a marker, to be appended with origin `coordinator` (`EndTransactionMarker`). */
export function endTransactionBatch(marker: EndTransactionMarker): RecordBatch {
  const value = new ByteWriter(6);
  value.int16(0);
  value.int32(marker.coordinatorEpoch);
  const batch = controlBatch(marker.timestampMs, fromByteArray(value.written()), {
    type: marker.type,
    coordinatorEpoch: marker.coordinatorEpoch,
  });
  const { producerId, producerEpoch, txnUid = noTxnUid } = marker;
  return { ...batch, producerId, producerEpoch, isTransactional: true, txnUid };
}

/** What a new leader of a Raft quorum writes first. */
export interface LeaderChange {
  readonly leaderId: number;
  readonly voters: readonly number[];
  readonly grantingVoters: readonly number[];
  readonly baseOffset: Offset;
  readonly leaderEpoch: number;
  readonly timestampMs: number;
}

/** The batch with a leader change (`LeaderChangeMessage`, version 0). */
export function leaderChangeBatch(change: LeaderChange): RecordBatch {
  const value = new ByteWriter(64);
  value.int16(0);
  value.int32(change.leaderId);
  for (const voters of [change.voters, change.grantingVoters]) {
    value.unsignedVarint(voters.length + 1);
    for (const voter of voters) {
      value.int32(voter);
      value.unsignedVarint(0);
    }
  }
  value.unsignedVarint(0);
  const data = { type: 'leaderChange', coordinatorEpoch: -1 } as const;
  return {
    ...controlBatch(change.timestampMs, fromByteArray(value.written()), data),
    baseOffset: change.baseOffset,
    lastOffset: change.baseOffset,
    partitionLeaderEpoch: change.leaderEpoch,
  };
}

function controlBatch(timestampMs: number, value: Bytes, data: ControlRecord): RecordBatch {
  const content = { key: controlKey(data.type), value, headers: [] };
  const sizeInBytes = recordSizeInBytes(0, 0, content);
  const record = {
    ...content,
    offsetDelta: 0,
    timestampMs,
    sizeInBytes,
    recordId: noRecordId,
    data,
  };
  return {
    baseOffset: 0,
    lastOffset: 0,
    partitionLeaderEpoch: -1,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    lastSequence: -1,
    isTransactional: false,
    txnUid: noTxnUid,
    isControl: true,
    compressionType: 'none',
    timestampType: 'CreateTime',
    maxTimestampMs: timestampMs,
    deleteHorizonMs: -1,
    sizeInBytes: batchOverheadBytes + sizeInBytes,
    isIntact: true,
    magic: 2,
    records: [record],
  };
}

/** Version 0, then the kind. */
function controlKey(type: ControlRecord['type']): Bytes {
  const kind = type === 'other' ? 3 : controlTypeIds[type];
  return `\0\0\0${String.fromCharCode(kind)}`;
}
