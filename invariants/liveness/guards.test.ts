import { describe, expect, test } from 'vitest';
import { noTxnUid } from '../../sim/protocol/record-batch.ts';
import { offsetsPartition } from '../story/coordinated-story.ts';
import { GroupStory, view } from '../story/group-story.ts';
import { endLate } from '../story/stalled-groups.ts';
import { Story } from '../story/story.ts';
import { type GuardTale, titled } from '../story/tale.ts';
import { TransactionStory } from '../story/transaction-story.ts';

const rotten = { kind: 'batchRotted', partition: 'orders-0' } as const;

/** Stalls that have an explanation, and what is not yet a stall. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'L1',
    what: 'everything is as it should be',
    outcome: 'held',
    tell: () => Story.begin().end(),
  },
  {
    invariant: 'L1',
    what: 'a follower has given the partition up, as it does for good',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      const failed = { kind: 'partitionFailed', partition: 'orders-0', broker: 3 } as const;
      story.tell({ ...failed, why: 'an offset did not match' }, 'broker-3');
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'a broker is down',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.tell({ kind: 'nodeStopped' }, 'broker-3');
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'a follower cannot read past a rotten batch of the leader',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.tell({ ...rotten, baseOffset: 0, lastOffset: 0 }, 'broker-1');
      story.change({ isr: [1, 2] });
      story.tell({ kind: 'replicaRemoved', partition: 'orders-0', broker: 3 }, 'broker-3');
      return story.end();
    },
  },
  {
    invariant: 'L4',
    what: 'a consumer cannot read past a rotten batch of the leader',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'assignmentChanged', partitions: ['orders-0'] }, 'consumer-1');
      story.move(0);
      story.write();
      story.tell({ ...rotten, baseOffset: 0, lastOffset: 0 }, 'broker-1');
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'nobody may lead after unclean restarts',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin();
      story.change({ leader: -1, leaderEpoch: 1, isr: [], elr: [] });
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'who is left in the ISR has a new disk, of which the controller of the model does not know',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'diskWiped' }, 'broker-1');
      story.change({ leader: -1, leaderEpoch: 1, isr: [1], elr: [3] });
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'the run ends soon after the heal',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.tell({ kind: 'faultsHealed' });
      story.wait(1_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L2',
    what: 'the high watermark waits for enough in-sync replicas',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      story.change({ isr: [1], elr: [2, 3] });
      story.tell({ kind: 'nodeStopped' }, 'broker-2');
      story.tell({ kind: 'nodeStopped' }, 'broker-3');
      return story.end();
    },
  },
  {
    invariant: 'L3',
    what: 'the producer has crashed',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.send();
      story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'producer-1');
      story.tell({ kind: 'faultsHealed' });
      story.wait(200_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L4',
    what: 'a consumer has read everything',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'assignmentChanged', partitions: ['orders-0'] }, 'consumer-1');
      story.move(0);
      story.poll([story.write()]);
      return story.end();
    },
  },
  {
    invariant: 'L4',
    what: 'a consumer that was closed stays where it is',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'assignmentChanged', partitions: ['orders-0'] }, 'consumer-1');
      story.move(0);
      story.tell({ kind: 'assignmentChanged', partitions: [] }, 'consumer-1');
      story.write();
      return story.end();
    },
  },
  {
    invariant: 'L4',
    what: 'an application waits for the end offsets of a partition that has no leader',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      const partitions = ['orders-0', 'orders-1'];
      story.tell({ kind: 'assignmentChanged', partitions }, 'consumer-1');
      story.move(0);
      story.write();
      return story.end();
    },
  },
  {
    invariant: 'L5',
    what: 'sends are acknowledged again',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'faultsHealed' });
      story.write();
      story.wait(61_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L5',
    what: 'all records are too large',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'faultsHealed' });
      story.send();
      story.failed(0, true, 'RecordTooLargeException');
      story.wait(61_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L5',
    what: 'an application goes on with another producer',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'faultsHealed' });
      story.send();
      story.failed(0, false);
      story.tell(
        {
          kind: 'sendAttempted',
          session: 'producer-1/1',
          recordId: 1,
          topic: 'orders',
          key: null,
          value: null,
          txnUid: noTxnUid,
        },
        'producer-1',
      );
      story.wait(61_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L5',
    what: 'the transaction of the only send is aborted',
    outcome: 'not exercised',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.tell({ kind: 'faultsHealed' });
      story.send(transaction.producer, 'payments-0', transaction.uid);
      story.settle(transaction, 'abort');
      story.wait(61_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L6',
    what: 'a deposed coordinator still removes members in its memory',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.load(offsetsPartition, 2, 1);
      story.changed([], { state: 'Empty' });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'an application was told why its consumer is not let in',
    outcome: 'not promised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.subscribe('consumer-2');
      story.refuse('consumer-2', 'INCONSISTENT_GROUP_PROTOCOL');
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'a consumer is refused, and is let in later',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.subscribe('consumer-1');
      story.refuse('consumer-1', 'GROUP_MAX_SIZE_REACHED');
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'a member of a consumer group is given nothing, and does not say so',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.subscribe('consumer-2');
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      const members = [view('consumer-1', ['orders-0', 'orders-1']), view('consumer-2', [])];
      story.changed(members, { protocol: 'consumer', generation: 2 });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'an application polls too seldom',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'], 'consumer-2': [] });
      story.leave('consumer-2', 'pollTimeout');
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'everybody has unsubscribed',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.leave('consumer-1', 'unsubscribe');
      story.subscribe('consumer-1', []);
      story.changed([], { state: 'Empty' });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'a member has come not long ago',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.tell({ kind: 'faultsHealed' });
      story.wait(200_000);
      story.tell({ kind: 'nodeStarted', life: 2 }, 'consumer-2');
      story.changed([view('consumer-1', [])], { state: 'PreparingRebalance' });
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L7',
    what: 'a transaction is open, and its timeout is not over',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      story.tell({ kind: 'faultsHealed' });
      story.wait(290_000);
      story.produce(story.begin());
      story.wait(10_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L9',
    what: 'a producer is fenced twice, and its successor commits',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const producer = story.producer();
      story.tell({ kind: 'faultsHealed' });
      for (const error of ['ProducerFencedException', 'ProducerFencedException']) {
        const transaction = story.begin(producer);
        story.ask(transaction, 'commit');
        story.returned(transaction, 'commit', { error });
      }
      story.settle(story.begin(producer), 'abort');
      const last = story.begin(producer);
      story.produce(last);
      story.settle(last);
      return endLate(story);
    },
  },
  {
    invariant: 'L9',
    what: 'a producer waits for the end of what its predecessor has left open',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const producer = story.producer();
      story.tell({ kind: 'faultsHealed' });
      story.granted(producer, { error: 'CONCURRENT_TRANSACTIONS' });
      story.wait(61_000);
      story.granted({ ...producer, producerEpoch: 1 });
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L10',
    what: 'what is left is a marker and what was aborted',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.reset();
      story.process(story.input());
      story.commitOffset(1);
      const transaction = story.begin();
      story.produce(transaction, 'orders-0');
      story.settle(transaction, 'abort');
      return endLate(story);
    },
  },
];

describe('what is legal for liveness raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
