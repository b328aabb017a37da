import { expect, test } from 'vitest';
import { present } from '../../kernel/assert.ts';
import { type PendingRequest } from './pending-request.ts';
import { RequestQueue } from './request-queue.ts';

test('requests leave by priority, and equal ones as from java.util.PriorityQueue', () => {
  const queue = new RequestQueue();
  const names = new Map<PendingRequest, string>();
  const add = (name: string): void => {
    const request = requestOf(Number(name[0]));
    names.set(request, name);
    queue.add(request);
  };
  const take = (): string => present(names.get(present(queue.take(), 'request')), 'name');
  for (const name of ['2a', '2b', '2c', '0d']) add(name);
  const taken = [take()];
  for (const name of ['2e', '1f']) add(name);
  while (queue.first !== undefined) taken.push(take());
  expect(taken).toEqual(['0d', '1f', '2a', '2e', '2c', '2b']);
  expect(queue.take()).toBeUndefined();
});

function requestOf(priority: number): PendingRequest {
  return {
    priority,
    isRetry: false,
    endsTransaction: false,
    coordinator: undefined,
    retryBackoffMs: 100,
    send: nothing,
    answered: nothing,
    lost: nothing,
    done: nothing,
    fail: nothing,
    fatalError: nothing,
    abortableError: nothing,
  };
}

function nothing(): void {
  // Only the order matters.
}
