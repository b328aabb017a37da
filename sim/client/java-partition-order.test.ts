import fc from 'fast-check';
import { expect, test } from 'vitest';
import { javaPartitionOrder } from './java-partition-order.ts';
import { topicPartition } from './topic-partition.ts';

test('partitions of one topic come in descending numbers, as far as the buckets go', () => {
  const partitions = [0, 1, 2, 3, 4].map((number) => topicPartition('t', number));
  expect(javaPartitionOrder(partitions).map(({ partition }) => partition)).toEqual([4, 3, 2, 1, 0]);
  const many = Array.from({ length: 7 }, (_, number) => topicPartition('t', number));
  expect(javaPartitionOrder(many).map(({ partition }) => partition)).toEqual([5, 4, 3, 2, 1, 0, 6]);
});

test('no partition is lost or made up', () => {
  const partitions = fc.array(fc.tuple(fc.string(), fc.nat(50)));
  fc.assert(
    fc.property(partitions, (pairs) => {
      const names = pairs.map(([topic, number]) => topicPartition(topic, number));
      expect(new Set(javaPartitionOrder(names))).toEqual(new Set(names));
    }),
  );
});
