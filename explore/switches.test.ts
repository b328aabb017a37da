import { expect, test } from 'vitest';
import { directedScenarios } from '../scenarios/directed/directed.ts';
import { draw } from '../scenarios/draw.ts';
import { shippedScenarios } from '../scenarios/shipped.ts';
import { type Plan } from '../sim/plan.ts';
import { type SwitchName } from '../sim/switches.ts';
import { type Judgement, runPlan } from './run.ts';

interface Reappearance {
  readonly switch: SwitchName;
  readonly value: string;
  readonly scenario: string;
  readonly seed: number;
  /** Id of an invariant that breaks. */
  readonly breaks: string;
}

/** Bugs of older Kafkas, each with a run in which it shows. */
const oldBugs: readonly Reappearance[] = [
  { switch: 'repl.truncate', value: 'hw', scenario: 'leadership-churn', seed: 1, breaks: 'C3' },
  {
    switch: 'repl.truncate',
    value: 'epoch1',
    scenario: 'leadership-churn',
    seed: 53,
    breaks: 'C3',
  },
  {
    switch: 'repl.hwBeforeTruncate',
    value: 'on',
    scenario: 'one-way-partition',
    seed: 1,
    breaks: 'R1',
  },
  {
    switch: 'repl.updateStateOnDiverging',
    value: 'on',
    scenario: 'rolling-restart',
    seed: 2,
    breaks: 'C3',
  },
  {
    switch: 'repl.epochCacheCleanAtLeo',
    value: 'off',
    scenario: 'leadership-churn',
    seed: 2,
    breaks: 'L1',
  },
  {
    switch: 'listOffsets.waitForLeso',
    value: 'off',
    scenario: 'leadership-churn',
    seed: 1,
    breaks: 'R7',
  },
  { switch: 'isr.hwUses', value: 'committed', scenario: 'leader-crash', seed: 1, breaks: 'R4' },
  { switch: 'isr.shrinkOptimistic', value: 'on', scenario: 'slow-follower', seed: 1, breaks: 'R4' },
  { switch: 'isr.joinRule', value: 'hwOnly', scenario: 'network-chaos', seed: 35, breaks: 'R13' },
  { switch: 'isr.eligibility', value: 'off', scenario: 'leader-crash', seed: 1, breaks: 'R13' },
  {
    switch: 'isr.partitionEpochCas',
    value: 'off',
    scenario: 'network-chaos',
    seed: 36,
    breaks: 'R14',
  },
  {
    switch: 'ctrl.batchFencing',
    value: 'staleState',
    scenario: 'network-chaos',
    seed: 4,
    breaks: 'R13',
  },
  {
    switch: 'ctrl.answerBeforeCommit',
    value: 'on',
    scenario: 'slow-follower',
    seed: 1,
    breaks: 'R3',
  },
  {
    switch: 'idem.cachedBatches',
    value: '1',
    scenario: 'lost-ack-with-idempotence',
    seed: 1,
    breaks: 'P2',
  },
  { switch: 'idem.rebuildOnFollower', value: 'off', scenario: 'healthy', seed: 1, breaks: 'P1' },
  {
    switch: 'repl.fetchEpochFencing',
    value: 'off',
    scenario: 'zombie-follower',
    seed: 1,
    breaks: 'R3',
  },
  {
    switch: 'fetch.sessionCachesEpoch',
    value: 'off',
    scenario: 'zombie-follower',
    seed: 1,
    breaks: 'R12',
  },
  {
    switch: 'repl.checkFetchStateOnReply',
    value: 'off',
    scenario: 'leadership-carousel',
    seed: 5,
    breaks: 'R1',
  },
  {
    switch: 'isr.brokerEpochCheck',
    value: 'off',
    scenario: 'disk-lost-while-joining',
    seed: 1,
    breaks: 'C3',
  },
  { switch: 'hw.requireMinIsr', value: 'off', scenario: 'alone-in-the-isr', seed: 1, breaks: 'R5' },
  {
    switch: 'elr.uncleanStrip',
    value: 'off',
    scenario: 'lossy-restart-in-the-elr',
    seed: 1,
    breaks: 'R3',
  },
  {
    switch: 'reassign.completeEarly',
    value: 'on',
    scenario: 'reassigned-to-slow-replicas',
    seed: 1,
    breaks: 'R13',
  },
  {
    switch: 'idem.stateBeforeAppend',
    value: 'on',
    scenario: 'batch-larger-than-a-segment',
    seed: 1,
    breaks: 'P1',
  },
  {
    switch: 'repl.truncateOnEpochChangeOnly',
    value: 'leaderId',
    scenario: 'leadership-carousel',
    seed: 45,
    breaks: 'R1',
  },
  {
    switch: 'repl.checkFetchEpochOnReply',
    value: 'off',
    scenario: 'leadership-carousel',
    seed: 75,
    breaks: 'R10',
  },
  {
    switch: '848.epochBookkeeping',
    value: 'loose',
    scenario: 'given-back',
    seed: 1,
    breaks: 'G1',
  },
  {
    switch: 'static.updateMemberId',
    value: 'off',
    scenario: 'two-processes-one-instance',
    seed: 1,
    breaks: 'G1',
  },
  {
    switch: 'gc.loadOffsetsFirst',
    value: 'strict',
    scenario: 'offsets-before-their-group',
    seed: 1,
    breaks: 'L10',
  },
  {
    switch: 'offsets.expireWhileRebalancing',
    value: 'on',
    scenario: 'back-within-retention',
    seed: 1,
    breaks: 'C11',
  },
  {
    switch: 'coop.skipRevokePhase',
    value: 'on',
    scenario: 'rebalance-cooperative',
    seed: 1,
    breaks: 'G1',
  },
  {
    switch: 'consumer.commitFetchPosition',
    value: 'on',
    scenario: 'auto-commit',
    seed: 1,
    breaks: 'C11',
  },
  {
    switch: '848.fetchStaleAsNone',
    value: 'on',
    scenario: 'epoch-ahead-of-a-question',
    seed: 1,
    breaks: 'C11',
  },
  {
    switch: 'consumer.retryAsyncCommit',
    value: 'on',
    scenario: 'commits-sent-again',
    seed: 1,
    breaks: 'G7',
  },
];

