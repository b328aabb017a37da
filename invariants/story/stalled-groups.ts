import { GroupStory, view } from './group-story.ts';
import { type Tale } from './tale.ts';
import { TransactionStory } from './transaction-story.ts';

/** What groups and transactions must come to in the end, and here do not. */
export const stalledGroups: readonly Tale[] = [
  {
    invariant: 'L6',
    what: 'a group does not end its rebalance',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.changed([view('consumer-1', [])], { state: 'PreparingRebalance' });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'a group that nobody has been in yet does not end its rebalance',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.subscribe('consumer-1');
      story.changed([view('consumer-1', [])], { state: 'PreparingRebalance' });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'who has subscribed never comes to any group',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.subscribe('consumer-1');
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'a member is fenced, and does not come back',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.leave('consumer-1', 'fenced');
      story.changed([], { state: 'Empty' });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'a member is refused for ever, and its application is not told',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.subscribe('consumer-2');
      story.refuse('consumer-2', 'COORDINATOR_LOAD_IN_PROGRESS', false);
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'a group is stable, and its members have nothing of what they have subscribed to',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': [], 'consumer-2': [] });
      return endLate(story);
    },
  },
  {
    invariant: 'L6',
    what: 'nobody has a partition of a stable group',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      return endLate(story);
    },
  },
  {
    invariant: 'L7',
    what: 'a transaction is open for ever',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.produce(story.begin());
      return endLate(story);
    },
  },
  {
    invariant: 'L7',
    what: 'a decided transaction never gets its marker (KAFKA-19999)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      return endLate(story);
    },
  },
  {
    invariant: 'L7',
    what: 'a decided transaction has its marker, and is never complete (KAFKA-16352)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.decide(transaction, 'commit');
      story.mark(transaction, 'payments-0', 'commit');
      return endLate(story);
    },
  },
  {
    invariant: 'L8',
    what: 'a commit of a transaction never returns',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.ask(story.begin(), 'commit');
      return endLate(story);
    },
  },
  {
    invariant: 'L8',
    what: 'a commit of offsets never returns',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.attempt(5);
      return endLate(story);
    },
  },
  {
    invariant: 'L9',
    what: 'a producer is refused whatever it does (KAFKA-20090)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer();
      story.tell({ kind: 'faultsHealed' });
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const transaction = story.begin(producer);
        story.ask(transaction, 'commit');
        story.returned(transaction, 'commit', { error: 'InvalidTxnStateException' });
      }
      return endLate(story);
    },
  },
  {
    invariant: 'L9',
    what: 'nobody is given the producer id of a transactional id (KAFKA-14880)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer();
      story.tell({ kind: 'faultsHealed' });
      for (let attempt = 0; attempt < 100; attempt += 1) {
        story.granted(producer, { error: 'CONCURRENT_TRANSACTIONS' });
        story.wait(1_000);
      }
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L10',
    what: 'a group stays where it is, though there is more',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.reset();
      story.process(story.input());
      story.commitOffset(1);
      story.input();
      return endLate(story);
    },
  },
];

/** All faults are over, and the run ends when everything has had its time. */
export function endLate<T extends TransactionStory>(story: T): T {
  story.tell({ kind: 'faultsHealed' });
  story.wait(300_000);
  story.tell({ kind: 'runEnded' });
  return story;
}
