import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BufferPool, type MemoryWaiter } from './buffer-pool.ts';

describe('the memory of a producer', () => {
  test('is given until it is used up, and again when it has come back', () => {
    const pool = new BufferPool(1_000, 400);
    expect(pool.tryAllocate(400)).toBe(true);
    expect(pool.tryAllocate(600)).toBe(true);
    expect(pool.tryAllocate(1)).toBe(false);
    pool.deallocate(400);
    expect(pool.availableBytes).toBe(400);
    expect(pool.tryAllocate(300)).toBe(true);
    expect(pool.availableBytes).toBe(100);
  });

  test('never holds more than all of it', () => {
    const pool = new BufferPool(1_000, 400);
    expect(pool.canHold(1_000)).toBe(true);
    expect(pool.canHold(1_001)).toBe(false);
  });

  test('goes to the thread that has waited longest, piece by piece', () => {
    const { pool, waiter, told } = poolInUse([300, 300, 400]);
    const first = waiter(500);
    const second = waiter(100);
    pool.deallocate(300);
    expect(told).toEqual([500]);
    expect(pool.collect(first)).toBe(false);
    expect(first.collectedBytes).toBe(300);
    pool.deallocate(300);
    expect(pool.collect(first)).toBe(true);
    // 100 are left, and the next one is told.
    expect(told).toEqual([500, 500, 100]);
    expect(pool.collect(second)).toBe(true);
    expect(pool.hasWaiters).toBe(false);
  });

  test('may be taken by a thread that comes before the one that was told', () => {
    const { pool, waiter } = poolInUse([500, 500]);
    const waiting = waiter(500);
    pool.deallocate(500);
    expect(pool.tryAllocate(500)).toBe(true);
    expect(pool.collect(waiting)).toBe(false);
  });

  test('gets back what a thread had collected that gives up', () => {
    const { pool, waiter, told } = poolInUse([600, 400]);
    const impatient = waiter(700);
    const other = waiter(50);
    pool.deallocate(600);
    expect(pool.collect(impatient)).toBe(false);
    pool.giveUp(impatient);
    expect(told).toEqual([700, 50]);
    expect(pool.collect(other)).toBe(true);
    expect(pool.availableBytes).toBe(550);
  });

  test('tells all who wait when it is closed', () => {
    const { pool, waiter, told } = poolInUse([1_000]);
    waiter(10);
    waiter(20);
    pool.close();
    expect(told).toEqual([10, 20]);
  });

  test('is all there again when all has come back, whatever happened', () => {
    const sizes = fc.array(fc.oneof(fc.constant(400), fc.integer({ min: 1, max: 900 })));
    fc.assert(
      fc.property(sizes, (asked) => {
        const pool = new BufferPool(2_000, 400);
        const given = asked.filter((size) => pool.tryAllocate(size));
        const sum = given.reduce((total, size) => total + size, 0);
        expect(pool.availableBytes).toBe(2_000 - sum);
        for (const size of given) pool.deallocate(size);
        expect(pool.availableBytes).toBe(2_000);
      }),
    );
  });
});

interface PoolInUse {
  readonly pool: BufferPool;
  readonly waiter: (neededBytes: number) => MemoryWaiter;
  /** Sizes that waiters who were told wait for. */
  readonly told: number[];
}

/** 1,000 bytes, of which so much is taken. */
function poolInUse(taken: readonly number[]): PoolInUse {
  const pool = new BufferPool(1_000, 400);
  for (const size of taken) expect(pool.tryAllocate(size)).toBe(true);
  const told: number[] = [];
  const waiter = (neededBytes: number): MemoryWaiter => {
    const made = { neededBytes, collectedBytes: 0, memoryFreed: () => told.push(neededBytes) };
    pool.wait(made);
    return made;
  };
  return { pool, waiter, told };
}
