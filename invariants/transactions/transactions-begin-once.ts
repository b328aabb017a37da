import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { type PartitionName } from '../../sim/trace.ts';
import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { partitionNames, type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Invariant } from '../invariant.ts';

/**
 * T12: a coordinator that has forgotten a transaction takes what follows for a new one. It may forget a
 * partition whose addition has failed for the client, since nothing lies there.
 */
export const transactionsBeginOnce: Invariant = {
  id: 'T12',
  name: 'transactions-begin-once',
  promise:
    'What a producer adds to its transaction never begins another one, of which the coordinator knows only the rest.',
  kind: 'safety',
  source: 'TransactionMetadata.prepareAddPartitions; Redpanda #6018',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      coordinatorAppended: (fact, _moment, partition) => {
        for (const { data } of fact.batch.records) {
          if (data === null || !isTransactionData(data) || data.value?.state !== 'Ongoing') {
            continue;
          }
          const transaction = truth.transactions.find(data.value.txnUid);
          if (transaction === undefined) continue;
          report.exercised();
          const problem = problemOf(data.value, transaction);
          if (problem === null || partition.isDeposed(partition.replica(fact.broker))) continue;
          report.broken({
            message: `broker ${fact.broker} lets transaction ${transaction.uid} of ${data.transactionalId} begin again, ${problem}`,
            standing: coordinatorStanding(truth),
            evidence: evidenceIn(partition, fact, {
              offsets: [fact.batch.baseOffset],
              brokers: [fact.broker],
            }),
          });
        }
      },
    };
  },
};

function problemOf(
  value: StoredTransaction,
  { outcome, written }: TransactionTruth,
): string | null {
  if (outcome !== null) return `though it has ended in ${outcome}`;
  const named = new Set<PartitionName>(partitionNames(value));
  for (const name of written) if (!named.has(name)) return `without ${name}`;
  return null;
}
