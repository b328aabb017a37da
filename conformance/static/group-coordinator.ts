import { z } from 'zod';
import { previousStates } from '../../sim/broker/coordinator/group/classic/classic-group.ts';
import { coordinatorPartition, javaHashCode } from '../../sim/protocol/java-hash.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

export const coordinatorPartitions = section(
  z.strictObject({
    id: z.string(),
    hashCode: z.int(),
    of50: z.int(),
    of1: z.int(),
    of3: z.int(),
    of7: z.int(),
  }),
  ({ id, ...expected }) =>
    differenceAt(id, expected, {
      hashCode: javaHashCode(id),
      of50: coordinatorPartition(id, 50),
      of1: coordinatorPartition(id, 1),
      of3: coordinatorPartition(id, 3),
      of7: coordinatorPartition(id, 7),
    }),
);

/** Which states of a classic group may follow which. */
export const classicTransitions = section(
  z.strictObject({
    state: z.string(),
    shown: z.string(),
    validPrevious: z.array(z.string()),
  }),
  ({ state, shown, validPrevious }) => {
    const previous = new Map<string, readonly string[]>(Object.entries(previousStates));
    const came = previous.get(shown)?.map(constantName);
    return differenceAt(state, validPrevious, came);
  },
);

/** `PreparingRebalance` as Java names it: `PREPARING_REBALANCE`. */
function constantName(shown: string): string {
  return shown.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, '_').toUpperCase();
}
