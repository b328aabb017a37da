import { type Tale } from './tale.ts';
import { TransactionStory } from './transaction-story.ts';

/** What transaction coordinators must not forget, or decide. */
export const coordinatorBugs: readonly Tale[] = [
  {
    invariant: 'T1',
    what: 'a coordinator aborts what it has decided to commit',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.decide(transaction, 'abort');
      return story;
    },
  },
  {
    invariant: 'T1',
    what: 'a transaction is complete that was never decided',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.complete(transaction, 'commit');
      return story;
    },
  },
  {
    invariant: 'T2',
    what: 'a coordinator has forgotten an open transaction',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.add(transaction, 'orders-0');
      story.inspect(transaction, { state: 'Empty' });
      return story;
    },
  },
  {
    invariant: 'T2',
    what: 'a coordinator has forgotten a partition of an open transaction',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.produce(transaction, 'orders-0');
      story.produce(transaction, 'orders-1');
      story.inspect(transaction, { partitions: ['orders-0'] });
      return story;
    },
  },
  {
    invariant: 'T2',
    what: 'a coordinator takes an open transaction for another one',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.inspect(transaction, { txnUid: transaction.uid + 1 });
      return story;
    },
  },
  {
    invariant: 'T2',
    what: 'a marker of a deposed coordinator is appended',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer();
      const first = story.begin(producer);
      const batch = story.produce(first);
      story.decide(first, 'commit');
      const marker = story.mark(first, 'payments-0', 'commit', {
        records: batch.records.map((record) => ({
          ...record,
          data: { type: 'commit', coordinatorEpoch: 3 },
        })),
      });
      const records = marker.records.map((record) => ({
        ...record,
        data: { type: 'commit' as const, coordinatorEpoch: 2 },
      }));
      story.mark(first, 'payments-0', 'commit', { records });
      return story;
    },
  },
  {
    invariant: 'T3',
    what: 'a delayed EndTxn ends the next transaction (KAFKA-17754)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer();
      const first = story.begin(producer);
      story.produce(first);
      story.settle(first);
      const second = story.begin(producer);
      story.produce(second);
      story.decide(second, 'commit');
      story.answered(second, 'commit', { requestTxnUid: first.uid });
      return story;
    },
  },
  {
    invariant: 'T3',
    what: 'a transaction is committed that nobody has asked to commit, and nobody is told',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decideUnasked(transaction, 'commit');
      story.finish(transaction, 'commit');
      return story;
    },
  },
  {
    invariant: 'T3',
    what: 'a transaction is committed that its producer wanted to abort, and nobody is told',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.ask(transaction, 'abort');
      story.decideUnasked(transaction, 'commit');
      story.finish(transaction, 'commit');
      return story;
    },
  },
  {
    invariant: 'T3',
    what: 'a coordinator aborts a transaction that has time left, and whose producer has its id',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decideUnasked(transaction, 'abort');
      return story;
    },
  },
];
