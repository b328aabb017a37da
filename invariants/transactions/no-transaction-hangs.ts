import { alwaysPromised } from '../configuration-standing.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Invariant } from '../invariant.ts';
import { hasSettled } from '../liveness/settled.ts';

/** T11: looked at in the end, when every marker that is still to come has had its time. */
export const noTransactionHangs: Invariant = {
  id: 'T11',
  name: 'no-transaction-hangs',
  promise: 'No partition has an open transaction that its coordinator does not know of.',
  kind: 'safety',
  source: 'KIP-890, KIP-664',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      runEnded: (fact) => {
        for (const partition of truth.partitions.values()) {
          const leader = partition.hasTransactions ? partition.leader() : undefined;
          if (leader?.isLeader !== true || !hasSettled(truth, 0)) continue;
          report.exercised();
          for (const { txnUid, firstOffset } of leader.transactions.open()) {
            const transaction = truth.transactions.find(txnUid);
            if (transaction === undefined || isKnown(transaction, partition.name)) continue;
            report.broken({
              message: `transaction ${txnUid} is open in ${partition.name} from ${firstOffset} on, and nobody will end it`,
              standing: transactionStanding(truth, partition),
              evidence: {
                facts: [fact],
                partition: partition.name,
                offsets: [firstOffset],
                brokers: [leader.broker],
              },
            });
          }
        }
      },
    };
  },
};

/** The coordinator still has to end it there. */
function isKnown({ isComplete, registered }: TransactionTruth, partition: string): boolean {
  return !isComplete && registered.has(partition);
}
