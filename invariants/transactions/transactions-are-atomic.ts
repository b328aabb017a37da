import {
  isTransactionData,
  type RecordBatch,
  type TxnUid,
} from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding, transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { resultOf, type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Invariant } from '../invariant.ts';
import { hasSettled } from '../liveness/settled.ts';

/**
 * C12: on the way to the end some partitions show a committed transaction and others do not yet. That is
 * no finding; it is one when the markers differ, or when something is left out in the end.
 */
export const transactionsAreAtomic: Invariant = {
  id: 'C12',
  name: 'transactions-are-atomic',
  promise:
    'A transaction is decided once, and all its records and offsets in all partitions are committed, or none.',
  kind: 'safety',
  source: 'KIP-98, KIP-447; Jepsen: torn transaction',
  promised: alwaysPromised,

  start(truth, report) {
    /** Offsets on their way to a transaction. */
    const sent = new Map<TxnUid, FactOf<'transactionOffsetsAttempted'>>();

    function breach(
      fact: Fact,
      { uid }: TransactionTruth,
      what: string,
      place: PartitionName | null,
    ): void {
      const partition = place === null ? undefined : truth.partition(place);
      report.broken({
        message: `transaction ${uid} ${what}`,
        standing:
          partition === undefined
            ? coordinatorStanding(truth)
            : transactionStanding(truth, partition),
        evidence: { facts: [fact], ...(place === null ? {} : { partition: place }) },
      });
    }

    return {
      transactionalAppended: (fact, _moment, { name }) => {
        const { batch } = fact;
        const transaction = batch.isControl ? truth.transactions.find(batch.txnUid) : undefined;
        if (transaction === undefined) return;
        const other = otherResult(transaction, name);
        if (other !== null) {
          breach(fact, transaction, `ends otherwise in ${name} than in ${other}`, name);
        }
      },
      transactionOffsetsAttempted: (fact) => {
        sent.set(fact.txnUid, fact);
      },
      transactionOffsetsEnded: (fact) => {
        const attempt = sent.get(fact.txnUid);
        const transaction = truth.transactions.find(fact.txnUid);
        sent.delete(fact.txnUid);
        if (fact.error !== null || attempt === undefined || transaction === undefined) return;
        const missing = notStaged(attempt, transaction);
        if (missing === null) return;
        breach(fact, transaction, `was told that it has ${missing}, which is not durable`, missing);
      },
      coordinatorStored: (fact, { stored }, { coordinates }) => {
        if (coordinates !== 'transactions') return;
        for (const batch of stored) {
          const transaction = decidedAgain(truth, batch);
          if (transaction === undefined) continue;
          breach(fact, transaction, `was decided twice, first ${transaction.outcome}`, null);
        }
      },
      runEnded: (fact) => {
        for (const transaction of truth.transactions.all()) {
          const { outcome, decidedAt } = transaction;
          if (outcome === null || !hasSettled(truth, decidedAt)) continue;
          report.exercised();
          const torn = tornAt(truth, transaction);
          if (torn === null) continue;
          breach(fact, transaction, `has ended in ${outcome}, and not in ${torn}`, torn);
        }
      },
    };
  },
};

/** A partition whose offset the transaction does not have, though it was sent; null if there is none. */
function notStaged(
  { groupId, offsets }: FactOf<'transactionOffsetsAttempted'>,
  { staged }: TransactionTruth,
): PartitionName | null {
  for (const { partition, offset } of offsets) {
    if (staged.get(groupId)?.get(partition) !== offset) return partition;
  }
  return null;
}

/** A partition in which the transaction has ended otherwise than in this one; null if there is none. */
function otherResult({ markers }: TransactionTruth, name: PartitionName): PartitionName | null {
  const result = markers.get(name)?.result;
  for (const [other, marker] of markers) if (marker.result !== result) return other;
  return null;
}

/** The transaction of which the record says the contrary of what was durable before. */
function decidedAgain(
  { transactions }: GroundTruth,
  { records }: RecordBatch,
): TransactionTruth | undefined {
  for (const { data } of records) {
    if (data === null || !isTransactionData(data) || data.value === null) continue;
    const transaction = transactions.find(data.value.txnUid);
    const result = resultOf(data.value.state);
    if (transaction === undefined || result === null) continue;
    if (transaction.isContradicted && result !== transaction.outcome) return transaction;
  }
  return undefined;
}

/** A partition where something of the decided transaction is still open; null if there is none. */
function tornAt(
  truth: GroundTruth,
  { uid, written, markers, outcome }: TransactionTruth,
): PartitionName | null {
  for (const name of written) {
    const leader = truth.partition(name)?.leader();
    if (leader === undefined || markers.get(name)?.result === outcome) continue;
    for (const { txnUid } of leader.transactions.open()) if (txnUid === uid) return name;
  }
  return null;
}
