import { type Offset, type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { groupCommitsAfterWork, workBeforeCommitIsPromised } from '../configuration-standing.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type OffsetTruth } from '../ground-truth/group-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Invariant, type Report } from '../invariant.ts';
import { notPromised, promised, type Standing, weakest } from '../standing.ts';
import { GroupAccount } from './group-account.ts';

/** Work on records. */
interface Work {
  readonly fact: FactOf<'recordsProcessed'>;
  readonly node: string;
}

/**
 * C11: what was done in a transaction counts once that is committed, and what was done without one if all
 * that came of it has arrived. A group that has repeated something
 * is a finding only where work and commit are one transaction; that it has skipped something is one
 * wherever applications commit after their work. What a consumer has in hand when it is committed is
 * skipped when that consumer is gone, or the run is over.
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
    const accounting = new Accounting(truth, report);
    return {
      recordsPolled: (fact, { node }, partition) => {
        accounting.ofReader(node, partition)?.polled(node, fact);
      },
      positionMoved: (fact, { node }, partition) => {
        accounting.ofReader(node, partition)?.moved(fact);
      },
      recordsProcessed: (fact, { node }) => {
        accounting.worked({ fact, node });
      },
      coordinatorStored: (fact, { committedOffsets }) => {
        accounting.stored(fact, committedOffsets);
      },
      nodeStopped: (fact, { node }) => {
        accounting.nodeEnded(fact, node);
      },
      nodeCrashed: (fact, { node }) => {
        accounting.nodeEnded(fact, node);
      },
      runEnded: (fact) => {
        accounting.settleEarly(fact);
        accounting.judgeAll(fact);
      },
    };
  },
};

/** Keeps the accounts of all groups, and finds what does not add up. */
class Accounting {
  readonly #truth: GroundTruth;
  readonly #report: Report;
  readonly #accounts = new Map<string, Map<PartitionTruth, GroupAccount>>();
  /** By transaction that has not ended. */
  readonly #open = new Map<TxnUid, Work[]>();
  /** Work that its application has taken for done before all that came of it had arrived. */
  #early: Work[] = [];

  constructor(truth: GroundTruth, report: Report) {
    this.#truth = truth;
    this.#report = report;
  }

  /** Undefined for a consumer that is in no group. */
  ofReader(node: string, partition: PartitionTruth): GroupAccount | undefined {
    const groupId = this.#truth.configuration.consumer(node)?.groupId ?? null;
    return groupId === null ? undefined : this.#accountOf(groupId, partition);
  }

  worked(work: Work): void {
    const { fact, node } = work;
    const { txnUid: uid } = fact;
    if (this.#truth.transactions.find(uid) === undefined) {
      if (this.#hasArrived(fact)) this.#count(work, fact, undefined);
      else {
        this.#accountFor(fact)?.worked(node, fact, fact.offsets);
        this.#early.push(work);
      }
      return;
    }
    this.#accountFor(fact)?.worked(node, uid, fact.offsets);
    this.#open.set(uid, [...(this.#open.get(uid) ?? []), work]);
    this.#settle(uid, fact);
  }

  stored(fact: Fact, committed: readonly OffsetTruth[]): void {
    for (const uid of this.#open.keys()) this.#settle(uid, fact);
    for (const { groupId, partition: name, current } of committed) {
      const partition = this.#truth.partition(name);
      if (partition === undefined || current === undefined) continue;
      const account = this.#accountOf(groupId, partition);
      account.committed(this.#truth, current.offset, fact);
      this.#judge(account, fact);
    }
  }

  nodeEnded(fact: Fact, node: string): void {
    for (const accounts of this.#accounts.values()) {
      for (const account of accounts.values()) account.letGo(node);
    }
    this.judgeAll(fact);
  }

  /** Nothing arrives any more. Afterwards `#early` is what was lost. */
  settleEarly(fact: Fact): void {
    this.#early = this.#early.filter((work) => {
      this.#accountFor(work.fact)?.ended(work.fact);
      const isLost = !this.#hasArrived(work.fact);
      if (!isLost) this.#count(work, fact, undefined);
      return isLost;
    });
  }

  judgeAll(fact: Fact): void {
    for (const accounts of this.#accounts.values()) {
      for (const account of accounts.values()) this.#judge(account, fact);
    }
  }

  /** Whether all that came of the work was acknowledged, or is in a log at least. */
  #hasArrived({ outputs }: Work['fact']): boolean {
    return outputs.every((recordId) => {
      const send = this.#truth.ledger.find(recordId);
      return send === undefined || send.outcome === 'acked' || send.offset >= 0;
    });
  }

