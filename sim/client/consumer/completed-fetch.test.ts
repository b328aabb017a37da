import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AbortedTransaction } from '../../protocol/messages/fetch-response.ts';
import { CompletedFetch, type ReadRules } from './completed-fetch.ts';
import { type BatchSketch, fetched } from './testing/batches.ts';

describe('a completed fetch', () => {
  test('begins at the offset that was asked for, also within a batch', () => {
    const fetch = completed([{ from: 0, count: 4 }], { fetchOffset: 2 });
    expect(offsets(fetch, 10)).toEqual([2, 3]);
    expect(fetch.nextOffset).toBe(4);
    expect(fetch.isConsumed).toBe(true);
  });

  test('is left over gaps, and after the last offset of a batch that compaction has shortened', () => {
    const fetch = completed([
      { from: 0, count: 2, lastOffset: 5 },
      { from: 10, count: 1, lastOffset: 19 },
    ]);
    expect(offsets(fetch, 3)).toEqual([0, 1, 10]);
    expect(fetch.nextOffset).toBe(11);
    expect(offsets(fetch, 3)).toEqual([]);
    expect(fetch.nextOffset).toBe(20);
  });

  test('knows the epoch of the batch that it opened last, and opens none too early', () => {
    const fetch = completed([
      { from: 0, count: 2, leaderEpoch: 3 },
      { from: 2, count: 1, leaderEpoch: 7 },
    ]);
    offsets(fetch, 2);
    expect(fetch.lastEpoch).toBe(3);
    offsets(fetch, 1);
    expect(fetch.lastEpoch).toBe(7);
  });

  test('moves over control records without returning them', () => {
    const fetch = completed([{ from: 0, producerId: 1, marker: 'commit' }]);
    expect(offsets(fetch, 10)).toEqual([]);
    expect(fetch.nextOffset).toBe(1);
  });

  test('hides aborted records from read_committed readers only', () => {
    const log: BatchSketch[] = [
      { from: 0, count: 2, producerId: 1, isTransactional: true },
      { from: 2, producerId: 1, marker: 'abort' },
      { from: 3 },
    ];
    const aborted = [{ producerId: 1, firstOffset: 0 }];
    expect(offsets(completed(log, { aborted }), 10)).toEqual([0, 1, 3]);
    const committed = completed(log, { aborted, isolationLevel: 'read_committed' });
    expect(offsets(committed, 10)).toEqual([3]);
    expect(committed.nextOffset).toBe(4);
  });

  test('never passes a damaged batch, unless checksums are not checked', () => {
    const log: BatchSketch[] = [{ from: 0 }, { from: 1, isIntact: false }, { from: 2 }];
    const fetch = completed(log);
    expect(offsets(fetch, 10)).toEqual([0]);
    expect(fetch.isDamaged).toBe(true);
    expect(offsets(fetch, 10)).toEqual([]);
    expect(fetch.isConsumed).toBe(false);
    expect(offsets(completed(log, { checkCrcs: false }), 10)).toEqual([0, 1, 2]);
  });

  test('returns the same records however few are taken at a time', () => {
    const sketches = fc.array(fc.record({ gap: fc.nat(3), count: fc.integer({ min: 1, max: 4 }) }));
    fc.assert(
      fc.property(sketches, fc.integer({ min: 1, max: 5 }), (gaps, step) => {
        let from = 0;
        const log = gaps.map(({ gap, count }) => {
          const sketch = { from: from + gap, count };
          from += gap + count;
          return sketch;
        });
        const fetch = completed(log);
        const taken: number[] = [];
        while (!fetch.isConsumed) taken.push(...offsets(fetch, step));
        expect(taken).toEqual(offsets(completed(log), 1000));
      }),
    );
  });
});

interface FetchSketch extends Partial<ReadRules> {
  readonly fetchOffset?: number;
  readonly aborted?: readonly AbortedTransaction[];
}

function completed(log: readonly BatchSketch[], sketch: FetchSketch = {}): CompletedFetch {
  const data = fetched(log, { abortedTransactions: sketch.aborted ?? null });
  return new CompletedFetch('t-0', data, sketch.fetchOffset ?? 0, {
    isolationLevel: sketch.isolationLevel ?? 'read_uncommitted',
    checkCrcs: sketch.checkCrcs ?? true,
  });
}

function offsets(fetch: CompletedFetch, max: number): readonly number[] {
  return fetch.read(max).map(({ offset }) => offset);
}
