import { type CallTimer } from '../blocking-call.ts';
import { type CallSteps } from './call-runner.ts';
import { type Future } from './future.ts';

type Done = Pick<Future<unknown>, 'isDone'>;

/** Waits until the outcome is known (`ConsumerUtils.getResult`). @returns Whether it is, in time. */
export function* awaitFuture(future: Done, timeoutMs: number): CallSteps<boolean> {
  if (!future.isDone) yield { isOver: () => future.isDone, timeoutMs };
  return future.isDone;
}

/** The same for as long as the timer says. */
export function* awaitWithin(
  future: Done,
  timer: CallTimer,
  nowMs: () => number,
): CallSteps<boolean> {
  const isDone = yield* awaitFuture(future, timer.remainingMs);
  timer.update(nowMs());
  return isDone;
}
