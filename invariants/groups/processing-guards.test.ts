import { describe, expect, test } from 'vitest';
import { coordinatedProfile } from '../story/coordinated-profile.ts';
import { transactionsPartition } from '../story/coordinated-story.ts';
import { GroupStory } from '../story/group-story.ts';
import { type GuardTale, titled } from '../story/tale.ts';

/** What may become of the records of a group without any defect. */
const guards: readonly GuardTale[] = [
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
        const position = { partition: 'orders-0', from: 3, to: 0 };
        if (result === 'abort') {
          story.tell({ kind: 'positionMoved', why: 'seek', ...position }, 'consumer-1');
        }
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
      const position = { partition: 'orders-0', from: 3, to: 0 };
      story.tell({ kind: 'positionMoved', why: 'seek', ...position }, 'consumer-1');
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
    what: 'a group begins at the end, and what it is moved over is not missed',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.input(4);
      story.reset('consumer-1', 4);
      story.process(story.input());
      story.input(2);
      const position = { partition: 'orders-0', from: 5, to: 7 };
      story.tell({ kind: 'positionMoved', why: 'seek', ...position }, 'consumer-1');
      story.process(story.input());
      story.commitOffset(8);
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
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
