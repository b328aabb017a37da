import { BatchBuilder } from '../../sim/protocol/batch-builder.ts';
import { endTransactionBatch } from '../../sim/protocol/control-batch.ts';
import { noTxnUid, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type ScriptedBatch } from './client-case.ts';

/** A batch of a log, with as many records as the case says. */
export function scriptedBatch({ o, n, epoch, pid, txn, control }: ScriptedBatch): RecordBatch {
  const producer = { producerId: pid, producerEpoch: pid < 0 ? -1 : 0, txnUid: noTxnUid };
  const batch =
    control === undefined
      ? dataBatch(n, { ...producer, baseSequence: pid < 0 ? -1 : 0, isTransactional: txn })
      : endTransactionBatch({ ...producer, type: control, coordinatorEpoch: 0, timestampMs: 0 });
  const lastOffset = o + batch.records.length - 1;
  return { ...batch, baseOffset: o, lastOffset, partitionLeaderEpoch: epoch };
}

function dataBatch(count: number, producer: Parameters<BatchBuilder['build']>[0]): RecordBatch {
  const builder = new BatchBuilder({ writeLimitBytes: Infinity });
  for (let index = 0; index < count; index += 1) {
    builder.append(0, { key: null, value: '.'.repeat(10), headers: [] });
  }
  return builder.build(producer);
}
