import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/**
 * P6: a coordinator that has just been elected answers by what it has read, which may not be durable
 * yet. What lies in a partition that the coordinator does not know of is never ended by
 * anybody.
 */
export const transactionalAppendsAreVerified: Invariant = {
  id: 'P6',
  name: 'transactional-appends-are-verified',
  promise:
    'A leader appends records of a transaction only to partitions that its coordinator has added to it.',
  kind: 'safety',
  source: 'KIP-890, ReplicaManager.handleProduceAppend, VerificationGuard',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      transactionalAppended: (fact, _moment, partition) => {
        const { batch } = fact;
        const transaction = batch.isControl ? undefined : truth.transactions.find(batch.txnUid);
        if (transaction === undefined) return;
        report.exercised();
        if (transaction.named.has(partition.name)) return;
        report.broken({
          message: `broker ${fact.broker} appended records of transaction ${transaction.uid} to ${partition.name}, which does not belong to it`,
          standing: transactionStanding(truth, partition),
          evidence: evidenceIn(partition, fact, {
            offsets: [batch.baseOffset],
            recordIds: batch.records.map(({ recordId }) => recordId),
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};