/** The same of transactions. */
const oldBugsOfTransactions: readonly Reappearance[] = [
  { switch: 'txn.verify', value: 'off', scenario: 'late-produce', seed: 1, breaks: 'T11' },
  { switch: 'txn.markerStrict', value: 'off', scenario: 'late-marker', seed: 1, breaks: 'T5' },
  { switch: 'txn.timestampCheck', value: 'on', scenario: 'clock-set-back', seed: 1, breaks: 'C12' },
  {
    switch: 'txn.delayedFetchAborted',
    value: 'off',
    scenario: 'exactly-once',
    seed: 8,
    breaks: 'C6',
  },
  {
    switch: 'txn.lsoOnMarkerAppend',
    value: 'on',
    scenario: 'aborted-read-committed',
    seed: 1,
    breaks: 'T6',
  },
  {
    switch: 'txn.markerRetryIdempotent',
    value: 'off',
    scenario: 'exactly-once',
    seed: 1,
    breaks: 'L4',
  },
  {
    switch: 'txn.verifyGuard',
    value: 'off',
    scenario: 'late-verification',
    seed: 1,
    breaks: 'T11',
  },
  { switch: 'txn.offsetFencing', value: 'off', scenario: 'zombie-commit', seed: 1, breaks: 'C11' },
  {
    switch: 'offsets.requireStable',
    value: 'off',
    scenario: 'commit-after-takeover',
    seed: 1,
    breaks: 'C11',
  },
  {
    switch: 'txn.pendingMarkerRemove',
    value: 'byKey',
    scenario: 'coordinator-there-and-back',
    seed: 1,
    breaks: 'L7',
  },
  {
    switch: 'offsets.deleteWithPending',
    value: 'on',
    scenario: 'expired-while-pending',
    seed: 1,
    breaks: 'C13',
  },
];

/** Transactions of `transaction.version=1`, whose requests name none; `transaction.version=2` mends it. */
const bugsOfOlderTransactions: readonly Omit<Reappearance, 'switch' | 'value'>[] = [
  { scenario: 'late-commit', seed: 1, breaks: 'T3' },
  { scenario: 'sequences-used-again', seed: 1, breaks: 'C3' },
  { scenario: 'late-frames', seed: 13, breaks: 'C12' },
];