  #settle(uid: TxnUid, fact: Fact): void {
    // One that is forgotten was given up before anything of it was written.
    const transaction = this.#truth.transactions.find(uid);
    // A decision that nobody has seen may still become another one.
    if (transaction !== undefined && (transaction.outcome === null || !transaction.isSeen)) return;
    const works = this.#open.get(uid) ?? [];
    this.#open.delete(uid);
    for (const work of works) {
      if (transaction?.outcome === 'commit') this.#count(work, fact, transaction);
      const account = this.#accountFor(work.fact);
      if (account === undefined) continue;
      account.ended(uid);
      this.#judge(account, fact);
    }
  }

  #count({ fact: work, node }: Work, fact: Fact, transaction: TransactionTruth | undefined): void {
    const account = this.#accountFor(work);
    if (account === undefined) return;
    for (const offset of work.offsets) {
      this.#report.exercised();
      if (account.did(node, offset)) continue;
      this.#report.broken({
        message: `${account.groupId} has processed ${work.partition}@${offset} twice`,
        kind: 'repeated',
        standing: onceStanding(this.#truth, account, transaction),
        evidence: { facts: [work, fact], partition: work.partition, offsets: [offset] },
      });
    }
  }

  #judge(account: GroupAccount, fact: Fact): void {
    const { groupId, partition } = account;
    for (const { offset, to, fact: commit } of account.skipped(fact.kind === 'runEnded')) {
      this.#report.broken({
        message: `${groupId} has committed ${partition.name}@${to}, and ${this.#fateOf(account, offset)}`,
        kind: 'skipped',
        standing: weakest([
          groupCommitsAfterWork(this.#truth.configuration, groupId),
          sharedStanding(this.#truth, account),
          transactionStanding(this.#truth, partition),
        ]),
        evidence: {
          facts: commit === fact ? [fact] : [commit, fact],
          partition: partition.name,
          offsets: [offset, to],
        },
      });
    }
  }

  #fateOf({ groupId, partition: { name } }: GroupAccount, offset: Offset): string {
    const isOutputLost = this.#early.some(
      ({ fact }) =>
        fact.groupId === groupId && fact.partition === name && fact.offsets.includes(offset),
    );
    return isOutputLost
      ? `what came of ${name}@${offset} has not arrived`
      : `nobody has processed ${name}@${offset}`;
  }

  #accountFor({ groupId, partition: name }: Work['fact']): GroupAccount | undefined {
    const partition = this.#truth.partition(name);
    if (groupId === null || partition === undefined) return undefined;
    return this.#accountOf(groupId, partition);
  }

  #accountOf(groupId: string, partition: PartitionTruth): GroupAccount {
    const mine = this.#accounts.get(groupId) ?? new Map<PartitionTruth, GroupAccount>();
    this.#accounts.set(groupId, mine);
    const known = mine.get(partition);
    if (known !== undefined) return known;
    const made = new GroupAccount(groupId, partition);
    mine.set(partition, made);
    return made;
  }
}

const notTransactional = notPromised(
  'work and commit are not one transaction, so that a crash between them repeats the work',
  'a transactional.id, and offsets that are sent to the transaction',
);

const shared = notPromised(
  'nobody keeps consumers apart that assign themselves the same partition with one group.id',
  'consumers that subscribe, and let their group assign the partitions',
);

function onceStanding(
  truth: GroundTruth,
  account: GroupAccount,
  transaction: TransactionTruth | undefined,
): Standing {
  const { groupId, partition } = account;
  const isOne = transaction?.staged.get(groupId)?.has(partition.name) === true;
  if (!isOne) return notTransactional;
  return weakest([sharedStanding(truth, account), transactionStanding(truth, partition)]);
}

function sharedStanding({ configuration }: GroundTruth, { readers }: GroupAccount): Standing {
  if (readers.size < 2) return promised;
  const isShared = [...readers].some(
    (node) => configuration.consumer(node)?.assignsItself === true,
  );
  return isShared ? shared : promised;
}
