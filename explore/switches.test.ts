import { expect, test } from 'vitest';
import { directedScenario } from '../scenarios/directed/directed.ts';
import { draw } from '../scenarios/draw.ts';
import { shippedScenarios } from '../scenarios/shipped.ts';
import { type Plan } from '../sim/plan.ts';
import { type SwitchName } from '../sim/switches/switches.ts';
import { type Judgement, runPlan } from './run.ts';

/** A switch and its value, the run of a scenario by its seed, and the invariant that breaks. */
type Reappearance = readonly [
  name: SwitchName,
  value: string,
  scenario: string,
  seed: number,
  breaks: string,
];

/** Bugs of older Kafkas, each with a run in which it shows. */
const oldBugs: readonly Reappearance[] = [
  ['repl.truncate', 'hw', 'leadership-churn', 1, 'C3'],
  ['repl.truncate', 'epoch1', 'leadership-churn', 53, 'C3'],
  ['repl.hwBeforeTruncate', 'on', 'one-way-partition', 1, 'R1'],
  ['repl.updateStateOnDiverging', 'on', 'rolling-restart', 2, 'C3'],
  ['repl.epochCacheCleanAtLeo', 'off', 'leadership-churn', 2, 'L1'],
  ['listOffsets.waitForLeso', 'off', 'leadership-churn', 1, 'R7'],
  ['isr.hwUses', 'committed', 'leader-crash', 1, 'R4'],
  ['isr.shrinkOptimistic', 'on', 'slow-follower', 1, 'R4'],
  ['isr.joinRule', 'hwOnly', 'network-chaos', 35, 'R13'],
  ['isr.eligibility', 'off', 'leader-crash', 1, 'R13'],
  ['isr.partitionEpochCas', 'off', 'network-chaos', 217, 'R14'],
  ['ctrl.batchFencing', 'staleState', 'network-chaos', 4, 'R13'],
  ['ctrl.answerBeforeCommit', 'on', 'slow-follower', 1, 'R3'],
  ['idem.cachedBatches', '1', 'lost-ack-with-idempotence', 1, 'P2'],
  ['idem.rebuildOnFollower', 'off', 'healthy', 1, 'P1'],
  ['repl.fetchEpochFencing', 'off', 'zombie-follower', 1, 'R3'],
  ['fetch.sessionCachesEpoch', 'off', 'zombie-follower', 1, 'R12'],
  ['repl.checkFetchStateOnReply', 'off', 'leadership-carousel', 5, 'R1'],
  ['isr.brokerEpochCheck', 'off', 'disk-lost-while-joining', 1, 'C3'],
  ['hw.requireMinIsr', 'off', 'alone-in-the-isr', 1, 'R5'],
  ['elr.uncleanStrip', 'off', 'lossy-restart-in-the-elr', 1, 'R3'],
  ['reassign.completeEarly', 'on', 'reassigned-to-slow-replicas', 1, 'R13'],
  ['idem.resequenceOrder', 'heap', 'refused-among-others', 1, 'C14'],
  ['idem.bumpOnOoosAlways', 'on', 'answers-of-a-former-leader', 1, 'C2'],
  ['idem.stateBeforeAppend', 'on', 'batch-larger-than-a-segment', 1, 'P1'],
  ['repl.truncateOnEpochChangeOnly', 'leaderId', 'leadership-carousel', 22, 'R1'],
  ['repl.checkFetchEpochOnReply', 'off', 'leadership-carousel', 75, 'R10'],
  ['cleaner.keepLastBatch', 'off', 'end-of-a-clean-log', 1, 'R2'],
  ['848.epochBookkeeping', 'loose', 'given-back', 1, 'G1'],
  ['static.updateMemberId', 'off', 'two-processes-one-instance', 1, 'G1'],
  ['gc.loadOffsetsFirst', 'strict', 'offsets-before-their-group', 1, 'L10'],
  ['offsets.expireWhileRebalancing', 'on', 'back-within-retention', 1, 'C11'],
  ['coop.skipRevokePhase', 'on', 'rebalance-cooperative', 1, 'G1'],
  ['consumer.commitFetchPosition', 'on', 'auto-commit', 1, 'C11'],
  ['elr.electFencedLkl', 'on', 'last-isr-power-loss', 1, 'R13'],
  ['static.persist', 'off', 'successor-at-a-new-coordinator', 1, 'G8'],
  ['ctrl.unfenceAt', 'logEnd', 'unfenced-while-busy', 1, 'L1'],
  ['gc.loadCompactionRace', 'on', 'cleaned-while-loading', 1, 'L4'],
  ['848.fetchStaleAsNone', 'on', 'epoch-ahead-of-a-question', 1, 'C11'],
  ['consumer.retryAsyncCommit', 'on', 'commits-sent-again', 1, 'G7'],
  ['offsets.topicIdCheck', 'off', 'topic-made-again', 1, 'C13'],
  ['sticky.useGeneration', 'off', 'back-with-old-claims', 1, 'G1'],
  ['sticky.useGeneration', 'off', 'claims-of-a-lost-member', 1, 'L6'],
  ['producer.flushWaitsSplit', 'off', 'split-in-a-flush', 1, 'C11'],
  ['async.reconcileCheckBeforeCollect', 'off', 'polled-while-revoked', 1, 'C11'],
];

