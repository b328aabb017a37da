import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { resultOf, type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * T3: with `transaction.version` below 2 nothing in a request tells two transactions of one epoch apart.
 * What is decided is judged when it is durable, so that it counts although nobody was told.
 */
export const endsTakeEffectOnTheirOwn: Invariant = {
  id: 'T3',
  name: 'ends-take-effect-on-their-own',
  promise:
    'An EndTxn ends the transaction for which it was sent, and no other; none is committed that its producer has not asked to commit, or aborted without reason.',
  kind: 'safety',
  source: 'KIP-890, KAFKA-17754, TransactionCoordinator.endTransaction; Redpanda #3616',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      endTxnAnswered: (fact) => {
        const { requestTxnUid, currentTxnUid } = fact;
        if (fact.error !== 'NONE' || requestTxnUid < 0 || currentTxnUid < 0) return;
        report.exercised();
        if (requestTxnUid === currentTxnUid) return;
        report.broken({
          message: `broker ${fact.broker} ${fact.isCommit ? 'commits' : 'aborts'} transaction ${currentTxnUid} of ${fact.transactionalId} by the request that was sent for transaction ${requestTxnUid}`,
          standing: promised,
          evidence: { facts: [fact], brokers: [fact.broker] },
        });
      },
      coordinatorStored: (fact, { stored }, partition) => {
        if (partition.coordinates !== 'transactions') return;
        for (const { baseOffset, records } of stored) {
          for (const { data } of records) {
            if (data === null || !isTransactionData(data) || data.value === null) continue;
            const transaction = truth.transactions.find(data.value.txnUid);
            if (transaction === undefined) continue;
            const problem = problemOf(data.value.state, transaction);
            if (problem === null) continue;
            report.broken({
              message: `transaction ${transaction.uid} of ${data.transactionalId} ${problem}`,
              standing: coordinatorStanding(truth),
              evidence: evidenceIn(partition, fact, { offsets: [baseOffset] }),
            });
          }
        }
      },
    };
  },
};

function problemOf(
  state: Parameters<typeof resultOf>[0],
  { asked, isCutShort }: TransactionTruth,
): string | null {
  const result = resultOf(state);
  if (result === null || asked.has(result)) return null;
  if (result === 'commit') return 'is committed, and its producer has not asked for that';
  if (isCutShort) return null;
  return 'is aborted, though its producer has not asked for that, had time left, and was not fenced';
}
