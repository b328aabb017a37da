import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type Span } from '../ground-truth/replica-transactions.ts';
import { type Invariant } from '../invariant.ts';

/**
 * T5: a delayed batch of one transaction must not be swept into the next one of its producer. A leader
 * that was deposed may lack the marker that its successor has; what it appends then does not last.
 */
export const recordsAreEndedByTheirOwnMarker: Invariant = {
  id: 'T5',
  name: 'records-are-ended-by-their-own-marker',
  promise:
    'What ends the records of a transaction in a partition is the marker of that transaction.',
  kind: 'safety',
  source: 'KIP-890, KIP-1228, ProducerAppendInfo.appendEndTxnMarker',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      transactionalAppended: (fact, _moment, partition) => {
        const { batch } = fact;
        const replica = partition.replica(fact.broker);
        if (batch.txnUid < 0 || partition.isDeposed(replica)) return;
        const span = replica.transactions.latest(batch.producerId);
        if (span === undefined) return;
        if (span.marker === batch) report.exercised();
        const problem = problemOf(batch, span);
        if (problem === null) return;
        report.broken({
          message: `${partition.name}@${batch.baseOffset}: ${problem}`,
          standing: transactionStanding(truth, partition),
          evidence: evidenceIn(partition, fact, {
            offsets: [span.firstOffset, batch.baseOffset],
            recordIds: batch.records.map(({ recordId }) => recordId),
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function problemOf(batch: RecordBatch, span: Span): string | null {
  const { txnUid, marker, firstOffset } = span;
  if (txnUid < 0 || txnUid === batch.txnUid) return null;
  if (marker === batch) {
    return `the marker of transaction ${batch.txnUid} ends the records of transaction ${txnUid} from ${firstOffset} on`;
  }
  if (marker !== null) return null;
  return `records of transaction ${batch.txnUid} lie in transaction ${txnUid}, which is open from ${firstOffset} on`;
}
