import { type AssignedPartition } from '../../sim/client/consumer/assigned-partition.ts';
import { type FetchPosition } from '../../sim/client/consumer/fetch-position.ts';
import { type ConsumerClient } from '../../sim/client/consumer/consumer-client.ts';
import { type JsonObject } from '../json.ts';

/** What a recorded case shows of a consumer's state. */
export function consumerState({ subscriptions }: ConsumerClient): unknown {
  const states = [...subscriptions.partitions()].map((partition): [string, unknown] => [
    partition.name,
    partitionState(partition),
  ]);
  states.sort(([one], [other]) => (one < other ? -1 : 1));
  return { partitions: Object.fromEntries(states) };
}

/** `SubscriptionState.FetchStates`, by our names of them. */
const fetchStates = {
  initializing: 'INITIALIZING',
  fetching: 'FETCHING',
  awaitReset: 'AWAIT_RESET',
  awaitValidation: 'AWAIT_VALIDATION',
} as const;

function partitionState({ state, position, isPaused }: AssignedPartition): unknown {
  return {
    fetchState: fetchStates[state],
    ...(position === null ? {} : positionState(position)),
    ...(isPaused ? { paused: true } : {}),
  };
}

function positionState({
  offset,
  offsetEpoch,
  currentLeader: { leader, leaderEpoch },
}: FetchPosition): JsonObject {
  return {
    position: offset,
    ...(offsetEpoch < 0 ? {} : { offsetEpoch }),
    leaderEpoch,
    leader: leader?.nodeId,
  };
}