/** The same of transactions. */
const oldBugsOfTransactions: readonly Reappearance[] = [
  ['txn.verify', 'off', 'late-produce', 1, 'T11'],
  ['txn.markerStrict', 'off', 'late-marker', 1, 'T5'],
  ['cleaner.markerEarly', 'on', 'cleaned-in-part', 1, 'C6'],
  ['cleaner.markerKeyed', 'on', 'marker-like-a-key', 1, 'T5'],
  ['cleaner.stopAtLso', 'off', 'cleaned-under-a-transaction', 1, 'R19'],
  ['txn.timestampCheck', 'on', 'clock-set-back', 1, 'C12'],
  ['txn.delayedFetchAborted', 'off', 'exactly-once', 8, 'C6'],
  ['txn.lsoOnMarkerAppend', 'on', 'aborted-read-committed', 1, 'T6'],
  ['txn.markerRetryIdempotent', 'off', 'exactly-once', 1, 'L4'],
  ['txn.verifyGuard', 'off', 'late-verification', 1, 'T11'],
  ['txn.offsetFencing', 'off', 'zombie-commit', 1, 'C11'],
  ['offsets.requireStable', 'off', 'commit-after-takeover', 1, 'C11'],
  ['txn.pendingMarkerRemove', 'byKey', 'coordinator-there-and-back', 1, 'L7'],
  ['offsets.deleteWithPending', 'on', 'expired-while-pending', 1, 'C13'],
  ['txn.clearPendingOnFail', 'off', 'forgotten-without-followers', 1, 'L9'],
  ['txn.bumpOnFailedFence', 'on', 'fences-that-fail', 1, 'T14'],
  ['tv2.doubleBump', 'on', 'taken-over-in-a-transaction', 1, 'T14'],
  ['tv2.pendingCheckFirst', 'off', 'abort-while-markers-are-out', 1, 'T13'],
  ['tv2.rotateOnFence', 'off', 'timed-out-in-the-last-epoch', 1, 'T14'],
  ['txn.verifySeq', 'off', 'asked-out-of-order', 1, 'P3'],
  ['tv2.persistRotation', 'off', 'moved-in-the-last-epoch', 1, 'T14'],
  ['offsets.txnOverwriteNewer', 'on', 'committed-beside-a-transaction', 1, 'C13'],
  ['txn.markerReplyBeforeGc', 'on', 'marker-answered-early', 1, 'C11'],
];

/** Transactions of `transaction.version=1`, whose requests name none; `transaction.version=2` mends it. */
const bugsOfOlderTransactions: readonly (readonly [
  scenario: string,
  seed: number,
  breaks: string,
])[] = [
  ['late-commit', 1, 'T3'],
  ['sequences-used-again', 1, 'C3'],
  ['late-frames', 13, 'C12'],
  ['late-frames', 155, 'T13'],
];

