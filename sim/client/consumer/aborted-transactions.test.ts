import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AbortedTransactions } from './aborted-transactions.ts';
import { batch, type BatchSketch } from './testing/batches.ts';

describe('aborted transactions', () => {
  test('last from their first offset to the abort marker, for their producer alone', () => {
    const aborted = [
      { producerId: 2, firstOffset: 6 },
      { producerId: 1, firstOffset: 0 },
    ];
    const log: BatchSketch[] = [
      { from: 0, count: 2, producerId: 1, isTransactional: true },
      { from: 2, count: 2, producerId: 2, isTransactional: true },
      { from: 4, producerId: 1, marker: 'abort' },
      { from: 5, producerId: 2, marker: 'commit' },
      { from: 6, producerId: 2, isTransactional: true },
      { from: 7, producerId: 1, isTransactional: true },
      { from: 8, count: 2 },
      { from: 10, producerId: 2, marker: 'abort' },
      { from: 12, producerId: 2, isTransactional: true },
    ];
    expect(skipped(aborted, log)).toEqual([0, 6]);
  });

  test('begin within a batch that reaches their first offset', () => {
    const log: BatchSketch[] = [{ from: 0, count: 5, producerId: 1, isTransactional: true }];
    expect(skipped([{ producerId: 1, firstOffset: 3 }], log)).toEqual([0]);
    expect(skipped([{ producerId: 1, firstOffset: 5 }], log)).toEqual([]);
  });

  test('do not touch what the producer wrote outside of transactions', () => {
    expect(skipped([{ producerId: 1, firstOffset: 0 }], [{ from: 0, producerId: 1 }])).toEqual([]);
  });

  test('are the same in whatever order the broker lists them', () => {
    const transactions = fc.uniqueArray(
      fc.record({ producerId: fc.nat(3), firstOffset: fc.nat(20) }),
      { selector: ({ firstOffset }) => firstOffset },
    );
    const log = Array.from({ length: 20 }, (_, from) => ({
      from,
      producerId: from % 4,
      ...(from % 5 === 4 ? { marker: 'abort' as const } : { isTransactional: true }),
    }));
    fc.assert(
      fc.property(transactions, (aborted) => {
        expect(skipped(aborted, log)).toEqual(skipped(aborted.toReversed(), log));
      }),
    );
  });
});

/** The first offsets of the batches of `log` that are not to be seen. */
function skipped(
  aborted: readonly { readonly producerId: number; readonly firstOffset: number }[],
  log: readonly BatchSketch[],
): readonly number[] {
  const transactions = new AbortedTransactions(aborted);
  return log.filter((sketch) => transactions.includes(batch(sketch))).map(({ from }) => from);
}
