import { expect, test } from 'vitest';
import { type FactKind } from '../../sim/trace.ts';
import { type Violation } from '../invariant.ts';
import { GroupStory } from '../story/group-story.ts';

function breachIn(story: GroupStory): Violation | null {
  const { firstViolation, firstLegalBreach } = story.end().verdict('C11');
  return firstViolation ?? firstLegalBreach;
}

function kindsOf(breach: Violation | null): readonly FactKind[] | undefined {
  return breach?.evidence.facts.map(({ kind }) => kind);
}

function reasonOf(breach: Violation | null): string | undefined {
  return breach?.standing.promised === false ? breach.standing.because : undefined;
}

/** A consumer has worked on a record, and has not committed that. */
function worked(): GroupStory {
  const story = new GroupStory();
  story.rebalance({ 'consumer-1': ['orders-0'] });
  story.reset();
  story.process(story.input());
  return story;
}

test('work is told twice, with the crash between and how the second came there', () => {
  const story = worked();
  story.wait(1_000);
  story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'consumer-1');
  story.rebalance({ 'consumer-2': ['orders-0'] });
  story.reset('consumer-2');
  story.process(story.log('orders-0')[0] ?? story.input(), 'consumer-2');
  const breach = breachIn(story);
  expect(kindsOf(breach)).toEqual([
    'recordsProcessed',
    'nodeCrashed',
    'positionMoved',
    'recordsProcessed',
  ]);
  expect(new Set(breach?.evidence.facts).size).toBe(4);
  expect(reasonOf(breach)).toContain('a crash between them');
});

test('a rebalance that takes the partition away is no crash', () => {
  const story = worked();
  story.revoke('consumer-1', ['orders-0']);
  story.rebalance({ 'consumer-2': ['orders-0'] });
  story.reset('consumer-2');
  story.process(story.log('orders-0')[0] ?? story.input(), 'consumer-2');
  const breach = breachIn(story);
  expect(kindsOf(breach)).toContain('partitionsRevoked');
  expect(reasonOf(breach)).toContain('a rebalance between them');
});

test('a member that was removed and does not know it yet has lost its partition in a rebalance', () => {
  const story = worked();
  story.rebalance({ 'consumer-2': ['orders-0'] });
  story.reset('consumer-2');
  story.process(story.log('orders-0')[0] ?? story.input(), 'consumer-2');
  const breach = breachIn(story);
  expect(kindsOf(breach)).toContain('partitionsAssigned');
  expect(reasonOf(breach)).toContain('a rebalance between them');
});

test('a consumer that goes back since its commit has failed has not crashed', () => {
  const story = worked();
  story.fetchOffset(-1);
  story.moveTo(0, { from: 1, why: 'seek' });
  story.process(story.log('orders-0')[0] ?? story.input());
  const breach = breachIn(story);
  expect(kindsOf(breach)).toEqual(['recordsProcessed', 'positionMoved', 'recordsProcessed']);
  expect(reasonOf(breach)).toContain('a failure between them');
});

test('what was skipped is told with the poll, the commit that passed over it, and the end', () => {
  const story = new GroupStory();
  story.rebalance({ 'consumer-1': ['orders-0'] });
  story.reset();
  story.poll('orders-0', [story.input(2)]);
  story.commitOffset(2);
  story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'consumer-1');
  const kinds = kindsOf(breachIn(story));
  expect(kinds).toEqual(['recordsPolled', 'offsetCommitAttempted', 'nodeCrashed']);
});

test('what a transaction has passed over is told with the offsets that were sent to it', () => {
  const story = new GroupStory();
  story.rebalance({ 'consumer-1': ['orders-0'] });
  story.reset();
  const producer = story.producer();
  const aborted = story.begin(producer);
  story.process(story.input(), 'consumer-1', aborted.uid);
  story.settle(aborted, 'abort');
  const committed = story.begin(producer);
  story.process(story.input(), 'consumer-1', committed.uid);
  story.stage(committed, 2);
  story.settle(committed);
  expect(kindsOf(breachIn(story))).toEqual(['recordsPolled', 'transactionOffsetsAttempted']);
});