/** Bugs that Kafka 4.3.1 has, each with a run in which it shows; the value fixes it. */
const presentBugs: readonly Reappearance[] = [
  ['isr.metadataKeepsPending', 'on', 'leadership-churn', 3, 'R4'],
  ['idem.bumpWaitsInflight', 'on', 'leadership-churn', 55, 'C2'],
  ['idem.firstSeqAny', 'off', 'leadership-churn', 214, 'C14'],
  ['idem.firstSeqOfUnknown', 'zero', 'leadership-churn', 10, 'P3'],
  ['idem.expireByRecordTime', 'off', 'clock-of-last-week', 1, 'C2'],
  ['elr.clearKeepsIndex', 'on', 'topic-deleted-after-its-elr', 1, 'L1'],
  ['elr.replicasOnly', 'on', 'removed-while-eligible', 1, 'C3'],
  ['isr.reelectedForgetsEnds', 'on', 'leader-again', 1, 'C3'],
  ['repl.leadsAfterFencing', 'on', 'exactly-once', 2491, 'R1'],
  ['async.autoCommitRace', 'off', 'auto-commit-in-a-poll', 2, 'C11'],
  ['async.staleAssignment', 'ignored', 'assigned-while-at-work', 1, 'G1'],
  ['async.commitOrder', 'strict', 'overtaken-commit', 1, 'G7'],
  ['848.commitOwnerCheck', 'on', 'commit-after-rejoin', 1, 'G7'],
  ['848.zombieCommitEmpty', 'off', 'commit-without-members', 1, 'G7'],
  ['producer.unresolvedOnFirstFlight', 'on', 'lost-in-its-first-flight', 1, 'L5'],
  ['gc.loadAfterDowngrade', 'on', 'cleaned-after-a-downgrade', 1, 'L4'],
  ['async.unknownTopicId', 'taken', 'deleted-under-a-pattern', 1, 'L6'],
  ['txn.skipMarkerOfLeaderless', 'off', 'marker-without-leader', 1, 'T5'],
  ['848.staticSameIdRejoin', 'on', 'first-join-unanswered', 1, 'G8'],
  ['848.assignInterval', 'pastOnly', 'target-of-the-future', 1, 'L6'],
  ['tv2.persistLastEpoch', 'on', 'next-epoch-unanswered', 1, 'T13'],
];

test.for([...oldBugs, ...oldBugsOfTransactions])(
  '%s=%s in %s@%d breaks %s, which holds without',
  ([name, value, scenario, seed, breaks]) => {
    const plan = planOf(scenario, seed);
    expect(judgementOf(breaks, plan).outcome).toBe('held');
    expect(violatedIn(plan)).toEqual([]);
    const { outcome } = judgementOf(breaks, withSwitch(plan, name, value));
    // The fix of a present bug may mend an old one, too.
    expect(['violated', 'known defect']).toContain(outcome);
  },
);

test.for(bugsOfOlderTransactions)(
  'transaction.version=1 in %s@%d breaks %s, which holds with 2',
  ([scenario, seed, breaks]) => {
    const plan = planOf(scenario, seed);
    expect(violatedIn(plan)).toEqual([]);
    const cluster = { ...plan.cluster, features: { 'transaction.version': 1 } };
    expect(violatedIn({ ...plan, cluster })).toContain(breaks);
  },
);

test.for(presentBugs)('%s=%s in %s@%d mends %s', ([name, value, scenario, seed, breaks]) => {
  const plan = planOf(scenario, seed);
  const { outcome, defect } = judgementOf(breaks, plan);
  expect(outcome).toBe('known defect');
  expect(defect?.switch).toBe(name);
  expect(judgementOf(breaks, withSwitch(plan, name, value)).outcome).toBe('held');
});

function planOf(scenario: string, seed: number): Plan {
  const shipped = shippedScenarios.find(({ name }) => name === scenario);
  const found = shipped ?? directedScenario(scenario);
  if (found === undefined) throw new Error(`no scenario ${scenario}`);
  return draw(found, seed);
}

function withSwitch(plan: Plan, name: SwitchName, value: string): Plan {
  return { ...plan, switches: { ...plan.switches, [name]: value } };
}

function judgementOf(id: string, plan: Plan): Judgement {
  const judgement = runPlan(plan).judgements.find(({ invariant }) => invariant.id === id);
  if (judgement === undefined) throw new Error(`no invariant ${id}`);
  return judgement;
}

function violatedIn(plan: Plan): readonly string[] {
  return runPlan(plan)
    .judgements.filter(({ outcome }) => outcome === 'violated')
    .map(({ invariant }) => invariant.id);
}
