import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Invariant } from '../invariant.ts';

/** T9: what was answered, and what the application was told. An unknown outcome may be either. */
export const answersToEndsAreTrue: Invariant = {
  id: 'T9',
  name: 'answers-to-ends-are-true',
  promise:
    'An end that was reported done is durably decided that way, and a commit that was reported failed for certain never takes effect.',
  kind: 'safety',
  source: 'TransactionCoordinator.endTransaction, KAFKA-20785; Redpanda #3616',
  promised: alwaysPromised,

  start(truth, report) {
    /** What an application was told when its commit had failed for certain. */
    const failed = new Map<TransactionTruth, FactOf<'transactionEndReturned'>>();

    function breach(facts: readonly Fact[], message: string): void {
      report.broken({ message, standing: coordinatorStanding(truth), evidence: { facts } });
    }

    return {
      endTxnAnswered: (fact) => {
        const transaction = truth.transactions.find(fact.requestTxnUid);
        if (fact.error !== 'NONE' || transaction === undefined) return;
        report.exercised();
        if (transaction.outcome === (fact.isCommit ? 'commit' : 'abort')) return;
        if (!fact.isCommit && isUntouched(transaction)) return;
        breach(
          [fact],
          `broker ${fact.broker} answered that transaction ${transaction.uid} has ended in ${fact.isCommit ? 'commit' : 'abort'}, ${decisionOf(transaction)}`,
        );
      },
      transactionEndReturned: (fact) => {
        const transaction = truth.transactions.find(fact.txnUid);
        if (transaction === undefined) return;
        const problem = clientProblem(fact, transaction);
        if (problem !== null) breach([fact], `transaction ${transaction.uid} ${problem}`);
        if (fact.isCommit && fact.error !== null && fact.definite) failed.set(transaction, fact);
      },
      coordinatorStored: (fact, { stored }, { coordinates }) => {
        if (coordinates !== 'transactions' || failed.size === 0) return;
        for (const { data } of stored.flatMap(({ records }) => records)) {
          if (data === null || !isTransactionData(data)) continue;
          if (data.value?.state !== 'PrepareCommit') continue;
          const transaction = truth.transactions.find(data.value.txnUid);
          const told = transaction === undefined ? undefined : failed.get(transaction);
          if (transaction === undefined || told === undefined) continue;
          breach(
            [told, fact],
            `transaction ${transaction.uid} commits after its commit had failed`,
          );
        }
      },
    };
  },
};

function clientProblem(
  { isCommit, error, definite }: FactOf<'transactionEndReturned'>,
  transaction: TransactionTruth,
): string | null {
  const { outcome } = transaction;
  if (error !== null) {
    return isCommit && definite && outcome === 'commit'
      ? `is committed, though commitTransaction() failed for certain with ${error}`
      : null;
  }
  if (isUntouched(transaction)) return null;
  if (isCommit && outcome !== 'commit') {
    return `was reported committed, ${decisionOf(transaction)}`;
  }
  return !isCommit && outcome === 'commit' ? 'was reported aborted, and it is committed' : null;
}

/** The coordinator has never heard of it: there is nothing to decide. */
function isUntouched({ registered, written, outcome }: TransactionTruth): boolean {
  return registered.size === 0 && written.size === 0 && outcome === null;
}

function decisionOf({ outcome }: TransactionTruth): string {
  return outcome === null ? 'and nothing is decided' : `and the decision is ${outcome}`;
}
