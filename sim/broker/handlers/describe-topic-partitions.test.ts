import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { milliseconds } from '../../kernel/time.ts';
import { Api } from '../../protocol/api.ts';
import { type DescribeTopicPartitionsResponse } from '../../protocol/messages/describe-topic-partitions-response.ts';

const cluster = new ClusterUnderTest().start();
cluster.createTopic('b', { numPartitions: 3, replicationFactor: 1 });
cluster.createTopic('a', { numPartitions: 2, replicationFactor: 3 });
cluster.run(milliseconds(500));

function page(
  names: readonly string[],
  limit: number,
  cursor: readonly [topicName: string, partitionIndex: number] | null = null,
): DescribeTopicPartitionsResponse {
  return cluster.ask(1, Api.describeTopicPartitions, {
    topics: names.map((name) => ({ name })),
    responsePartitionLimit: limit,
    cursor: cursor === null ? null : { topicName: cursor[0], partitionIndex: cursor[1] },
  });
}

function shown({ topics, nextCursor }: DescribeTopicPartitionsResponse): unknown {
  const partitions = topics.map(
    (topic) => [topic.name, topic.partitions.map(({ partitionIndex }) => partitionIndex)] as const,
  );
  return { topics: partitions, next: nextCursor };
}

describe('DescribeTopicPartitions', () => {
  test('shows eligible leader replicas, too', () => {
    expect(page(['a'], 2000).topics[0]?.partitions[0]).toMatchObject({
      errorCode: 'NONE',
      leaderEpoch: 0,
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
      offlineReplicas: [],
    });
  });

  test('comes in pages, in the order of names', () => {
    expect(shown(page([], 3))).toEqual({
      topics: [
        ['a', [0, 1]],
        ['b', [0]],
      ],
      next: { topicName: 'b', partitionIndex: 1 },
    });
    expect(shown(page([], 3, ['b', 1]))).toEqual({ topics: [['b', [1, 2]]], next: null });
    expect(shown(page(['b', 'a'], 2))).toEqual({
      topics: [['a', [0, 1]]],
      next: { topicName: 'b', partitionIndex: 0 },
    });
  });

  test('says which topics there are not, and refuses a cursor to no topic of the list', () => {
    const errors = page(['nowhere', 'no name'], 10).topics.map(({ errorCode }) => errorCode);
    expect(errors).toEqual(['INVALID_TOPIC_EXCEPTION', 'UNKNOWN_TOPIC_OR_PARTITION']);
    expect(page(['a'], 10, ['b', 0]).topics[0]?.errorCode).toBe('INVALID_REQUEST');
    expect(page(['a'], 10, ['a', -1]).topics[0]?.errorCode).toBe('INVALID_REQUEST');
  });
});
