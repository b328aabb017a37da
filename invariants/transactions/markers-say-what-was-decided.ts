import { isTransactionData, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import {
  markerResult,
  resultOf,
  type TransactionTruth,
} from '../ground-truth/transaction-truth.ts';
import { type Invariant } from '../invariant.ts';

/** T4: partitions of a topic that was deleted meanwhile get no marker, and are not missed. */
export const markersSayWhatWasDecided: Invariant = {
  id: 'T4',
  name: 'markers-say-what-was-decided',
  promise:
    'After the decision every partition of a transaction gets a marker of that kind, no other partition gets one, and the transaction is complete only when all are durable.',
  kind: 'safety',
  source: 'TransactionMarkerChannelManager, KIP-98',
  promised: alwaysPromised,

  start(truth, report) {
    function breach(
      fact: FactOf<'batchAppended'>,
      partition: PartitionTruth,
      message: string,
    ): void {
      report.broken({
        message,
        standing: transactionStanding(truth, partition),
        evidence: evidenceIn(partition, fact, {
          offsets: [fact.batch.baseOffset],
          brokers: [fact.broker],
        }),
      });
    }

    return {
      transactionalAppended: (fact, _moment, partition) => {
        const transaction = truth.transactions.find(fact.batch.txnUid);
        if (!fact.batch.isControl || transaction === undefined) return;
        report.exercised();
        const problem = markerProblem(fact.batch, partition.name, transaction);
        if (problem === null) return;
        breach(
          fact,
          partition,
          `broker ${fact.broker} ends transaction ${transaction.uid} in ${partition.name} ${problem}`,
        );
      },
      coordinatorAppended: (fact, _moment, partition) => {
        for (const { data } of fact.batch.records) {
          if (data === null || !isTransactionData(data)) continue;
          const state = data.value?.state;
          if (state !== 'CompleteCommit' && state !== 'CompleteAbort') continue;
          const transaction = truth.transactions.find(data.value?.txnUid ?? -1);
          if (transaction === undefined || transaction.isComplete) continue;
          const missing = missingMarker(truth, transaction, resultOf(state));
          if (missing === null) continue;
          breach(
            fact,
            partition,
            `transaction ${transaction.uid} of ${data.transactionalId} is complete, and ${missing} has no durable marker of that kind`,
          );
        }
      },
    };
  },
};

function markerProblem(
  { records }: RecordBatch,
  name: PartitionName,
  { outcome, registered }: TransactionTruth,
): string | null {
  const record = records[0];
  const result = record === undefined ? null : markerResult(record);
  if (result === null) return null;
  if (outcome === null) return `with ${result}, though nothing is decided`;
  if (outcome !== result) return `with ${result}, though ${outcome} is decided`;
  return registered.has(name) ? null : 'though it was never added to it';
}

/** A partition of the transaction that lacks its marker; null if there is none. */
function missingMarker(
  truth: GroundTruth,
  { uid, registered, markers }: TransactionTruth,
  result: ReturnType<typeof resultOf>,
): PartitionName | null {
  for (const name of registered) {
    const partition = truth.partition(name);
    if (partition === undefined) continue;
    const marker = markers.get(name);
    const stored = marker === undefined ? undefined : partition.committed.find(marker.offset);
    if (stored?.txnUid !== uid || marker?.result !== result) return name;
  }
  return null;
}
