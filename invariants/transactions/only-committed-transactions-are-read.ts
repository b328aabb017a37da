import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type ConfigurationInForce } from '../configuration.ts';
import { type Invariant } from '../invariant.ts';
import { notPromised, promised, type Standing } from '../standing.ts';

/** C6: whoever reads, whatever becomes of the transaction later, and of one's own transaction too. */
export const onlyCommittedTransactionsAreRead: Invariant = {
  id: 'C6',
  name: 'only-committed-transactions-are-read',
  promise:
    'A consumer that reads committed is given no record of a transaction that is open or aborted.',
  kind: 'safety',
  source: 'KIP-98, isolation.level; Jepsen: G1a, precommitted-read',
  promised: readCommittedIsUsed,

  start(truth, report) {
    const isUsed = readCommittedIsUsed(truth.configuration).promised;
    return {
      recordsPolled: (fact, _moment, partition) => {
        if (!partition.hasTransactions) return;
        if (isUsed && fact.isolationLevel !== 'read_committed') return;
        const { committed } = partition;
        for (const { offset, record } of fact.records) {
          const batch = committed.find(offset);
          if (batch?.isTransactional !== true) continue;
          const transaction = truth.transactions.find(batch.txnUid);
          if (transaction === undefined) continue;
          report.exercised();
          if (transaction.outcome === 'commit') continue;
          report.broken({
            message: `${partition.name}@${offset} was read, of transaction ${transaction.uid}, which ${stateOf(transaction)}`,
            standing:
              fact.isolationLevel === 'read_committed'
                ? transactionStanding(truth, partition)
                : readsEverything,
            evidence: evidenceIn(partition, fact, {
              offsets: [offset],
              recordIds: [record.recordId],
            }),
          });
        }
      },
    };
  },
};

const readsEverything = notPromised(
  'isolation.level=read_uncommitted gives out what is not decided, and what was aborted',
  'isolation.level=read_committed',
);

function readCommittedIsUsed({ given }: ConfigurationInForce): Standing {
  const { consumers } = given;
  if (consumers.length === 0) return alwaysPromised();
  const isUsed = consumers.some(({ isolationLevel }) => isolationLevel === 'read_committed');
  return isUsed ? promised : readsEverything;
}

function stateOf({ outcome }: TransactionTruth): string {
  return outcome === null ? 'is not decided' : 'was aborted';
}
