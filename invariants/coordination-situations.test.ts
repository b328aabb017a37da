import { describe, expect, test } from 'vitest';
import { transactionsPartition } from './story/coordinated-story.ts';
import { GroupStory } from './story/group-story.ts';
import { TransactionStory } from './story/transaction-story.ts';

describe('situations of transactions', () => {
  test('a coordinator that moves meets transactions in all their phases', () => {
    const story = new TransactionStory();
    story.produce(story.begin(story.producer('producer-1', 7)), 'orders-0');
    const decided = story.begin(story.producer('producer-2', 8));
    story.produce(decided, 'payments-0');
    story.decide(decided, 'commit');
    load(story);
    expect(story.count('coordinator-moved-open')).toBe(1);
    expect(story.count('coordinator-moved-decided')).toBe(1);
    story.mark(decided, 'payments-0', 'commit');
    load(story);
    expect(story.count('coordinator-moved-amid-markers')).toBe(1);
  });

  test('an abort, and an end that comes too late', () => {
    const story = new TransactionStory();
    const producer = story.producer();
    const first = story.begin(producer);
    story.produce(first);
    story.settle(first, 'abort');
    expect(story.count('transaction-aborted')).toBe(1);
    expect(story.count('late-end')).toBe(0);
    story.begin(producer);
    story.answered(first, 'abort', { error: 'PRODUCER_FENCED', currentTxnUid: -1 });
    expect(story.count('late-end')).toBe(1);
    expect(story.count('producer-fenced')).toBe(1);
  });
});

describe('situations of groups', () => {
  test('a rebalance counts as one in a transaction while a member is in one', () => {
    const story = new GroupStory();
    story.rebalance({ 'consumer-1': ['orders-0'] });
    story.rebalance({ 'consumer-1': ['orders-0'] });
    expect(story.count('rebalance')).toBe(1);
    expect(story.count('rebalance-in-transaction')).toBe(0);
    story.begin(story.producer('consumer-1'));
    story.rebalance({ 'consumer-1': ['orders-0'] });
    expect(story.count('rebalance-in-transaction')).toBe(1);
  });

  test('a stale commit is told apart from one in a transaction', () => {
    const story = new GroupStory();
    story.answerCommit(5, 'consumer-1', { errors: ['ILLEGAL_GENERATION'] });
    story.answerCommit(5, 'consumer-1', { errors: ['ILLEGAL_GENERATION'], txnUid: 3 });
    expect(story.count('stale-commit-refused')).toBe(1);
    expect(story.count('stale-offsets-refused')).toBe(1);
  });
});

function load(story: TransactionStory): void {
  const partition = transactionsPartition;
  story.tell({ kind: 'coordinatorLoaded', partition, broker: 1, leaderEpoch: 0 }, 'broker-1');
}
