import { type Offset, type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { groupCommitsAfterWork, workBeforeCommitIsPromised } from '../configuration-standing.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { visibleOffsets } from '../ground-truth/visible-records.ts';
import { type Invariant, type Report } from '../invariant.ts';
import { notPromised, type Standing, weakest } from '../standing.ts';
import { OffsetRanges } from './offset-ranges.ts';

type Work = FactOf<'recordsProcessed'>;

/**
 * C11: what was done in a transaction counts once that is committed. A group that has processed
 * something twice is a finding only where work and commit are one transaction; that it has passed
 * over something is one wherever applications commit after their work.
 */
export const inputsAreProcessedOnce: Invariant = {
  id: 'C11',
  name: 'inputs-are-processed-once',
  promise:
    'A group passes over no record, and with transactions processes none twice, whatever breaks.',
  kind: 'safety',
  source: 'KIP-129, KIP-447, KafkaProducer.sendOffsetsToTransaction',
  promised: workBeforeCommitIsPromised,

  start(truth, report) {
    const accounts = new Accounts();
    const open = new Map<TxnUid, Work[]>();

    function count(work: Work, fact: Fact, transaction: TransactionTruth | undefined): void {
      const partition = truth.partition(work.partition);
      if (work.groupId === null || partition === undefined) return;
      const { done } = accounts.of(work.groupId, partition);
      for (const offset of work.offsets) {
        report.exercised();
        if (!done.has(offset)) {
          done.add(offset, offset + 1);
          continue;
        }
        report.broken({
          message: `${work.groupId} has processed ${work.partition}@${offset} twice`,
          standing: onceStanding(truth, work, partition, transaction),
          evidence: { facts: [work, fact], partition: work.partition, offsets: [offset] },
        });
      }
    }

    function settle(uid: TxnUid, fact: Fact): void {
      const transaction = truth.transactions.find(uid);
      // A decision that nobody has seen may still become another one.
      if (transaction === undefined || transaction.outcome === null) return;
      if (!transaction.isSeen) return;
      for (const work of open.get(uid) ?? []) {
        if (transaction.outcome === 'commit') count(work, fact, transaction);
      }
      open.delete(uid);
    }

    return {
      recordsProcessed: (fact) => {
        const transaction = truth.transactions.find(fact.txnUid);
        if (transaction === undefined) {
          count(fact, fact, undefined);
          return;
        }
        open.set(fact.txnUid, [...(open.get(fact.txnUid) ?? []), fact]);
        settle(fact.txnUid, fact);
      },
      coordinatorStored: (fact, { committedOffsets }) => {
        if (open.size > 0) for (const uid of open.keys()) settle(uid, fact);
        for (const { groupId, partition: name, current } of committedOffsets) {
          const partition = truth.partition(name);
          if (partition === undefined || current === undefined) continue;
          const commit = { groupId, partition, to: current.offset, fact };
          checkCommit(commit, accounts.of(groupId, partition), truth, report);
        }
      },
      positionMoved: (fact, { node }, partition) => {
        const membership = truth.groups.memberOf(node);
        if (membership === undefined) return;
        accounts.of(membership.groupId, partition).moved(fact);
      },
    };
  },
};

interface Commit {
  readonly groupId: string;
  readonly partition: PartitionTruth;
  readonly to: Offset;
  readonly fact: Fact;
}

function checkCommit(
  { groupId, partition, to, fact }: Commit,
  account: Account,
  truth: GroundTruth,
  report: Report,
): void {
  const { name } = partition;
  for (const offset of account.passes(truth, partition, to)) {
    report.broken({
      message: `${groupId} has committed ${name}@${to}, and nobody has processed ${name}@${offset}`,
      standing: weakest([
        groupCommitsAfterWork(truth.configuration, groupId),
        transactionStanding(truth, partition),
      ]),
      evidence: { facts: [fact], partition: name, offsets: [offset, to] },
    });
  }
}

/** What one group has done with one partition. */
class Account {
  readonly done = new OffsetRanges();
  /** The group began to read there; -1 while that is not known. */
  #floor: Offset = -1;
  /** Up to there everything was accounted for; -1 before the first commit. */
  #settledTo: Offset = -1;

  /** A member was moved: what it leaves out thereby is nobody's fault. */
  moved({ from, to, why }: FactOf<'positionMoved'>): void {
    if (from >= 0) this.done.add(from, to);
    else if (why === 'reset' && this.#settledTo < 0) this.#floor = to;
  }

  /** What a commit leaves behind that is not processed. */
  *passes(truth: GroundTruth, partition: PartitionTruth, to: Offset): Generator<Offset> {
    const from = this.#settledTo < 0 ? this.#floor : this.#settledTo;
    this.#settledTo = Math.max(this.#settledTo, to);
    if (from < 0) return;
    for (const offset of visibleOffsets(truth, partition, from, to)) {
      if (!this.done.has(offset)) yield offset;
    }
    this.done.add(from, to);
  }
}

class Accounts {
  readonly #byGroup = new Map<string, Map<PartitionTruth, Account>>();

  of(groupId: string, partition: PartitionTruth): Account {
    const mine = this.#byGroup.get(groupId) ?? new Map<PartitionTruth, Account>();
    this.#byGroup.set(groupId, mine);
    const known = mine.get(partition);
    if (known !== undefined) return known;
    const made = new Account();
    mine.set(partition, made);
    return made;
  }
}

const notTransactional = notPromised(
  'work and commit are not one transaction, so that a crash between them repeats the work',
  'a transactional.id, and offsets that are sent to the transaction',
);

function onceStanding(
  truth: GroundTruth,
  { groupId, partition: name }: Work,
  partition: PartitionTruth,
  transaction: TransactionTruth | undefined,
): Standing {
  const isOne = transaction?.staged.get(groupId ?? '')?.has(name) === true;
  if (!isOne) return notTransactional;
  return transactionStanding(truth, partition);
}
