import { describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';

describe('the catalogue', () => {
  test('names each invariant once', () => {
    const ids = catalogue.map(({ id }) => id);
    const names = catalogue.map(({ name }) => name);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(names).size).toBe(names.length);
  });

  test('knows the ids that planted bugs are sorted by', () => {
    expect(catalogue.filter(({ id }) => !/^[CRPTGL]\d+$/.test(id))).toEqual([]);
  });
});
