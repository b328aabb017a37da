import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from './event-queue.ts';

describe('event queue', () => {
  test('events come by instant, and in order of scheduling within one instant', () => {
    const queue = new EventQueue<string>();
    queue.schedule(5, 'b', 0, 0);
    queue.schedule(5_000_000_000_000, 'far', 0, 0);
    queue.schedule(5, 'c', 0, 0);
    queue.schedule(4, 'a', 0, 0);
    expect(drain(queue)).toEqual([
      [4, 'a'],
      [5, 'b'],
      [5, 'c'],
      [5_000_000_000_000, 'far'],
    ]);
  });

  test('a cancelled event never comes, and its row is used again', () => {
    const queue = new EventQueue<string>();
    const id = queue.schedule(7, 'no', 0, 0);
    expect(queue.cancel(id)).toBe(true);
    expect(queue.cancel(id)).toBe(false);
    queue.schedule(7, 'yes', 0, 0);
    expect(queue.cancel(id)).toBe(false);
    expect(drain(queue)).toEqual([[7, 'yes']]);
  });

  test('does not move past the instant asked for', () => {
    const queue = new EventQueue<string>();
    queue.schedule(10_000_000, 'later', 0, 0);
    expect(queue.advance(9_999_999)).toBe(false);
    queue.schedule(9_999_999, 'sooner', 0, 0);
    expect(drain(queue)).toEqual([
      [9_999_999, 'sooner'],
      [10_000_000, 'later'],
    ]);
  });

  // The reference keeps everything in one sorted array. Delays reach over every level of the wheel.
  test('does what a sorted list does', () => {
    const delay = fc.oneof(
      fc.nat(3),
      fc.nat(5_000),
      fc.nat(5_000_000),
      fc.nat(3_000_000_000),
      fc.nat(20_000_000_000),
    );
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('schedule' as const), delay }) },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('cancel' as const), delay: fc.nat(50) }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), delay }) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const queue = new EventQueue<number>();
        const reference: { at: number; order: number }[] = [];
        const ids: number[] = [];
        for (const { kind, delay } of operations) {
          if (kind === 'schedule') {
            reference.push({ at: queue.now + delay, order: ids.length });
            ids.push(queue.schedule(queue.now + delay, ids.length, 0, 0));
          } else if (kind === 'cancel') {
            const order = ids.length - 1 - delay;
            const index = reference.findIndex((event) => event.order === order);
            expect(queue.cancel(ids[order] ?? -1)).toBe(index >= 0);
            if (index >= 0) reference.splice(index, 1);
          } else {
            const until = queue.now + delay;
            reference.sort((a, b) => (a.at === b.at ? a.order - b.order : a.at - b.at));
            while (queue.advance(until)) {
              const next = reference.shift();
              expect([queue.now, queue.subject]).toEqual([next?.at, next?.order]);
            }
            expect(reference[0]?.at ?? Infinity).toBeGreaterThan(until);
            expect(queue.now).toBe(until);
          }
          expect(queue.size).toBe(reference.length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function drain<T>(queue: EventQueue<T>): [number, T | undefined][] {
  const taken: [number, T | undefined][] = [];
  while (queue.advance(Number.MAX_SAFE_INTEGER)) taken.push([queue.now, queue.subject]);
  return taken;
}
