import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { IncompleteBatches } from './incomplete-batches.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { batchOf } from './testing/batches.ts';

describe('the batches that are not over', () => {
  test('are in the order of their age, also pieces that are as old as their whole', () => {
    const [first, second, third] = [batch(1), batch(2), batch(3)];
    const incomplete = new IncompleteBatches();
    for (const each of [first, second, third]) incomplete.add(each);
    const piece = batch(2);
    incomplete.add(piece);
    incomplete.remove(second);
    expect(incomplete.all()).toEqual([first, piece, third]);
  });

  test('are the oldest first, whatever is added and removed', () => {
    const step = fc.record({ createdMs: fc.nat(9), removes: fc.boolean(), which: fc.nat() });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const incomplete = new IncompleteBatches();
        let there: ProducerBatch[] = [];
        for (const { createdMs, removes, which } of steps) {
          const removed = there[which % there.length];
          if (removes && removed !== undefined) {
            incomplete.remove(removed);
            incomplete.remove(removed);
            there = there.filter((other) => other !== removed);
          } else {
            const added = batch(createdMs);
            incomplete.add(added);
            there.push(added);
          }
          const ages = there.map((each) => each.createdMs).sort((a, b) => a - b);
          expect(incomplete.all().map((each) => each.createdMs)).toEqual(ages);
          expect(incomplete.oldest?.createdMs).toBe(ages[0]);
          expect(incomplete.isEmpty).toBe(there.length === 0);
        }
      }),
    );
  });
});

function batch(createdMs: number): ProducerBatch {
  return batchOf(1, createdMs);
}
