import { type ConsumerOperation } from '../../plan.ts';

const takesUp: ReadonlySet<ConsumerOperation['op']> = new Set([
  'assign',
  'subscribe',
  'unsubscribe',
]);

/**
 * What a process that starts at `nowMs` of the run has to do of its workload: what is yet to come, and
 * first of all the assignment or subscription that was in force. What an earlier life has sought, paused or asked for
 * died with it.
 */
export function openOperations(
  workload: readonly ConsumerOperation[],
  nowMs: number,
): readonly ConsumerOperation[] {
  const inOrder = workload.toSorted((one, other) => one.atMs - other.atMs);
  const first = inOrder.findIndex(({ atMs }) => atMs >= nowMs);
  const past = first < 0 ? inOrder : inOrder.slice(0, first);
  const coming = first < 0 ? [] : inOrder.slice(first);
  if (past.some(({ op }) => op === 'close')) return [];
  const inForce = past.findLast(({ op }) => takesUp.has(op));
  return inForce === undefined ? coming : [inForce, ...coming];
}
