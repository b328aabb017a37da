import { describe, expect, test } from 'vitest';
import { coordinatedProfile } from '../story/coordinated-profile.ts';
import { transactionsPartition } from '../story/coordinated-story.ts';
import { GroupStory } from '../story/group-story.ts';
import { type GuardTale, titled } from '../story/tale.ts';

interface ProcessingGuard extends GuardTale {
  /** What the reason names. */
  readonly because?: string;
}

/** What may become of the records of a group without any defect. */
const guards: readonly ProcessingGuard[] = [
  {
    invariant: 'C11',
    what: 'records are processed once, with an aborted attempt between',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input(3);
      const producer = story.producer();
      for (const result of ['abort', 'commit'] as const) {
        const transaction = story.begin(producer);
        story.process(batch, 'consumer-1', transaction.uid);
        story.stage(transaction, 3);
        story.settle(transaction, result);
        if (result === 'abort') story.moveTo(0, { from: 3, why: 'seek' });
      }
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'a decision took too long, and nobody has seen it when the next one aborts the transaction',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input(3);
      const producer = story.producer();
      const late = story.begin(producer);
      story.process(batch, 'consumer-1', late.uid);
      story.stage(late, 3);
      story.ask(late, 'commit');
      story.storeOnly(late, 'PrepareCommit');
      story.wait(61_000);
      story.commit(transactionsPartition);
      story.decide(late, 'abort');
      story.finish(late, 'abort');
      story.moveTo(0, { from: 3, why: 'seek' });
      const again = story.begin(story.producer('consumer-1', 7, 2));
      story.process(batch, 'consumer-1', again.uid);
      story.stage(again, 3);
      story.settle(again);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'what comes of a record arrives after the commit',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const recordId = story.workInHaste(story.input());
      story.commitOffset(1);
      const acked = { session: 'consumer-1/0', recordId, partition: 'orders-0', offset: -1 };
      story.tell({ kind: 'sendAcked', acks: 0, ...acked }, 'consumer-1');
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'without transactions a crash between work and commit repeats the work',
    outcome: 'not promised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input();
      story.process(batch);
      story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'consumer-1');
      story.rebalance({ 'consumer-2': ['orders-0'] });
      story.reset('consumer-2');
      story.process(batch, 'consumer-2');
      story.commitOffset(1, 'consumer-2');
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'an application that commits first may lose records',
    outcome: 'not promised',
    tell: () => {
      const consumers = coordinatedProfile.consumers.map((consumer) => ({
        ...consumer,
        commitsAfterWork: false,
      }));
      const story = new GroupStory({ ...coordinatedProfile, consumers });
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.poll('orders-0', [story.input()]);
      story.commitOffset(1);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'a group begins at the end of a partition that has records',
    outcome: 'not promised',
    because: 'auto.offset.reset',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.input(4);
      story.reset('consumer-1', 4);
      story.process(story.input());
      story.commitOffset(5);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'a group begins at the end of a partition that has no records',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.process(story.input());
      story.commitOffset(1);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'a position is gone, and the policy moves it over records',
    outcome: 'not promised',
    because: 'auto.offset.reset',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.process(story.input());
      story.input(3);
      const cut = { partition: 'orders-0', broker: 1, to: 2, why: 'deleteRecords' } as const;
      story.tell({ kind: 'logStartMoved', ...cut }, 'broker-1');
      story.moveTo(4, { from: 1, why: 'reset' });
      story.process(story.input());
      story.commitOffset(5);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'an application seeks over records',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.process(story.input());
      story.input(2);
      story.moveTo(3, { from: 1, why: 'seek' });
      story.process(story.input());
      story.commitOffset(4);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'an application seeks before its consumer has a position',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.reset();
      story.process(story.input());
      story.commitOffset(1);
      story.input(2);
      story.moveTo(3, { why: 'seek' });
      story.process(story.input());
      story.commitOffset(4);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'an application seeks over records, and back to them',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input(2);
      story.moveTo(2, { from: 0, why: 'seek' });
      story.moveTo(0, { from: 2, why: 'seek' });
      const transaction = story.begin();
      story.process(batch, 'consumer-1', transaction.uid);
      story.stage(transaction, 2);
      story.settle(transaction);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'an application seeks back behind what it has done in a transaction',
    outcome: 'not promised',
    because: 'seeks back',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input();
      const producer = story.producer();
      for (const what of ['first', 'again']) {
        if (what === 'again') story.moveTo(0, { from: 1, why: 'seek' });
        const transaction = story.begin(producer);
        story.process(batch, 'consumer-1', transaction.uid);
        story.stage(transaction, 1);
        story.settle(transaction);
      }
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'offsets of a group without members expire, and it begins at the end',
    outcome: 'not promised',
    because: 'offsets.retention.minutes',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.process(story.input());
      story.commitOffset(1);
      story.revoke('consumer-1', ['orders-0']);
      story.changed([], { state: 'Empty' });
      story.letGoOffset();
      story.input(3);
      story.rebalance({ 'consumer-2': ['orders-0'] });
      story.reset('consumer-2', 4);
      story.process(story.input(), 'consumer-2');
      story.commitOffset(5, 'consumer-2');
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'offsets of a group without members expire, and it begins at the start, in transactions',
    outcome: 'not promised',
    because: 'offsets.retention.minutes',
    tell: () => {
      const story = new GroupStory();
      const batch = story.input(2);
      const producer = story.producer();
      for (const node of ['consumer-1', 'consumer-2']) {
        story.rebalance({ [node]: ['orders-0'] });
        story.reset(node);
        const transaction = story.begin(producer);
        story.process(batch, node, transaction.uid);
        story.stage(transaction, 2);
        story.settle(transaction);
        story.revoke(node, ['orders-0']);
        story.changed([], { state: 'Empty' });
        story.letGoOffset();
      }
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'what a consumer has in hand when it is committed is worked on later',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input(2);
      story.poll('orders-0', [batch]);
      story.commitOffset(2);
      story.work(batch);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'consumers assign themselves the same partition with one group id',
    outcome: 'not promised',
    tell: () => {
      const consumers = coordinatedProfile.consumers.map((consumer) => ({
        ...consumer,
        assignsItself: true,
      }));
      const story = new GroupStory({ ...coordinatedProfile, consumers });
      for (const node of ['consumer-1', 'consumer-2']) story.reset(node);
      const first = story.input();
      story.process(first);
      story.commitOffset(1);
      story.poll('orders-0', [first, story.input()], {}, 'consumer-2');
      story.commitOffset(2, 'consumer-2');
      return story.end();
    },
  },
];

describe('what applications may do with their records raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    const { outcome, because } = story.verdict(invariant);
    expect(outcome).toBe(guard.outcome);
    expect(because ?? '').toContain(guard.because ?? '');
  });
});
