import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfHex, hexOf } from '../../../protocol/bytes.ts';
import { topicPartition } from '../../topic-partition.ts';
import { comparePartitions } from './assignable-group.ts';
import {
  cooperativeUserData,
  readCooperativeUserData,
  readStickyUserData,
  stickyUserData,
} from './sticky-user-data.ts';

test('the bytes are those of Kafka’s schemas', () => {
  const partitions = [topicPartition('t', 0), topicPartition('t', 2)];

  expect(hexOf(stickyUserData(partitions, 5))).toBe(
    '00000001000174000000020000000000000002' + '00000005',
  );
  expect(hexOf(cooperativeUserData(5))).toBe('00000005');
});

test('data of version 0 has no generation', () => {
  const bytes = bytesOfHex('00000001000174000000010000000a');

  expect(readStickyUserData(bytes)).toEqual({
    partitions: [topicPartition('t', 10)],
    generation: undefined,
  });
});

test('what cannot be read counts as nothing owned in the oldest generation', () => {
  for (const hex of ['00', '7fffffff', 'ffffffff', '000000010001']) {
    expect(readStickyUserData(bytesOfHex(hex))).toEqual({ partitions: [], generation: -1 });
  }
  expect(readCooperativeUserData(bytesOfHex('00'))).toBe(-1);
});

test('no data is no history', () => {
  expect(readStickyUserData(null)).toEqual({ partitions: [], generation: undefined });
  expect(readCooperativeUserData(null)).toBeUndefined();
});

test('what is written is read again', () => {
  const partition = fc
    .tuple(fc.constantFrom('orders', 'é'), fc.nat(99))
    .map(([topic, index]) => topicPartition(topic, index));
  const partitions = fc.uniqueArray(partition, { selector: ({ name }) => name });
  fc.assert(
    fc.property(partitions, fc.nat(), (owned, generation) => {
      const sorted = owned.toSorted(comparePartitions);
      const read = readStickyUserData(stickyUserData(sorted, generation));
      expect(read).toEqual({ partitions: sorted, generation });
      expect(readCooperativeUserData(cooperativeUserData(generation))).toBe(generation);
    }),
  );
});
