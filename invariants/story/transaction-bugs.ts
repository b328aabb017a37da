import { coordinatorBugs } from './coordinator-bugs.ts';
import { fencingBugs } from './fencing-bugs.ts';
import { type Tale } from './tale.ts';
import { TransactionStory } from './transaction-story.ts';

/** What must not happen to transactions. */
export const transactionBugs: readonly Tale[] = [
  ...fencingBugs,
  ...coordinatorBugs,
  {
    invariant: 'C6',
    what: 'a record of an open transaction is read (Redpanda #3036)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.poll('payments-0', [story.produce(story.begin())]);
      return story;
    },
  },
  {
    invariant: 'C6',
    what: 'a record of an aborted transaction is read (KAFKA-5376)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      const batch = story.produce(transaction);
      story.settle(transaction, 'abort');
      story.poll('payments-0', [batch]);
      return story;
    },
  },
  {
    invariant: 'C12',
    what: 'a transaction is committed in one partition and aborted in another',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction, 'payments-0');
      story.produce(transaction, 'orders-0');
      story.decide(transaction, 'commit');
      story.mark(transaction, 'payments-0', 'commit');
      story.mark(transaction, 'orders-0', 'abort');
      return story;
    },
  },
  {
    invariant: 'C12',
    what: 'a commit is durable, and an abort after it',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.answered(transaction, 'commit');
      story.decide(transaction, 'abort');
      return story;
    },
  },
  {
    invariant: 'C12',
    what: 'a partition never hears that its transaction is committed (KAFKA-20734)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction, 'payments-0');
      story.produce(transaction, 'orders-0');
      story.decide(transaction, 'commit');
      story.mark(transaction, 'payments-0', 'commit');
      return story.end();
    },
  },
  {
    invariant: 'C12',
    what: 'offsets were taken for a transaction, and are not durable',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.sendOffset(transaction, 5);
      story.offsetTaken(transaction);
      return story;
    },
  },
  {
    invariant: 'T4',
    what: 'a marker is written before anything is decided',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.mark(transaction, 'payments-0', 'commit');
      return story;
    },
  },
  {
    invariant: 'T4',
    what: 'a marker is written before the decision is durable',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.storeOnly(transaction, 'PrepareCommit');
      story.mark(transaction, 'payments-0', 'commit');
      return story;
    },
  },
  {
    invariant: 'T4',
    what: 'a marker says the contrary of the decision',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'abort');
      story.mark(transaction, 'payments-0', 'commit');
      return story;
    },
  },
  {
    invariant: 'T4',
    what: 'a marker is written to a partition that was never added',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.mark(transaction, 'orders-0', 'commit');
      return story;
    },
  },
  {
    invariant: 'T4',
    what: 'a transaction is complete before all its partitions have a marker (KAFKA-20734)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction, 'payments-0');
      story.produce(transaction, 'orders-0');
      story.decide(transaction, 'commit');
      story.mark(transaction, 'orders-0', 'commit');
      story.complete(transaction, 'commit');
      return story;
    },
  },
  {
    invariant: 'T5',
    what: 'a delayed batch is swept into the next transaction (KAFKA-14402)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer();
      const first = story.begin(producer);
      story.produce(first);
      story.settle(first);
      const second = story.begin(producer);
      story.produce(second);
      story.produceUnasked(first);
      return story;
    },
  },
  {
    invariant: 'T5',
    what: 'the marker of one transaction ends the next one (KIP-1228)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer();
      const first = story.begin(producer);
      story.produce(first);
      story.settle(first);
      story.produce(story.begin(producer));
      story.mark(first, 'payments-0', 'commit');
      return story;
    },
  },
  {
    invariant: 'T6',
    what: 'a broker lets an open transaction be read',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.produce(story.begin());
      story.serve('payments-0');
      return story;
    },
  },
  {
    invariant: 'T6',
    what: 'a marker counts before it is replicated',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.mark(transaction, 'payments-0', 'commit');
      story.serve('payments-0', { highWatermark: 1, lastStableOffset: 1 });
      return story;
    },
  },
  {
    invariant: 'T7',
    what: 'a broker does not tell of an aborted transaction (KAFKA-5376)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.settle(transaction, 'abort');
      story.serve('payments-0');
      return story;
    },
  },
  {
    invariant: 'T7',
    what: 'a broker calls a committed transaction aborted',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.settle(transaction);
      story.serve('payments-0', { abortedTransactions: [{ producerId: 7, firstOffset: 0 }] });
      return story;
    },
  },
  {
    invariant: 'T9',
    what: 'a commit is answered before it is durable',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.answered(transaction, 'commit');
      return story;
    },
  },
  {
    invariant: 'T9',
    what: 'a commit fails for certain, and is durable (Redpanda #3616)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.returned(transaction, 'commit', { error: 'InvalidTxnStateException' });
      return story;
    },
  },
  {
    invariant: 'T9',
    what: 'a commit fails for certain, and takes effect later',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.returned(transaction, 'commit', { error: 'ProducerFencedException' });
      story.decide(transaction, 'commit');
      return story;
    },
  },
  {
    invariant: 'T11',
    what: 'a batch arrives after its transaction was ended, and nobody ends it (KAFKA-14402)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.settle(transaction, 'abort');
      story.produceUnasked(transaction);
      return story.end();
    },
  },
  {
    invariant: 'T12',
    what: 'a coordinator forgets a partition of an open transaction (Redpanda #6018)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction, 'payments-0');
      transaction.partitions.pop();
      story.add(transaction, 'orders-0');
      return story;
    },
  },
  {
    invariant: 'T12',
    what: 'the rest of a transaction begins another one (KAFKA-17754)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction, 'payments-0');
      story.settle(transaction);
      story.add(transaction, 'orders-0');
      return story;
    },
  },
];
