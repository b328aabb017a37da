import { describe, expect, test } from 'vitest';
import { KeptValues } from './kept-values.ts';

function kept(): KeptValues {
  const values = new KeptValues();
  values.keepFrom(
    { topics: [{ topicId: 'abc' }], sessionId: 7, producerId: 4000 },
    {
      $id: '/topics/0/topicId',
      $s: '/sessionId',
      $pid: '/producerId',
    },
  );
  return values;
}

describe('kept values', () => {
  test('replace their names, alone and inside a text', () => {
    expect(kept().substitute({ a: ['$s', 'x-$id'] })).toEqual({ a: [7, 'x-abc'] });
  });

  test('are missed where nothing was kept', () => {
    expect(() => kept().substitute('$other')).toThrow('$other: nothing was kept');
  });

  test('are shown by name: texts anywhere, numbers in the field that they come from', () => {
    expect(kept().mask({ x: 'abc', sessionId: 7, epoch: 7 })).toEqual({
      x: '$id',
      sessionId: '$s',
      epoch: 7,
    });
    expect(kept().mask({ '/errorCode': 'NONE', '/sessionId': 7 })).toMatchObject({
      '/sessionId': '$s',
    });
  });

  test('of a producer id are shown in batches, too', () => {
    expect(kept().mask({ pid: 4000 })).toEqual({ pid: '$pid' });
  });

  test('leave instants as a star, also inside a message', () => {
    expect(kept().mask({ timestamp: 1.7e12, message: 'older than 1700000000000 ms' })).toEqual({
      timestamp: '*',
      message: 'older than * ms',
    });
  });
});
