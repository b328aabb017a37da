import { z } from 'zod';
import { RemoteReplica, unknownBrokerEpoch } from '../../sim/broker/replica/remote-replica.ts';
import { differenceAt } from '../difference.ts';
import { firstOfSteps, section } from './section.ts';

const seen = {
  state: z.looseObject({}),
  caughtUpAt: z.array(z.tuple([z.int(), z.boolean()])),
};
const operation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('fetch'),
    offset: z.int(),
    startOffset: z.int(),
    time: z.int(),
    leaderEndOffset: z.int(),
    brokerEpoch: z.int(),
    aliveBrokerEpoch: z.int(),
    error: z.unknown().optional(),
    ...seen,
  }),
  z.strictObject({
    op: z.literal('reset'),
    time: z.int(),
    leaderEndOffset: z.int(),
    newLeader: z.boolean(),
    followerInSync: z.boolean(),
    ...seen,
  }),
  /** The broker is registered anew; its next fetches are judged by that. */
  z.strictObject({ op: z.literal('brokerEpoch'), aliveBrokerEpoch: z.int(), ...seen }),
]);
type Operation = z.infer<typeof operation>;

const replicaCase = z.strictObject({ replicaMaxLagMs: z.int(), ops: z.array(operation) });

export const replica = section(replicaCase, ({ replicaMaxLagMs, ops }) => {
  const follower = new RemoteReplica(2);
  let leaderEndOffset = 0;
  return firstOfSteps(ops, (step, name) => {
    if (step.op !== 'brokerEpoch') ({ leaderEndOffset } = step);
    const isRefused = !perform(follower, step);
    const { state, caughtUpAt } = step;
    const expected = { isRefused: 'error' in step, state, caughtUpAt };
    return differenceAt(name, expected, {
      isRefused,
      state: viewOf(follower),
      caughtUpAt: caughtUpAt.map(([time]) => [
        time,
        follower.isCaughtUp(leaderEndOffset, time, replicaMaxLagMs),
      ]),
    });
  });
});

/** Whether it counts. */
function perform(follower: RemoteReplica, step: Operation): boolean {
  switch (step.op) {
    case 'fetch': {
      const { offset: fetchOffset, startOffset: logStartOffset, time: timeMs } = step;
      const { leaderEndOffset, brokerEpoch, aliveBrokerEpoch } = step;
      const fetch = { fetchOffset, logStartOffset, timeMs, leaderEndOffset, brokerEpoch };
      return follower.update(fetch, aliveBrokerEpoch);
    }
    case 'reset': {
      const { time, leaderEndOffset, newLeader: isNewLeader, followerInSync: isInSync } = step;
      follower.reset(time, leaderEndOffset, { isNewLeader, isInSync });
      return true;
    }
    case 'brokerEpoch':
      return true;
  }
}

function viewOf(follower: RemoteReplica): object {
  const { brokerEpoch } = follower;
  return {
    logEndOffset: follower.logEndOffset,
    logStartOffset: follower.logStartOffset,
    lastFetchLeaderEndOffset: follower.lastFetchLeaderEndOffset,
    lastFetchTime: follower.lastFetchTimeMs,
    lastCaughtUpTime: follower.lastCaughtUpTimeMs,
    brokerEpoch: brokerEpoch === unknownBrokerEpoch ? null : brokerEpoch,
  };
}
