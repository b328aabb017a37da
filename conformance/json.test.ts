import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, firstDifference, withValueAt } from './json.ts';

describe('the first difference', () => {
  test('names the place', () => {
    const expected = { topics: [{ name: 'a', errorCode: 'NONE' }] };
    const came = { topics: [{ name: 'a', errorCode: 'NOT_CONTROLLER' }] };
    expect(firstDifference(expected, came)).toEqual({
      pointer: '/topics/0/errorCode',
      expected: 'NONE',
      came: 'NOT_CONTROLLER',
    });
  });

  test('is an absent field, too, on either side', () => {
    expect(firstDifference({ a: null }, {})).toMatchObject({ pointer: '/a', came: undefined });
    expect(firstDifference({}, { a: 0 })).toMatchObject({ pointer: '/a', expected: undefined });
  });

  test('is a whole list where the lengths differ', () => {
    expect(firstDifference([1, 2], [1])).toEqual({ pointer: '', expected: [1, 2], came: [1] });
  });

  test('is none between a value and its copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(firstDifference(JSON.parse(text), JSON.parse(text))).toBeUndefined();
      }),
    );
  });
});

test('a pointer leads through lists and objects, or to nothing', () => {
  const value = { a: [{ b: 1 }] };
  expect(at(value, '')).toBe(value);
  expect(at(value, '/a/0/b')).toBe(1);
  expect(at(value, '/a/1/b')).toBeUndefined();
});

test('a value is replaced where a pointer leads to, and nowhere else', () => {
  const value = { a: [{ b: 1, c: 2 }, 3] };
  expect(withValueAt(value, '/a/0/b', 4)).toEqual({ a: [{ b: 4, c: 2 }, 3] });
  expect(value.a[0]).toEqual({ b: 1, c: 2 });
  expect(withValueAt(value, '', 4)).toBe(4);
});
