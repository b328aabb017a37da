import { type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { workBeforeCommitIsPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type CommittedValue, type OffsetTruth } from '../ground-truth/group-truth.ts';
import { type Moment } from '../ground-truth/moment.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Handlers, type Invariant, type Report } from '../invariant.ts';
import { GroupAccount, type Work } from './group-account.ts';
import { type End, Interruptions } from './interruptions.ts';
import { OffsetExpiry } from './offset-expiry.ts';
import { jumpedOver, repeated, skipped } from './processing-breaches.ts';

/**
 * C11: what was done counts if all that came of it has arrived, and in a transaction once that is
 * committed. A group that has repeated something is a finding only where work and commit are one
 * transaction; that it has skipped something is one wherever applications commit after their work. What
 * a consumer has in hand when it is committed is skipped when that consumer is gone, or the run is over.
 * What an application seeks is its own affair. What `auto.offset.reset` lets a group begin behind, and
 * what it does again when its offsets have expired, is told and not promised.
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
      ...consumerHandlers(accounting),
      transactionOffsetsAttempted: (fact) => {
        accounting.sent(fact);
      },
      coordinatorAppended: ({ batch }, _moment, home) => {
        if (home.coordinates === 'groups') accounting.expiry.written(batch, home);
      },
      coordinatorStored: (fact, { at, committedOffsets }) => {
        accounting.stored(fact, at, committedOffsets);
      },
      runEnded: (fact) => {
        accounting.settleEarly();
        accounting.judgeAll(fact);
        accounting.tellJumps();
      },
    };
  },
};

function consumerHandlers(accounting: Accounting): Handlers {
  function ended(fact: End, { node, at }: Moment): void {
    accounting.interruptions.ended(node, { fact, at });
  }

  function nodeEnded(fact: FactOf<'nodeStopped' | 'nodeCrashed'>, moment: Moment): void {
    ended(fact, moment);
    accounting.nodeEnded(fact, moment.node);
  }

  return {
    committedOffsetsReceived: (fact, { node }) => {
      accounting.told(fact, node);
    },
    recordsPolled: (fact, { node }, partition) => {
      accounting.ofReader(node, partition)?.polled(node, fact);
    },
    positionMoved: (fact, { node, at }, partition) => {
      accounting.ofReader(node, partition)?.moved(node, { fact, at });
    },
    recordsProcessed: (fact, { node, at }) => {
      accounting.worked({ fact, node, at });
    },
    partitionsAssigned: (fact, { node, at }) => {
      accounting.interruptions.assigned(node, { fact, at });
    },
    partitionsRevoked: ended,
    membershipEnded: ended,
    nodeStopped: nodeEnded,
    nodeCrashed: nodeEnded,
  };
}

/** Of so many transactions it is remembered what offsets they have sent. */
const mostSent = 256;

/** Keeps the accounts of all groups, and finds what does not add up. */
class Accounting {
  readonly expiry: OffsetExpiry;
  readonly interruptions = new Interruptions();
  readonly #truth: GroundTruth;
  readonly #report: Report;
  readonly #accounts = new Map<string, Map<PartitionTruth, GroupAccount>>();
  /** By transaction that has not ended. */
  readonly #open = new Map<TxnUid, Work[]>();
  /** Offsets that were sent to transactions, the latest last. */
  readonly #sent = new Map<TxnUid, FactOf<'transactionOffsetsAttempted'>>();
  /** Work that its application has taken for done before all that came of it had arrived. */
  #early: Work[] = [];

  constructor(truth: GroundTruth, report: Report) {
    this.#truth = truth;
    this.#report = report;
    this.expiry = new OffsetExpiry(truth);
  }

  /** Undefined for a consumer that is in no group. */
  ofReader(node: string, partition: PartitionTruth): GroupAccount | undefined {
    const groupId = this.#truth.configuration.consumer(node)?.groupId ?? null;
    return groupId === null ? undefined : this.#accountOf(groupId, partition);
  }

  told({ offsets }: FactOf<'committedOffsetsReceived'>, node: string): void {
    for (const { partition: name, offset } of offsets) {
      const partition = this.#truth.partition(name);
      if (partition !== undefined) this.ofReader(node, partition)?.told(node, offset);
    }
  }

  sent(fact: FactOf<'transactionOffsetsAttempted'>): void {
    this.#sent.set(fact.txnUid, fact);
    if (this.#sent.size <= mostSent) return;
    for (const oldest of this.#sent.keys()) {
      this.#sent.delete(oldest);
      return;
    }
  }

  worked(work: Work): void {
    const { fact, node } = work;
    const { txnUid: uid } = fact;
    if (this.#truth.transactions.find(uid) === undefined) {
      if (this.#hasArrived(fact)) this.#count(work, undefined);
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

  stored(fact: Fact, at: number, committed: readonly OffsetTruth[]): void {
    for (const uid of this.#open.keys()) this.#settle(uid, fact);
    for (const { groupId, partition: name, current } of committed) {
      const partition = this.#truth.partition(name);
      if (partition === undefined || current === undefined) continue;
      const account = this.#accountOf(groupId, partition);
      const group = this.#truth.groups.group(groupId);
      if (current.stored !== null) {
        const commit = this.#callOf(groupId, current) ?? fact;
        account.committed(this.#truth, current.offset, commit);
      } else if (this.expiry.isTimely(current, group)) account.expired({ fact, at });
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
  settleEarly(): void {
    this.#early = this.#early.filter((work) => {
      this.#accountFor(work.fact)?.ended(work.fact);
      const isLost = !this.#hasArrived(work.fact);
      if (!isLost) this.#count(work, undefined);
      return isLost;
    });
  }

  judgeAll(fact: Fact): void {
    for (const accounts of this.#accounts.values()) {
      for (const account of accounts.values()) this.#judge(account, fact);
    }
  }

  /** What nobody has worked on by now, nobody will. */
  tellJumps(): void {
    for (const accounts of this.#accounts.values()) {
      for (const account of accounts.values()) {
        for (const [offset, jump] of account.jumpedOver(this.#truth)) {
          this.#report.broken(jumpedOver(account, offset, jump));
        }
      }
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
      if (transaction?.outcome === 'commit') this.#commit(work, transaction);
      const account = this.#accountFor(work.fact);
      if (account === undefined) continue;
      account.ended(uid);
      this.#judge(account, fact);
    }
  }

  /** A transaction is committed only when all that was sent in it is in a log. */
  #commit(work: Work, transaction: TransactionTruth): void {
    if (this.#hasArrived(work.fact)) this.#count(work, transaction);
    else this.#early.push(work);
  }

  #count(work: Work, transaction: TransactionTruth | undefined): void {
    const account = this.#accountFor(work.fact);
    if (account === undefined) return;
    const repetitions = account.did(work);
    for (const offset of work.fact.offsets) {
      this.#report.exercised();
      const repetition = repetitions.get(offset);
      if (repetition === undefined) continue;
      const counted = { work, transaction, repetition, offset };
      this.#report.broken(repeated(this.#truth, account, counted, this.interruptions));
    }
  }

  #judge(account: GroupAccount, fact: Fact): void {
    for (const passing of account.skipped(fact.kind === 'runEnded')) {
      const lost = this.#lostWorkOn(account, passing.offset);
      this.#report.broken(skipped(this.#truth, account, { passing, lost, fact }));
    }
  }

  #lostWorkOn({ groupId, partition: { name } }: GroupAccount, offset: number): Work | undefined {
    return this.#early.find(
      ({ fact }) =>
        fact.groupId === groupId && fact.partition === name && fact.offsets.includes(offset),
    );
  }

  /** Who has committed it; undefined if that was no consumer or producer of the plan. */
  #callOf(groupId: string, { stored, txnUid }: CommittedValue): Fact | undefined {
    const sent = this.#sent.get(txnUid);
    if (sent?.groupId === groupId) return sent;
    return this.#truth.groups.commits.find(stored?.commitUid)?.fact;
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
