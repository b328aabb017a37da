import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type OffsetFetchResponse } from '../../../protocol/messages/offset-fetch-response.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { topicPartition } from '../../topic-partition.ts';
import { committedRequest, readCommitted } from './committed-offsets.ts';

interface Answer {
  readonly offset?: number;
  readonly leaderEpoch?: number;
  readonly error?: ErrorName;
}

/** The answer about partitions 0, 1 … of `orders`. */
function response(answers: readonly Answer[]): OffsetFetchResponse {
  const partitions = answers.map(
    ({ offset = -1, leaderEpoch = -1, error = 'NONE' }, partitionIndex) => ({
      partitionIndex,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      metadata: '',
      errorCode: error,
    }),
  );
  const topics = [{ name: 'orders', topicId: zeroUuid, partitions }];
  const groups = [{ groupId: 'g', topics, errorCode: 'NONE' as const }];
  return { throttleTimeMs: 0, topics: [], errorCode: 'NONE', groups };
}

test('partitions are asked for by topic, and offsets of open transactions are waited for', () => {
  const partitions = [topicPartition('a', 0), topicPartition('b', 3), topicPartition('a', 1)];
  const { groups, requireStable } = committedRequest('g', partitions);
  expect(requireStable).toBe(true);
  expect(groups[0]).toMatchObject({
    groupId: 'g',
    topics: [
      { name: 'a', partitionIndexes: [0, 1] },
      { name: 'b', partitionIndexes: [3] },
    ],
  });
});

test('one offset of an open transaction puts the whole answer off', () => {
  expect(readCommitted(response([{ offset: 5 }, { error: 'UNSTABLE_OFFSET_COMMIT' }]))).toBe(
    'retry',
  );
});

test('who may not read a topic is told of all its partitions, even if others are unstable', () => {
  const denied = { error: 'TOPIC_AUTHORIZATION_FAILED' } as const;
  const outcome = readCommitted(response([denied, { error: 'UNSTABLE_OFFSET_COMMIT' }, denied]));
  expect(outcome).toEqual({
    name: 'TopicAuthorizationException',
    partitions: ['orders-0', 'orders-2'],
  });
});

test('any other error is thrown', () => {
  expect(readCommitted(response([{ error: 'UNKNOWN_TOPIC_OR_PARTITION' }]))).toEqual({
    name: 'KafkaException',
    partitions: ['orders-0'],
  });
});

test('without errors every partition is answered as it was committed', () => {
  const answer = fc.record({
    offset: fc.integer({ min: -1 }),
    leaderEpoch: fc.integer({ min: -1 }),
  });
  fc.assert(
    fc.property(fc.array(answer), (answers) => {
      expect(readCommitted(response(answers))).toEqual(
        answers.map((committed, index) => ({
          partition: topicPartition('orders', index),
          ...committed,
        })),
      );
    }),
  );
});
