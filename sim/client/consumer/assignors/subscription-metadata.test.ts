import { expect, test } from 'vitest';
import { topicPartition } from '../../topic-partition.ts';
import {
  assignedPartitions,
  assignmentOf,
  metadataOf,
  subscriptionOf,
} from './subscription-metadata.ts';

test('the leader reads what a member sends, topics and partitions in order', () => {
  const identity = { memberId: 'm', groupInstanceId: 'instance' };
  const owned = [topicPartition('u', 0), topicPartition('t', 1), topicPartition('t', 0)];
  const subscription = {
    topics: ['u', 't'],
    ownedPartitions: owned,
    generationId: 3,
    rackId: null,
    userData: null,
  };

  expect(subscriptionOf(identity, metadataOf(subscription))).toEqual({
    ...identity,
    ...subscription,
    topics: ['t', 'u'],
    ownedPartitions: owned.toReversed(),
  });
});

test('a member that has been in no generation is read so', () => {
  const subscription = {
    topics: [],
    ownedPartitions: [],
    generationId: null,
    rackId: 'north',
    userData: 'data',
  };
  const identity = { memberId: 'm', groupInstanceId: null };

  expect(subscriptionOf(identity, metadataOf(subscription))).toEqual({
    ...identity,
    ...subscription,
  });
});

test('a member reads its assignment by topics, in the order in which they were first named', () => {
  const partitions = [topicPartition('u', 0), topicPartition('t', 1), topicPartition('u', 2)];

  expect(assignedPartitions(assignmentOf(partitions)).map(({ name }) => name)).toEqual([
    'u-0',
    'u-2',
    't-1',
  ]);
});
