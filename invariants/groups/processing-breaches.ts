import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type Fact } from '../../sim/trace.ts';
import { groupCommitsAfterWork } from '../configuration-standing.ts';
import { transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { type Breach } from '../invariant.ts';
import { promised, type Standing, weakest } from '../standing.ts';
import {
  type GroupAccount,
  type Happening,
  type Jump,
  type Passing,
  type Repetition,
  type Work,
} from './group-account.ts';
import { type Interruptions, nameOf } from './interruptions.ts';
import { notTransactional, shared } from './processing-standing.ts';

/** Work on a record that was done before. */
interface Repeated {
  readonly work: Work;
  /** Undefined for work without one. */
  readonly transaction: TransactionTruth | undefined;
  readonly repetition: Repetition;
  readonly offset: Offset;
}

/** A record that a commit has left behind. */
interface Skipped {
  readonly passing: Passing;
  /** Work on it of which something has not arrived. */
  readonly lost: Work | undefined;
  /** By which that is certain. */
  readonly fact: Fact;
}

/** Proved by who did it first, what has come between, and who did it again. */
export function repeated(
  truth: GroundTruth,
  account: GroupAccount,
  { work, transaction, repetition, offset }: Repeated,
  interruptions: Interruptions,
): Breach {
  const { groupId, partition } = account;
  const { former, pardon, move } = repetition;
  const interruption = interruptions.since(former, work.node);
  const between = [interruption, pardon, move].filter((one) => one !== undefined);
  const causes = between
    .filter(({ at }) => at >= former.at)
    .sort((one, other) => one.at - other.at);
  const facts = [former.fact, ...causes.map(({ fact }) => fact), work.fact];
  return {
    message: `${groupId} has processed ${partition.name}@${offset} twice`,
    kind: 'repeated',
    standing: pardon?.standing ?? onceStanding(truth, account, transaction, interruption),
    evidence: { facts: [...new Set(facts)], partition: partition.name, offsets: [offset] },
  };
}

/** Proved by who had it in hand, what became of that, and the commit. */
export function skipped(
  truth: GroundTruth,
  account: GroupAccount,
  { passing, lost, fact }: Skipped,
): Breach {
  const { groupId, partition } = account;
  const { offset, to, commit, poll } = passing;
  const record = `${partition.name}@${offset}`;
  const fate =
    lost === undefined
      ? `nobody has processed ${record}`
      : `what came of ${record} has not arrived`;
  // How far a log of a coordinator is committed tells a reader nothing.
  const last = fact.kind === 'highWatermarkMoved' ? undefined : fact;
  const facts = [poll, lost?.fact, commit, last].filter((one) => one !== undefined);
  return {
    message: `${groupId} has committed ${partition.name}@${to}, and ${fate}`,
    kind: 'skipped',
    standing: weakest([
      groupCommitsAfterWork(truth.configuration, groupId),
      sharedStanding(truth, account),
      transactionStanding(truth, partition),
    ]),
    evidence: { facts: [...new Set(facts)], partition: partition.name, offsets: [offset, to] },
  };
}

/** A policy has let the group begin behind a record. */
export function jumpedOver(
  { groupId, partition }: GroupAccount,
  offset: Offset,
  jump: Jump,
): Breach {
  const { name } = partition;
  return {
    message: `${groupId} reads ${name} from ${jump.to} on, and nobody has processed ${name}@${offset}`,
    kind: 'jumped over',
    standing: jump.standing,
    evidence: { facts: [jump.fact], partition: name, offsets: [offset, jump.to] },
  };
}

function onceStanding(
  truth: GroundTruth,
  account: GroupAccount,
  transaction: TransactionTruth | undefined,
  interruption: Happening | undefined,
): Standing {
  const { groupId, partition } = account;
  const isOne = transaction?.staged.get(groupId)?.has(partition.name) === true;
  if (!isOne) {
    return notTransactional(interruption === undefined ? 'a failure' : nameOf(interruption));
  }
  return weakest([sharedStanding(truth, account), transactionStanding(truth, partition)]);
}

function sharedStanding({ configuration }: GroundTruth, { readers }: GroupAccount): Standing {
  if (readers.size < 2) return promised;
  const isShared = [...readers].some(
    (node) => configuration.consumer(node)?.assignsItself === true,
  );
  return isShared ? shared : promised;
}