/** Bugs that Kafka 4.3.1 has, each with a run in which it shows; the value fixes it. */
const presentBugs: readonly Reappearance[] = [
  {
    switch: 'isr.metadataKeepsPending',
    value: 'on',
    scenario: 'leadership-churn',
    seed: 3,
    breaks: 'R4',
  },
  {
    switch: 'idem.bumpWaitsInflight',
    value: 'on',
    scenario: 'leadership-churn',
    seed: 55,
    breaks: 'C2',
  },
  {
    switch: 'idem.firstSeqAny',
    value: 'off',
    scenario: 'leadership-churn',
    seed: 214,
    breaks: 'C14',
  },
  {
    switch: 'idem.firstSeqOfUnknown',
    value: 'zero',
    scenario: 'leadership-churn',
    seed: 10,
    breaks: 'P3',
  },
  {
    switch: 'elr.clearKeepsIndex',
    value: 'on',
    scenario: 'topic-deleted-after-its-elr',
    seed: 1,
    breaks: 'L1',
  },
  {
    switch: 'isr.reelectedForgetsEnds',
    value: 'on',
    scenario: 'leader-again',
    seed: 1,
    breaks: 'C3',
  },
  {
    switch: 'repl.leadsAfterFencing',
    value: 'on',
    scenario: 'exactly-once',
    seed: 2491,
    breaks: 'R1',
  },
  {
    switch: 'async.autoCommitRace',
    value: 'off',
    scenario: 'rebalance-consumer-protocol',
    seed: 6,
    breaks: 'C11',
  },
  {
    switch: 'async.staleAssignment',
    value: 'ignored',
    scenario: 'assigned-while-at-work',
    seed: 1,
    breaks: 'G1',
  },
  {
    switch: 'async.commitOrder',
    value: 'strict',
    scenario: 'overtaken-commit',
    seed: 1,
    breaks: 'G7',
  },
  {
    switch: '848.commitOwnerCheck',
    value: 'on',
    scenario: 'commit-after-rejoin',
    seed: 1,
    breaks: 'G7',
  },
  {
    switch: '848.zombieCommitEmpty',
    value: 'off',
    scenario: 'commit-without-members',
    seed: 1,
    breaks: 'G7',
  },
  {
    switch: 'async.unknownTopicId',
    value: 'taken',
    scenario: 'deleted-under-a-pattern',
    seed: 1,
    breaks: 'L6',
  },
  {
    switch: 'txn.skipMarkerOfLeaderless',
    value: 'off',
    scenario: 'marker-without-leader',
    seed: 1,
    breaks: 'T5',
  },
];

test.for([...oldBugs, ...oldBugsOfTransactions])(
  '$switch=$value breaks $breaks in $scenario@$seed, which holds without',
  (row) => {
    const plan = planOf(row);
    expect(judgementOf(row.breaks, plan).outcome).toBe('held');
    expect(violatedIn(plan)).toEqual([]);
    const switches = { ...plan.switches, [row.switch]: row.value };
    expect(violatedIn({ ...plan, switches })).toContain(row.breaks);
  },
);

test.for(bugsOfOlderTransactions)(
  'transaction.version=1 breaks $breaks in $scenario@$seed, which holds with 2',
  (row) => {
    const plan = planOf(row);
    expect(violatedIn(plan)).toEqual([]);
    const cluster = { ...plan.cluster, features: { 'transaction.version': 1 } };
    expect(violatedIn({ ...plan, cluster })).toContain(row.breaks);
  },
);

test.for(presentBugs)('$switch=$value mends $breaks in $scenario@$seed', (row) => {
  const plan = planOf(row);
  const { outcome, defect } = judgementOf(row.breaks, plan);
  expect(outcome).toBe('known defect');
  expect(defect?.switch).toBe(row.switch);
  const switches = { ...plan.switches, [row.switch]: row.value };
  expect(judgementOf(row.breaks, { ...plan, switches }).outcome).toBe('held');
});

function planOf({ scenario, seed }: Pick<Reappearance, 'scenario' | 'seed'>): Plan {
  const known = [...shippedScenarios, ...directedScenarios];
  const found = known.find(({ name }) => name === scenario);
  if (found === undefined) throw new Error(`no scenario ${scenario}`);
  return draw(found, seed);
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
