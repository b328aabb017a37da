import { expect, test } from 'vitest';
import { compareUuids } from './uuid.ts';

test('ids are in the order of two signed numbers of 64 bits', () => {
  const ascending = [
    'gAAAAAAAAAAAAAAAAAAAAA', // The least first number.
    '_____________________w', // -1, -1
    'AAAAAAAAAACAAAAAAAAAAA', // 0, the least second number
    'AAAAAAAAAAAAAAAAAAAAAA', // 0, 0
    'AAAAAAAAAAAAAAAAAAAAAQ', // 0, 1
    'AAAAAAAAAAEAAAAAAAAAAA', // 0, 2^62
    'AAAAAAAAAAQAAAAAAAAAAA', // 1, 0
  ];

  expect(ascending.toReversed().toSorted(compareUuids)).toEqual(ascending);
  expect(compareUuids('AAAAAAAAAAAAAAAAAAAAAQ', 'AAAAAAAAAAAAAAAAAAAAAQ')).toBe(0);
});
