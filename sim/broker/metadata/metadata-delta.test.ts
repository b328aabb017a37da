import { describe, expect, test } from 'vitest';

import { type PartitionChangeRecord } from '../../protocol/messages/partition-change-record.ts';
import { type PartitionRecord } from '../../protocol/messages/partition-record.ts';
import { MetadataDelta } from './metadata-delta.ts';
import { MetadataImage } from './metadata-image.ts';
import { replay } from './metadata-replay.ts';

describe('the changes of a publication', () => {
  test('make a broker leader or follower of new partitions', () => {
    const { image, delta } = withTopic();
    expect(image.partition('orders', 0)?.leaderEpoch).toBe(0);
    expect(delta.localChanges(1).leaders).toHaveLength(1);
    expect(delta.localChanges(2).followers).toHaveLength(1);
    expect(delta.localChanges(9)).toEqual({ deletes: [], leaders: [], followers: [] });
  });

  test('tell only the end of what has happened since the last publication', () => {
    const { image } = withTopic();
    const delta = new MetadataDelta();
    replay(image, delta, change({ leader: 2 }));
    replay(image, delta, change({ leader: 1 }));
    const [change1] = delta.localChanges(1).leaders;
    expect(change1?.before?.leaderEpoch).toBe(0);
    expect(change1?.now.leaderEpoch).toBe(2);
    expect(delta.localChanges(2).followers).toHaveLength(1);
  });

  test('let a replica go that is no longer assigned', () => {
    const { image } = withTopic();
    const delta = new MetadataDelta();
    replay(image, delta, change({ replicas: [1], isr: [1] }));
    expect(delta.localChanges(2).deletes).toEqual([{ topic: 'orders', partition: 0 }]);
  });

  test('let replicas go of a topic that changed before it was removed', () => {
    const { image } = withTopic();
    const delta = new MetadataDelta();
    replay(image, delta, change({ replicas: [1], isr: [1] }));
    replay(image, delta, { type: 'RemoveTopicRecord', topicId: 'id' });
    expect(delta.localChanges(2).deletes).toEqual([{ topic: 'orders', partition: 0 }]);
    expect(image.topicsByName.size).toBe(0);
  });

  test('know nothing of a topic that was made and removed in between', () => {
    const { image, delta } = withTopic();
    replay(image, delta, { type: 'RemoveTopicRecord', topicId: 'id' });
    expect(delta.localChanges(1)).toEqual({ deletes: [], leaders: [], followers: [] });
    expect(delta.topicsChanged).toBe(false);
  });

  test('do not come from a record that clears no ELR', () => {
    const { image } = withTopic();
    const delta = new MetadataDelta();
    replay(image, delta, { type: 'ClearElrRecord', topicName: 'orders' });
    expect(delta.topicsChanged).toBe(false);
    replay(image, delta, change({ eligibleLeaderReplicas: [2] }));
    replay(image, delta, { type: 'ClearElrRecord', topicName: '' });
    expect(image.partition('orders', 0)).toMatchObject({ elr: [], partitionEpoch: 2 });
  });
});

function withTopic(): { image: MetadataImage; delta: MetadataDelta } {
  const image = new MetadataImage();
  const delta = new MetadataDelta();
  replay(image, delta, { type: 'TopicRecord', name: 'orders', topicId: 'id' });
  replay(image, delta, partition);
  return { image, delta };
}

const partition: PartitionRecord = {
  type: 'PartitionRecord',
  partitionId: 0,
  topicId: 'id',
  replicas: [1, 2],
  isr: [1, 2],
  removingReplicas: [],
  addingReplicas: [],
  leader: 1,
  leaderRecoveryState: 0,
  leaderEpoch: 0,
  partitionEpoch: 0,
  directories: [],
  eligibleLeaderReplicas: null,
  lastKnownElr: null,
};

function change(fields: Partial<PartitionChangeRecord>): PartitionChangeRecord {
  return {
    type: 'PartitionChangeRecord',
    partitionId: 0,
    topicId: 'id',
    isr: null,
    leader: -2,
    replicas: null,
    removingReplicas: null,
    addingReplicas: null,
    leaderRecoveryState: -1,
    directories: null,
    eligibleLeaderReplicas: null,
    lastKnownElr: null,
    ...fields,
  };
}
