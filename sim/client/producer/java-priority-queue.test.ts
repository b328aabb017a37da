import { expect, test } from 'vitest';
import { JavaPriorityQueue } from './java-priority-queue.ts';

// What Java 17 does.
test('the smallest item leaves first, and equal ones as from java.util.PriorityQueue', () => {
  const queue = new JavaPriorityQueue<string>((one, other) => Number(one[0]) - Number(other[0]));
  for (const item of ['2a', '2b', '2c', '0d']) queue.add(item);
  const taken = [queue.take()];
  for (const item of ['2e', '1f']) queue.add(item);
  while (queue.first !== undefined) taken.push(queue.take());
  expect(taken).toEqual(['0d', '1f', '2a', '2e', '2c', '2b']);
  expect(queue.take()).toBeUndefined();
});

test('what is left after a removal lies as in java.util.PriorityQueue', () => {
  const queue = new JavaPriorityQueue<number>((one, other) => one - other);
  for (const item of [0, 1, 2, 3, 4]) queue.add(item);
  queue.remove(0);
  expect(queue.all()).toEqual([1, 3, 2, 4]);
  queue.remove(7);
  queue.remove(3);
  expect(queue.all()).toEqual([1, 4, 2]);
});
