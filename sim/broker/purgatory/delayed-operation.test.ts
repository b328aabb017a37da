import { describe, expect, test } from 'vitest';

import { type Task } from '../../kernel/process.ts';
import { DelayedOperation, type Timers, WatchList } from './delayed-operation.ts';

class Waiting extends DelayedOperation {
  readonly taskName = 'waiting';
  mayComplete = false;
  completions = 0;

  canComplete(): boolean {
    return this.mayComplete;
  }

  protected complete(): void {
    this.completions += 1;
  }
}

/** Timers that go off when they are told to. */
class ManualTimers implements Timers {
  readonly tasks: (Task | undefined)[] = [];

  setTimer(_after: number, task: Task): number {
    return this.tasks.push(task) - 1;
  }

  cancelTimer(timer: number): void {
    this.tasks[timer] = undefined;
  }
}

describe('an operation that waits', () => {
  test('is completed at once if it may be, and then sets no timer', () => {
    const timers = new ManualTimers();
    const operation = new Waiting();
    operation.mayComplete = true;
    operation.completeOrWatch(timers, 1_000, [new WatchList()]);
    expect(operation.completions).toBe(1);
    expect(timers.tasks).toEqual([]);
  });

  test('is completed once, by whichever list is checked first, and its timer goes', () => {
    const timers = new ManualTimers();
    const lists = [new WatchList(), new WatchList()];
    const operation = new Waiting();
    operation.completeOrWatch(timers, 1_000, lists);
    for (const list of lists) list.checkAll();
    expect(operation.completions).toBe(0);
    operation.mayComplete = true;
    for (const list of lists) list.checkAll();
    expect(operation.completions).toBe(1);
    expect(timers.tasks).toEqual([undefined]);
  });

  test('is completed as it is when its time is over', () => {
    const timers = new ManualTimers();
    const operation = new Waiting();
    operation.completeOrWatch(timers, 1_000, [new WatchList()]);
    timers.tasks[0]?.run();
    expect(operation.completions).toBe(1);
  });
});

describe('a watch list', () => {
  test('forgets what was completed elsewhere, however seldom it is checked', () => {
    const list = new WatchList();
    const timers = new ManualTimers();
    for (let count = 0; count < 1_000; count += 1) {
      const operation = new Waiting();
      operation.completeOrWatch(timers, 1_000, [list]);
      operation.run();
    }
    list.checkAll();
    expect(list.isEmpty).toBe(true);
  });
});
