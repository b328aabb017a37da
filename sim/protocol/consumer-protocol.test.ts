import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedBytesError } from './byte-reader.ts';
import { bytesOfHex, hexOf } from './bytes.ts';
import {
  assignmentBytes,
  readAssignment,
  readSubscription,
  subscriptionBytes,
} from './consumer-protocol.ts';

const partitions = [{ topic: 't', partitions: [0, 2] }];

test('the bytes are those of version 3 of Kafka’s schemas', () => {
  const subscription = {
    topics: ['t'],
    userData: '\u0007',
    ownedPartitions: partitions,
    generationId: 5,
    rackId: 'r',
  };

  expect(hexOf(subscriptionBytes(subscription))).toBe(
    [
      '0003',
      '00000001000174',
      '0000000107',
      '000000010001740000000200000000' + '00000002',
      '00000005',
      '000172',
    ].join(''),
  );
  expect(hexOf(assignmentBytes({ assignedPartitions: partitions, userData: null }))).toBe(
    ['0003', '00000001000174000000020000000000000002', 'ffffffff'].join(''),
  );
});

test('a subscription of version 0 has topics and user data only', () => {
  expect(readSubscription(bytesOfHex('000000000001000174ffffffff'))).toEqual({
    topics: ['t'],
    userData: null,
    ownedPartitions: [],
    generationId: -1,
    rackId: null,
  });
});

test('a version that is not known yet is read as the newest', () => {
  const bytes = assignmentBytes({ assignedPartitions: partitions, userData: null });

  expect(readAssignment(`\u0000\u0009${bytes.slice(2)}`).assignedPartitions).toEqual(partitions);
});

test('bytes that are no subscription are refused', () => {
  for (const hex of ['', '0003', 'ffff00000000ffffffff', '0003ffffffff', '00037fffffff']) {
    expect(() => readSubscription(bytesOfHex(hex))).toThrow(MalformedBytesError);
  }
});

test('what is written is read again', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 8 });
  const bytes = fc.option(fc.string({ unit: 'binary-ascii' }));
  const lists = fc.array(fc.record({ topic: text, partitions: fc.array(fc.nat()) }));
  const subscription = fc.record({
    topics: fc.array(text),
    userData: bytes,
    ownedPartitions: lists,
    generationId: fc.integer({ min: -1, max: 0x7fffffff }),
    rackId: fc.option(text),
  });
  const assignment = fc.record({ assignedPartitions: lists, userData: bytes });
  fc.assert(
    fc.property(subscription, assignment, (subscribed, assigned) => {
      expect(readSubscription(subscriptionBytes(subscribed))).toEqual(subscribed);
      expect(readAssignment(assignmentBytes(assigned))).toEqual(assigned);
    }),
  );
});
