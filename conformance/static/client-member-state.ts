import { z } from 'zod';
import { type MemberState, previousStates } from '../../sim/client/consumer/async/member-state.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

/** Our names of the states, by Kafka's. */
const names = {
  UNSUBSCRIBED: 'unsubscribed',
  JOINING: 'joining',
  RECONCILING: 'reconciling',
  ACKNOWLEDGING: 'acknowledging',
  STABLE: 'stable',
  FENCED: 'fenced',
  PREPARE_LEAVING: 'prepareLeaving',
  LEAVING: 'leaving',
  FATAL: 'fatal',
  STALE: 'stale',
} as const satisfies Record<string, MemberState>;

const stateName = z.enum(
  Object.keys(names).filter((name): name is keyof typeof names => Object.hasOwn(names, name)),
);

/** From which states a member of a consumer group may enter each one. */
export const clientMemberStates = section(
  z.strictObject({ state: stateName, validPrevious: z.array(stateName) }),
  ({ state, validPrevious }) => {
    const recorded = validPrevious.map((name) => names[name]).sort(inOrder);
    return differenceAt(state, recorded, [...previousStates[names[state]]].sort(inOrder));
  },
);

const order: readonly MemberState[] = Object.values(names);

function inOrder(one: MemberState, other: MemberState): number {
  return order.indexOf(one) - order.indexOf(other);
}
