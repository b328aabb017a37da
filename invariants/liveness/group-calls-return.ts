import { alwaysPromised } from '../configuration-standing.ts';
import { type Fact } from '../../sim/trace.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { fromMilliseconds, type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** `max.block.ms` and `default.api.timeout.ms` where nothing else is known, with some slack. */
const patience: Instant = fromMilliseconds(61_000);

interface OpenCall {
  readonly what: string;
  readonly at: Instant;
  readonly fact: Fact;
}

/** L8: with or without success. Calls of a client that has ended are left out. */
export const groupCallsReturn: Invariant = {
  id: 'L8',
  name: 'group-and-transaction-calls-return',
  promise:
    'Once all faults are over, every call that commits offsets or ends a transaction succeeds or fails in time.',
  kind: 'liveness',
  source: 'KafkaProducer.commitTransaction, ConsumerCoordinator.commitOffsetsSync, KIP-266',
  promised: alwaysPromised,

  start(truth, report) {
    /** A producer is in one call at a time. */
    const calls = new Map<string, OpenCall>();

    function judge(node: string, { what, at, fact }: OpenCall, end: Fact): void {
      if (truth.moment.at - Math.max(at, truth.healedAt) <= patienceFor(truth, node)) return;
      report.broken({
        message: `${what} of ${node} has not returned`,
        standing: promised,
        evidence: { facts: [fact, end] },
      });
    }

    return {
      transactionEndAttempted: (fact, { node, at }) => {
        calls.set(node, { what: fact.isCommit ? 'a commit' : 'an abort', at, fact });
      },
      transactionOffsetsAttempted: (fact, { node, at }) => {
        calls.set(node, { what: 'sending offsets to a transaction', at, fact });
      },
      transactionEndReturned: (_fact, { node }) => {
        report.exercised();
        calls.delete(node);
      },
      transactionOffsetsEnded: (_fact, { node }) => {
        report.exercised();
        calls.delete(node);
      },
      offsetCommitSucceeded: report.exercised,
      offsetCommitFailed: report.exercised,
      nodeStarted: (_fact, { node }) => {
        calls.delete(node);
      },
      runEnded: (end) => {
        if (truth.healedAt < 0) return;
        for (const [node, call] of calls) if (truth.running.has(node)) judge(node, call, end);
        for (const [node, commits] of truth.groups.commits.open()) {
          for (const { fact, at } of commits.values()) {
            judge(node, { what: `commit ${fact.commit}`, at, fact }, end);
          }
        }
      },
    };
  },
};

function patienceFor({ configuration }: GroundTruth, node: string): Instant {
  const maxBlockMs = configuration.producer(node)?.maxBlockMs ?? 0;
  const { settleWithinMs } = configuration.given;
  return Math.max(patience, fromMilliseconds(maxBlockMs)) + fromMilliseconds(settleWithinMs);
}
