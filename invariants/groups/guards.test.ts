import { describe, expect, test } from 'vitest';
import { offsetsPartition } from '../story/coordinated-story.ts';
import { GroupStory, view } from '../story/group-story.ts';
import { type GuardTale, titled } from '../story/tale.ts';

/** What may happen to groups without any defect. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'C13',
    what: 'an answer is older than a commit that was made meanwhile',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5);
      const askedAt = story.at;
      story.storeOffset(7);
      story.fetchOffset(5, { askedAt });
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'a coordinator that was replaced tells what was committed before',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5);
      story.fetchOffset(3, { from: 2 });
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'a transaction ends that has staged less than what was committed meanwhile',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const transaction = story.begin();
      story.stage(transaction, 5);
      story.storeOffset(9);
      story.settle(transaction);
      story.fetchOffset(9);
      return story;
    },
  },
  {
    invariant: 'C13',
    what: 'who asks by the id of a topic is told nothing of another one of its name',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5, { topicId: 'the-first-topic' });
      story.fetchOffset(-1, { topicIds: ['the-second-topic'] });
      story.fetchOffset(5);
      story.storeOffset(2, { topicId: 'the-second-topic' });
      story.fetchOffset(2, { topicIds: ['the-second-topic'] });
      return story;
    },
  },
  {
    invariant: 'T10',
    what: 'an offset is staged after the question',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(5);
      const transaction = story.begin();
      const askedAt = story.at;
      story.stage(transaction, 7);
      story.fetchOffset(5, { askedAt });
      return story;
    },
  },
  {
    invariant: 'G1',
    what: 'a member that was removed and does not know it still has its partitions',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.remove('consumer-1');
      story.rebalance({ 'consumer-2': ['orders-0', 'orders-1'] });
      return story;
    },
  },
  {
    invariant: 'G1',
    what: 'a member that was removed begins with what it was given before, since it was paused meanwhile',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-2': ['orders-1'] });
      story.remove('consumer-1');
      story.rebalance({ 'consumer-2': ['orders-0', 'orders-1'] });
      story.assign('consumer-1', ['orders-0'], { generation: 1 });
      return story;
    },
  },
  {
    invariant: 'G1',
    what: 'a static member of a classic group has not rejoined',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({});
      story.assign('consumer-1', ['orders-0'], { instanceId: 'one' });
      story.rebalance({ 'consumer-2': ['orders-0'] });
      return story;
    },
  },
  {
    invariant: 'G1',
    what: 'a static member of a consumer group was replaced, and does not know it',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.changed([], { protocol: 'consumer', generation: 1 });
      story.assign('consumer-1', ['orders-0'], { instanceId: 'till', generation: 1 });
      story.remove('consumer-1', 'replaced');
      story.changed([], { protocol: 'consumer', generation: 2 });
      story.assign('consumer-2', ['orders-0'], { instanceId: 'till', generation: 2 });
      return story;
    },
  },
  {
    invariant: 'G1',
    what: 'a partition is given up, then taken up by another member',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.revoke('consumer-1', ['orders-0', 'orders-1']);
      story.rebalance({ 'consumer-1': ['orders-0'], 'consumer-2': ['orders-1'] });
      return story;
    },
  },
  {
    invariant: 'G3',
    what: 'a group is deleted, and begins anew',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      const group = { type: 'ConsumerGroupMetadata', groupId: 'billing' } as const;
      story.write(offsetsPartition, { ...group, value: { epoch: 3, metadataHash: 0 } });
      story.write(offsetsPartition, { ...group, value: null });
      story.write(offsetsPartition, { ...group, value: { epoch: 1, metadataHash: 0 } });
      return story;
    },
  },
  {
    invariant: 'G3',
    what: 'a member was fenced, and joins a group that has begun anew',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      story.assign('consumer-1', ['orders-0'], { generation: 5 });
      story.leave('consumer-1', 'fenced');
      story.assign('consumer-1', ['orders-0'], { generation: 1 });
      return story;
    },
  },
  {
    invariant: 'G3',
    what: 'a member joins an epoch that its group has come to before',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      const group = { type: 'ConsumerGroupMetadata', groupId: 'billing' } as const;
      story.write(offsetsPartition, { ...group, value: { epoch: 3, metadataHash: 0 } });
      story.hold('a', { memberEpoch: 2 });
      story.hold('a', { memberEpoch: 3 });
      const member = { ...view('consumer-1', ['orders-0']), epoch: 3 };
      story.changed([member], { protocol: 'consumer', generation: 3 });
      return story;
    },
  },
  {
    invariant: 'G4',
    what: 'a member of a consumer group commits with an epoch that is a little old (KIP-1251)',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.changed([], { protocol: 'consumer', generation: 3 });
      const member = { epoch: 3, assignedAt: [2] };
      story.answerCommit(5, 'consumer-1', { generation: 2, groupGeneration: 3, member });
      return story;
    },
  },
  {
    invariant: 'G4',
    what: 'a member of a consumer group is behind it, and commits in its own epoch for whatever partition',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.changed([], { protocol: 'consumer', generation: 3 });
      const member = { epoch: 2, assignedAt: [null] };
      story.answerCommit(5, 'consumer-1', { generation: 2, groupGeneration: 3, member });
      return story;
    },
  },
  {
    invariant: 'G4',
    what: 'a commit of an older generation is refused',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.answerCommit(5, 'consumer-1', { generation: 0, errors: ['ILLEGAL_GENERATION'] });
      return story;
    },
  },
  {
    invariant: 'G5',
    what: 'a coordinator has read a generation that is not durable yet',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.writeGeneration(2);
      story.load(offsetsPartition);
      story.changed([view('consumer-1', ['orders-0'])], { generation: 2 });
      return story;
    },
  },
  {
    invariant: 'G6',
    what: 'what was returned is committed at the next poll',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.process(story.input(2));
      story.attempt(2, 'consumer-1', { why: 'auto' });
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'members go back in what is theirs, and commit less',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'], 'consumer-2': [] });
      story.commitOffset(9);
      story.commitOffset(5);
      story.revoke('consumer-1', ['orders-0']);
      story.rebalance({ 'consumer-1': [], 'consumer-2': ['orders-0'] });
      story.commitOffset(3, 'consumer-2');
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'a classic member commits while its group rebalances, and nobody has what it has yet',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.commitOffset(9);
      const rebalancing = { ...view('consumer-1', []), assigned: null };
      story.changed([rebalancing], { state: 'PreparingRebalance' });
      story.commitOffset(5);
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'a request takes effect that its consumer has given up before it committed more',
    outcome: 'not promised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const commit = story.attempt(5);
      const unknown = { error: 'RetriableCommitFailedException', definite: false };
      story.tell({ kind: 'offsetCommitFailed', commit, ...unknown }, 'consumer-1');
      story.commitOffset(9);
      story.storeOffset(5, { commitUid: commit });
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'consumers that are in no group commit for the same one',
    outcome: 'not promised',
    tell: () => {
      const story = new GroupStory();
      for (const [offset, node] of [
        [9, 'consumer-1'],
        [5, 'consumer-2'],
      ] as const) {
        const commitUid = story.attempt(offset, node, { memberId: '', generation: -1 });
        story.storeOffset(offset, { commitUid });
      }
      return story;
    },
  },
  {
    invariant: 'G7',
    what: 'a topic is made again, and its records are counted anew',
    outcome: 'not exercised',
    tell: () => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.storeOffset(9, { commitUid: story.attempt(9), topicId: 'the-first-topic' });
      story.storeOffset(5, { commitUid: story.attempt(5), topicId: 'the-second-topic' });
      return story;
    },
  },
  {
    invariant: 'G8',
    what: 'another process has the instance id of a static member',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      for (const node of ['consumer-1', 'consumer-2']) {
        story.changed([{ ...view(node, []), instanceId: 'till' }]);
      }
      story.endMember('consumer-1', 'FencedInstanceIdException');
      return story;
    },
  },
  {
    invariant: 'G8',
    what: 'who comes while another one has not left is refused (KIP-848)',
    outcome: 'held',
    tell: () => {
      const story = new GroupStory();
      story.changed([{ ...view('consumer-1', []), instanceId: 'till' }]);
      story.endMember('consumer-2', 'UnreleasedInstanceIdException');
      return story;
    },
  },
];

describe('what is legal for groups raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
