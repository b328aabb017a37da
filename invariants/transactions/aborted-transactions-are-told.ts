import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type Span } from '../ground-truth/replica-transactions.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** T7. In a compacted log the records of an aborted transaction may be gone. */
export const abortedTransactionsAreTold: Invariant = {
  id: 'T7',
  name: 'aborted-transactions-are-told',
  promise:
    'A fetch that reads committed is told of every aborted transaction that has records in what it is given, and of no other.',
  kind: 'safety',
  source: 'UnifiedLog.collectAbortedTransactions, TransactionIndex',
  promised: alwaysPromised,

  start(_, report) {
    return {
      fetchServed: (fact, _moment, partition) => {
        const { batches, isolationLevel } = fact;
        if (!partition.hasTransactions || batches.length === 0) return;
        if (isolationLevel !== 'read_committed' || partition.topic.isCompacted) return;
        const replica = partition.replica(fact.broker);
        if (replica.leaderEpoch !== fact.leaderEpoch) return;
        const aborted = replica.transactions.abortedFrom(batches[0]?.baseOffset ?? 0);
        if (aborted.length > 0) report.exercised();
        const problem = problemOf(fact, aborted);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} answered a fetch of ${partition.name} from ${fact.fetchOffset} ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: batches.map(({ baseOffset }) => baseOffset),
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function problemOf(fact: FactOf<'fetchServed'>, aborted: readonly Span[]): string | null {
  const { abortedTransactions, batches } = fact;
  for (const span of aborted) {
    const isTold = abortedTransactions.some((one) => isOf(one, span));
    if (!isTold && batches.some((batch) => isIn(batch, span))) {
      return `and kept silent of the transaction of producer ${span.producerId} that was aborted from ${span.firstOffset} on`;
    }
  }
  for (const told of abortedTransactions) {
    if (aborted.some((span) => isOf(told, span))) continue;
    return `with an aborted transaction of producer ${told.producerId} from ${told.firstOffset} on, which is not there`;
  }
  return null;
}

function isOf(
  { producerId, firstOffset }: FactOf<'fetchServed'>['abortedTransactions'][number],
  span: Span,
): boolean {
  return span.producerId === producerId && span.firstOffset === firstOffset;
}

function isIn(
  { isControl, isTransactional, producerId, baseOffset }: RecordBatch,
  span: Span,
): boolean {
  if (isControl || !isTransactional || producerId !== span.producerId) return false;
  return baseOffset >= span.firstOffset && baseOffset <= (span.marker?.baseOffset ?? -1);
}
