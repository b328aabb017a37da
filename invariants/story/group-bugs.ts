import { offsetsPartition } from './coordinated-story.ts';
import { GroupStory, view } from './group-story.ts';
import { type Tale } from './tale.ts';

/** What must not happen to groups and to what they have committed. */
export const groupBugs: readonly Tale[] = [
  {
    invariant: 'C11',
    what: 'two committed transactions have processed the same record',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const batch = story.input();
      const producer = story.producer();
      for (const node of ['consumer-1', 'consumer-2']) {
        const transaction = story.begin(producer);
        story.work(batch, node, transaction.uid);
        story.stage(transaction, 1);
        story.settle(transaction);
      }
      return story;
    },
  },
  {
    invariant: 'C11',
    what: 'a consumer goes on behind what it has aborted (KAFKA-17582)',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const [first, second] = [story.input(), story.input()];
      const producer = story.producer();
      const aborted = story.begin(producer);
      story.process(first, 'consumer-1', aborted.uid);
      story.stage(aborted, 1);
      story.settle(aborted, 'abort');
      const committed = story.begin(producer);
      story.process(second, 'consumer-1', committed.uid);
      story.stage(committed, 2);
      story.settle(committed);
      return story;
    },
  },
  {
    invariant: 'C11',
    what: 'a consumer goes on behind a transaction that it gave up before anything of it was written',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const [first, second] = [story.input(), story.input()];
      const producer = story.producer();
      story.process(first, 'consumer-1', story.begin(producer).uid);
      const committed = story.begin(producer);
      story.process(second, 'consumer-1', committed.uid);
      story.stage(committed, 2);
      story.settle(committed);
      return story;
    },
  },
  {
    invariant: 'C11',
    what: 'a commit runs ahead of the work',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input(2);
      story.poll('orders-0', [batch]);
      story.commitOffset(2);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'a consumer commits before what it has made of a record arrives, and dies (KAFKA-19479)',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.workInHaste(story.input());
      story.commitOffset(1);
      story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'consumer-1');
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'a consumer dies with records in hand that it has committed',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.poll('orders-0', [story.input(2)]);
      story.commitOffset(2);
      story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'consumer-1');
      return story;
    },
  },
  {
    invariant: 'C11',
    what: 'a transaction is committed without what came of a record',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input();
      const transaction = story.begin(story.producer('consumer-1'));
      const recordId = story.send(transaction.producer, 'payments-0', transaction.uid);
      story.poll('orders-0', [batch]);
      story.work(batch, 'consumer-1', transaction.uid, [recordId]);
      const { session } = transaction.producer;
      const failed = { session, recordId, partition: 'payments-0', error: 'TimeoutException' };
      story.tell({ kind: 'sendFailed', definite: true, ...failed }, 'consumer-1');
      story.stage(transaction, 1);
      story.settle(transaction);
      return story.end();
    },
  },
  {
    invariant: 'C11',
    what: 'offsets of a group go while it rebalances (KAFKA-13636)',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.process(story.input());
      story.commitOffset(1);
      story.changed([view('consumer-2', [])], { state: 'PreparingRebalance' });
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
    what: 'a consumer that goes back to what is committed is told too little',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      const batch = story.input();
      const producer = story.producer('consumer-1');
      for (const what of ['first', 'again']) {
        if (what === 'again') {
          story.fetchOffset(0);
          story.moveTo(0, { from: 1, why: 'seek' });
        }
        const transaction = story.begin(producer);
        story.process(batch, 'consumer-1', transaction.uid);
        story.stage(transaction, 1);
        story.settle(transaction);
      }
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'a commit is answered, and is not durable',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const commit = story.attempt(5);
      story.tell({ kind: 'offsetCommitSucceeded', commit }, 'consumer-1');
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'a new coordinator has forgotten what was committed',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5);
      story.fetchOffset(-1);
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'an older offset is told after a transaction was committed (KAFKA-17507)',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5);
      const transaction = story.begin();
      story.stage(transaction, 7);
      story.settle(transaction);
      story.fetchOffset(5);
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'an offset of an aborted transaction is told',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const transaction = story.begin();
      story.stage(transaction, 7);
      story.settle(transaction, 'abort');
      story.fetchOffset(7);
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'the offset of a topic is told for another one of its name (KAFKA-19154)',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5, { topicId: 'the-first-topic' });
      story.fetchOffset(5, { topicIds: ['the-second-topic'] });
      return story;
    },
  },
  {
    invariant: 'T10',
    what: 'a stable offset is told while a transaction has staged another one',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5);
      story.stage(story.begin(), 7);
      story.fetchOffset(5);
      return story;
    },
  },
  {
    invariant: 'G5',
    what: 'a group is stable in a generation that the log does not know',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.changed([view('consumer-1', ['orders-0'])], { generation: 2 });
      return story;
    },
  },
  {
    invariant: 'G5',
    what: 'a group is stable in a generation that is not durable',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.writeGeneration(2);
      story.changed([view('consumer-1', ['orders-0'])], { generation: 2 });
      return story;
    },
  },
  {
    invariant: 'G5',
    what: 'two brokers coordinate in one leader epoch',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.load(offsetsPartition, 2);
      return story;
    },
  },
  {
    invariant: 'G6',
    what: 'a consumer commits by itself what the poll in progress returns',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.input(2);
      story.attempt(2, 'consumer-1', { why: 'auto' });
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'a member commits for a partition that another one has',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'], 'consumer-2': [] });
      story.commitOffset(5);
      story.revoke('consumer-1', ['orders-0']);
      story.rebalance({ 'consumer-1': [], 'consumer-2': ['orders-0'] });
      story.commitOffset(9, 'consumer-2');
      story.commitOffset(6);
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'who was a member commits when nobody is in its group any more',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.remove('consumer-1');
      story.rebalance({ 'consumer-2': ['orders-0'] });
      story.commitOffset(9, 'consumer-2');
      story.changed([]);
      story.commitOffset(6);
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'who is in no group commits for a partition that a member has',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.commitOffset(9);
      const commitUid = story.attempt(5, 'consumer-2', { memberId: '', generation: -1 });
      story.storeOffset(5, { commitUid });
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'a commit is sent again after a later one',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const commitUid = story.attempt(5, 'consumer-1', { why: 'async' });
      story.commitOffset(9);
      story.storeOffset(5, { commitUid });
      return story;
    },
  },
];
