import { type CommittingMember, type GroupMemberView } from '../../sim/group-facts.ts';
import { offsetsPartition } from './coordinated-story.ts';
import { groupId, GroupStory, view } from './group-story.ts';
import { type Tale } from './tale.ts';

/** What must not happen to the members of a group: what they are given, and what they may do. */
export const membershipBugs: readonly Tale[] = [
  {
    invariant: 'G1',
    what: 'a member begins with a partition that another one has not given up',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0', 'orders-1'] });
      story.rebalance({ 'consumer-2': ['orders-1'], 'consumer-1': ['orders-0'] });
      return story;
    },
  },
  {
    invariant: 'G1',
    what: 'a static member of a consumer group has not given up what another one begins with',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.changed([], { protocol: 'consumer', generation: 1 });
      story.assign('consumer-1', ['orders-0'], { instanceId: 'till', generation: 1 });
      story.changed([], { protocol: 'consumer', generation: 2 });
      story.assign('consumer-2', ['orders-0'], { generation: 2 });
      return story;
    },
  },
  {
    invariant: 'G2',
    what: 'a leader assigns a partition twice',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.changed([view('consumer-1', ['orders-0']), view('consumer-2', ['orders-0'])]);
      return story;
    },
  },
  {
    invariant: 'G2',
    what: 'a coordinator lets a member have what another one has yet to revoke',
    tell: (): GroupStory => {
      const story = new GroupStory();
      for (const memberId of ['a', 'b']) {
        const held = [{ topicId: 'T', partitions: [0], assignmentEpochs: [1] }];
        story.hold(memberId, {
          state: 1,
          assignedPartitions: memberId === 'b' ? held : [],
          partitionsPendingRevocation: memberId === 'a' ? held : [],
        });
      }
      return story;
    },
  },
  {
    invariant: 'G3',
    what: 'the epoch of a group goes back',
    tell: (): GroupStory => {
      const story = new GroupStory();
      for (const epoch of [3, 2]) {
        story.write(offsetsPartition, {
          type: 'ConsumerGroupMetadata',
          groupId,
          value: { epoch, metadataHash: 0 },
        });
      }
      return story;
    },
  },
  {
    invariant: 'G3',
    what: 'a member goes back to an older generation',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.assign('consumer-1', ['orders-0'], { generation: 2 });
      story.assign('consumer-1', ['orders-0'], { generation: 1, added: [] });
      return story;
    },
  },
  {
    invariant: 'G3',
    what: 'a coordinator has a member in an epoch that its group has not come to',
    tell: (): GroupStory => {
      const story = new GroupStory();
      const ahead = { ...view('consumer-1', ['orders-0']), epoch: 9 };
      story.changed([ahead], { protocol: 'consumer', generation: 2 });
      return story;
    },
  },
  {
    invariant: 'G3',
    what: 'the log has a member in an epoch that its group has not come to',
    tell: (): GroupStory => {
      const story = new GroupStory();
      const group = { type: 'ConsumerGroupMetadata', groupId } as const;
      story.write(offsetsPartition, { ...group, value: { epoch: 2, metadataHash: 0 } });
      story.hold('a', { memberEpoch: 9 });
      return story;
    },
  },
  {
    invariant: 'G4',
    what: 'a commit of an older generation is taken',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.rebalance({ 'consumer-2': ['orders-0'] });
      story.answerCommit(5, 'consumer-1', { generation: 1 });
      return story;
    },
  },
  {
    invariant: 'G4',
    what: 'a member of a consumer group commits for what it has no more (KIP-1251)',
    tell: (): GroupStory => commitInEpochFive(1, { epoch: 5, assignedAt: [null] }),
  },
  {
    invariant: 'G4',
    what: 'a member of a consumer group commits with an epoch from before it had the partition (KIP-1251)',
    tell: (): GroupStory => commitInEpochFive(3, { epoch: 5, assignedAt: [4] }),
  },
  {
    invariant: 'G4',
    what: 'a member of a consumer group commits with an epoch that it has not come to',
    tell: (): GroupStory => commitInEpochFive(5, { epoch: 4, assignedAt: [2] }),
  },
  {
    invariant: 'G4',
    what: 'a transaction commits offsets for a member that was removed (KIP-447)',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.changed([view('consumer-1', ['orders-0'])], { protocol: 'consumer', generation: 2 });
      story.remove('consumer-1');
      story.changed([], { protocol: 'consumer', generation: 3 });
      const { uid: txnUid } = story.begin();
      const epochs = { generation: 2, groupGeneration: 3 };
      const member = { epoch: -1, assignedAt: [null] };
      story.answerCommit(5, 'consumer-1', { ...epochs, member, txnUid });
      return story;
    },
  },
  {
    invariant: 'G8',
    what: 'a new coordinator knows the predecessor of a static member only (KAFKA-8715)',
    tell: (): GroupStory => {
      const story = new GroupStory();
      const [predecessor, member] = [instance('consumer-1'), instance('consumer-2')];
      for (const known of [predecessor, member, predecessor]) story.changed([known]);
      story.endMember('consumer-2', 'FencedInstanceIdException');
      return story;
    },
  },
  {
    invariant: 'G8',
    what: 'a static member is refused its own place',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.changed([instance('consumer-1')], { protocol: 'consumer', generation: 1 });
      story.endMember('consumer-1', 'UnreleasedInstanceIdException');
      return story;
    },
  },
  {
    invariant: 'G9',
    what: 'a member reads what another one has',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'], 'consumer-2': ['orders-1'] });
      story.reset('consumer-2');
      story.process(story.input(), 'consumer-2');
      return story;
    },
  },
  {
    invariant: 'G9',
    what: 'a member reads what it has given up',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.reset();
      story.process(story.input());
      story.revoke('consumer-1', ['orders-0']);
      story.rebalance({ 'consumer-1': [], 'consumer-2': ['orders-0'] });
      story.process(story.input());
      return story;
    },
  },
  {
    invariant: 'G9',
    what: 'a consumer reads what it has subscribed to before its group has assigned anything',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.subscribe('consumer-1');
      story.reset();
      story.process(story.input());
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a new owner is told what is committed, and begins by a reset',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.input(4);
      story.storeOffset(4);
      story.fetchOffset(4);
      story.moveTo(0, { why: 'reset' });
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a new owner is told what is committed, and begins elsewhere without a word',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      const batch = story.input(4);
      story.storeOffset(4);
      story.fetchOffset(4);
      story.process(batch);
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a new owner takes another offset to be committed than it was told',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.input(4);
      story.storeOffset(4);
      story.fetchOffset(4);
      story.moveTo(0);
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a new owner begins by a reset, and does not know what is committed',
    tell: (): GroupStory => {
      const story = new GroupStory();
      story.rebalance({ 'consumer-1': ['orders-0'] });
      story.input(4);
      story.storeOffset(4);
      story.moveTo(0, { why: 'reset' });
      return story;
    },
  },
];

/** A static member with nothing. */
function instance(node: string): GroupMemberView {
  return { ...view(node, []), instanceId: 'till' };
}

/** Consumer 1 commits with an epoch; its group has come to epoch 5, and knows it as `member`. */
function commitInEpochFive(generation: number, member: CommittingMember): GroupStory {
  const story = new GroupStory();
  story.changed([], { protocol: 'consumer', generation: 5 });
  story.answerCommit(5, 'consumer-1', { generation, groupGeneration: 5, member });
  return story;
}
