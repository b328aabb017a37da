import { type ConsumerOperation } from '../../plan.ts';

/**
 * What a process that starts at `nowMs` of the run has to do of its workload: what is yet to come, and
 * first of all the assignment that was in force. What an earlier life has sought, paused or asked for
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
  const assignment = past.findLast(({ op }) => op === 'assign');
  return assignment === undefined ? coming : [assignment, ...coming];
}
