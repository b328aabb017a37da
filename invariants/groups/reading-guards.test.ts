import { describe, expect, test } from 'vitest';
import { GroupStory } from '../story/group-story.ts';
import { type GuardTale, titled } from '../story/tale.ts';

/** How members may come to read what they read. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'G9',
    what: 'a member that was removed and does not know it reads on',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.remove('consumer-1');
      story.rebalance({ 'consumer-2': ['orders-0'] });
      story.process(story.input());
      return story;
    },
  },
  {
    invariant: 'G9',
    what: 'a member knows that it was removed, and its partitions have not been taken away yet',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.leave('consumer-1', 'fenced');
      story.process(story.input());
      return story;
    },
  },
  {
    invariant: 'G9',
    what: 'a consumer has unsubscribed, and assigns itself a partition',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.revoke('consumer-1', ['orders-0']);
      story.leave('consumer-1', 'unsubscribe');
      story.subscribe('consumer-1', []);
      story.reset();
      story.process(story.input());
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a member begins where its group has committed',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const [first, second] = [story.input(), story.input()];
      story.reset();
      story.process(first);
      story.commitOffset(1);
      story.revoke('consumer-1', ['orders-0']);
      story.rebalance({ 'consumer-1': [], 'consumer-2': ['orders-0'] });
      story.fetchOffset(1, {}, 'consumer-2');
      story.moveTo(1, {}, 'consumer-2');
      story.process(second, 'consumer-2');
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'an application seeks before its consumer has begun',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const batch = story.input();
      story.storeOffset(1);
      story.fetchOffset(1);
      story.moveTo(0, { why: 'seek' });
      story.process(batch);
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'an application is told a newer offset than its consumer begins with',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const batch = story.input();
      story.storeOffset(0);
      story.fetchOffset(0);
      story.work(batch, 'consumer-2');
      story.storeOffset(1);
      story.fetchOffset(1);
      story.moveTo(0);
      story.process(batch);
      return story;
    },
  },
];

describe('what members may read raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
