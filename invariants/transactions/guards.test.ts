import { describe, expect, test } from 'vitest';
import { noRecordId } from '../../sim/protocol/record-batch.ts';
import { coordinatedProfile } from '../story/coordinated-profile.ts';
import { transactionsPartition } from '../story/coordinated-story.ts';
import { recordOf } from '../story/records.ts';
import { type GuardTale, titled } from '../story/tale.ts';
import { TransactionStory } from '../story/transaction-story.ts';

const aborted = { abortedTransactions: [{ producerId: 7, firstOffset: 0 }] };

/** What may happen to transactions without any defect. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'C6',
    what: 'a committed transaction is read, and one that was aborted is left out',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const producer = story.producer();
      const first = story.begin(producer);
      story.produce(first);
      story.settle(first, 'abort');
      const second = story.begin(producer);
      const batch = story.produce(second);
      story.settle(second);
      story.serve('payments-0', aborted);
      story.poll('payments-0', [batch], { position: 0, nextPosition: 4 });
      return story.end();
    },
  },
  {
    invariant: 'C6',
    what: 'who reads uncommitted is given everything',
    outcome: 'not promised',
    tell: () => {
      const consumers = coordinatedProfile.consumers.map((consumer) => ({
        ...consumer,
        isolationLevel: 'read_uncommitted' as const,
      }));
      const story = new TransactionStory({ ...coordinatedProfile, consumers });
      const batch = story.produce(story.begin());
      story.poll('payments-0', [batch], { isolationLevel: 'read_uncommitted' });
      return story;
    },
  },
  {
    invariant: 'C12',
    what: 'one partition shows a committed transaction before the other',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      const batch = story.produce(transaction, 'payments-0');
      story.produce(transaction, 'orders-0');
      story.decide(transaction, 'commit');
      story.answered(transaction, 'commit');
      story.returned(transaction, 'commit');
      story.mark(transaction, 'payments-0', 'commit');
      story.serve('payments-0');
      story.poll('payments-0', [batch]);
      story.serve('orders-0', { lastStableOffset: 0 });
      story.mark(transaction, 'orders-0', 'commit');
      story.complete(transaction, 'commit');
      return story.end();
    },
  },
  {
    invariant: 'T1',
    what: 'a transaction without partitions is aborted (KIP-890)',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      story.settle(story.begin(), 'abort');
      return story.end();
    },
  },
  {
    invariant: 'T1',
    what: 'a completion is written again, since the first write was not answered in time',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.settle(transaction);
      story.complete(transaction, 'commit');
      return story.end();
    },
  },
  {
    invariant: 'T1',
    what: 'an abort takes longer to write than the timeout, and a commit comes behind it',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.ask(transaction, 'abort');
      story.storeOnly(transaction, 'PrepareAbort');
      story.wait(61_000);
      story.decide(transaction, 'commit');
      story.answered(transaction, 'commit');
      story.finish(transaction, 'commit');
      return story.end();
    },
  },
  {
    invariant: 'T2',
    what: 'memory is one record behind what is being written',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.inspect(transaction, { state: 'Ongoing' });
      return story;
    },
  },
  {
    invariant: 'T2',
    what: 'what is being written is written again, since it was not replicated in time',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.decide(transaction, 'commit');
      story.inspect(transaction, { state: 'Ongoing' });
      return story;
    },
  },
  {
    invariant: 'T2',
    what: 'a partition that has its marker is forgotten before all have theirs',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction, 'payments-0');
      story.produce(transaction, 'orders-0');
      story.decide(transaction, 'commit');
      story.mark(transaction, 'payments-0', 'commit');
      const ended = { state: 'PrepareCommit', producerEpoch: 1, partitions: ['orders-0'] };
      story.inspect(transaction, ended);
      return story;
    },
  },
  {
    invariant: 'T2',
    what: 'the first record of a transactional id was not replicated in time',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      story.inspect(story.begin(), { state: 'Empty', producerEpoch: -1 });
      return story;
    },
  },
  {
    invariant: 'T3',
    what: 'a producer is closed while its transaction is open, which it therefore aborts',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      const { session, node } = transaction.producer;
      story.produce(transaction);
      story.tell({ kind: 'transactionAbandoned', session, txnUid: transaction.uid }, node);
      story.decideUnasked(transaction, 'abort');
      story.answered(transaction, 'abort');
      story.finish(transaction, 'abort');
      return story.end();
    },
  },
  {
    invariant: 'T4',
    what: 'a partition is added to a transaction and nothing is produced to it',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.add(transaction, 'payments-0', 'orders-0');
      story.settle(transaction);
      return story.end();
    },
  },
  {
    invariant: 'T4',
    what: 'a coordinator has read the decision when it loaded, and it is not durable yet',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.storeOnly(transaction, 'PrepareCommit');
      story.load(transactionsPartition, 1, 1);
      story.mark(transaction, 'payments-0', 'commit');
      return story;
    },
  },
  {
    invariant: 'T4',
    what: 'a coordinator goes by the decision that it has read, whatever is written behind it',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.storeOnly(transaction, 'PrepareCommit');
      story.load(transactionsPartition, 1, 1);
      story.storeOnly(transaction, 'PrepareAbort');
      story.mark(transaction, 'payments-0', 'commit');
      return story;
    },
  },
  {
    invariant: 'T4',
    what: 'a deposed leader writes the marker again, which its successor has',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      const marker = story.mark(transaction, 'payments-0', 'commit');
      story.depose('payments-0');
      story.appendOnly('payments-0', { ...marker, baseOffset: 2, lastOffset: 2 });
      story.complete(transaction, 'commit');
      return story;
    },
  },
  {
    invariant: 'T5',
    what: 'a deposed leader has not got the marker, and appends records of the next transaction',
    outcome: 'not exercised',
    tell: () => {
      const story = new TransactionStory();
      const producer = story.producer();
      const batch = story.produce(story.begin(producer));
      story.depose('payments-0');
      const next = story.begin(producer);
      story.add(next, 'payments-0');
      const records = [recordOf(noRecordId, 0)];
      const place = { baseOffset: 1, lastOffset: 1, baseSequence: 1, lastSequence: 1 };
      story.appendOnly('payments-0', { ...batch, ...place, records, txnUid: next.uid });
      return story;
    },
  },
  {
    invariant: 'T5',
    what: 'a marker is written again where nothing is open (KAFKA-19999)',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.settle(transaction);
      story.mark(transaction, 'payments-0', 'commit');
      return story.end();
    },
  },
  {
    invariant: 'T6',
    what: 'an ended transaction stays unstable until its marker is replicated',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.serve('payments-0', { lastStableOffset: 0 });
      story.decide(transaction, 'commit');
      story.mark(transaction, 'payments-0', 'commit');
      story.serve('payments-0', { highWatermark: 1, lastStableOffset: 0 });
      story.serve('payments-0');
      return story;
    },
  },
  {
    invariant: 'T8',
    what: 'a producer of a new epoch goes on where an older one was aborted',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const fenced = story.begin(story.producer());
      story.produce(fenced);
      story.fence(fenced);
      story.decideUnasked(fenced, 'abort');
      story.finish(fenced, 'abort');
      const successor = story.producer('producer-2', 7, 2);
      const transaction = story.begin(successor);
      const batch = story.produce(transaction);
      story.settle(transaction);
      story.serve('payments-0', aborted);
      story.poll('payments-0', [batch], { position: 0, nextPosition: 4 });
      return story.end();
    },
  },
  {
    invariant: 'T9',
    what: 'a commit whose outcome is unknown turns out to be durable',
    outcome: 'not exercised',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.ask(transaction, 'commit');
      story.returned(transaction, 'commit', { error: 'TimeoutException', definite: false });
      story.decideUnasked(transaction, 'commit');
      story.finish(transaction, 'commit');
      return story.end();
    },
  },
  {
    invariant: 'T9',
    what: 'a commit that comes after the timeout is refused, though no other producer exists',
    outcome: 'not exercised',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.timeOut(transaction);
      story.decideUnasked(transaction, 'abort');
      story.finish(transaction, 'abort');
      story.ask(transaction, 'commit');
      story.returned(transaction, 'commit', { error: 'ProducerFencedException' });
      return story.end();
    },
  },
  {
    invariant: 'T11',
    what: 'a transaction that is still open is known to its coordinator',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      story.tell({ kind: 'faultsHealed' });
      story.wait(61_000);
      story.produce(story.begin());
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'T12',
    what: 'an addition fails for the client, is durable, and the next one does without it',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.add(transaction, 'orders-0');
      transaction.partitions.pop();
      story.produce(transaction, 'payments-0');
      story.settle(transaction);
      return story.end();
    },
  },
  {
    invariant: 'P6',
    what: 'a new coordinator goes by an addition that is not durable yet',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      transaction.partitions.push('payments-0');
      story.storeOnly(transaction, 'Ongoing');
      story.produceUnasked(transaction);
      story.settle(transaction);
      return story.end();
    },
  },
  {
    invariant: 'T12',
    what: 'partitions are added one after the other',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction, 'payments-0');
      story.produce(transaction, 'orders-0');
      story.stage(transaction, 5);
      story.settle(transaction);
      return story.end();
    },
  },
];

describe('what is legal for transactions raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
