import { z } from 'zod';
import { consumerGroupState } from '../../sim/broker/coordinator/group/consumer/consumer-group-state.ts';
import {
  type AssignedEpochs,
  type MemberAssignment,
  memberStates,
} from '../../sim/broker/coordinator/group/consumer/member-assignment.ts';
import { reconcileMember } from '../../sim/broker/coordinator/group/consumer/reconcile-member.ts';
import { type PartitionsByTopic } from '../../sim/broker/coordinator/group/assignor/group-spec.ts';
import { differenceAt } from '../difference.ts';
import { firstOfSteps, section } from './section.ts';
import { partitionsOfTopics, topicIdOf, topicNameOf } from './topic-ids.ts';

/** By topic and partition. */
const epochs = z.record(z.string(), z.record(z.string(), z.int()));

const memberState = z.enum(['STABLE', 'UNREVOKED_PARTITIONS', 'UNRELEASED_PARTITIONS']);

const member = z.strictObject({
  state: memberState,
  memberEpoch: z.int(),
  previousMemberEpoch: z.int(),
  assigned: epochs,
  pendingRevocation: epochs,
});

const step = z.strictObject({
  member: z.string(),
  before: member,
  subscribed: z.array(z.string()),
  subscriptionChanged: z.boolean(),
  targetEpoch: z.int(),
  target: partitionsOfTopics,
  /** Null if the heartbeat does not say. */
  owned: partitionsOfTopics.nullable(),
  heldInGroup: epochs,
  after: member,
});

export const reconciliation = section(z.strictObject({ steps: z.array(step) }), ({ steps }) =>
  firstOfSteps(steps, (recorded, name) => {
    const { before, heldInGroup, owned } = recorded;
    const held = epochsOf(heldInGroup);
    const came = reconcileMember(
      {
        ...before,
        assigned: epochsOf(before.assigned),
        pendingRevocation: epochsOf(before.pendingRevocation),
      },
      {
        targetEpoch: recorded.targetEpoch,
        target: partitionsOf(recorded.target),
        subscribedTopicIds: new Set(recorded.subscribed.map(topicIdOf)),
        hasSubscriptionChanged: recorded.subscriptionChanged,
        owned: owned === null ? null : partitionsOf(owned),
        currentEpochOf: (topicId, partition) => held.get(topicId)?.get(partition) ?? -1,
      },
    );
    return differenceAt(`${name} (${recorded.member})`, recorded.after, viewOf(came));
  }),
);

export const groupStates = section(
  z.strictObject({
    groupEpoch: z.int(),
    targetAssignmentEpoch: z.int(),
    members: z.array(z.strictObject({ state: memberState, memberEpoch: z.int() })),
    state: z.string(),
  }),
  ({ groupEpoch, targetAssignmentEpoch, members, state }) =>
    differenceAt('state', state, consumerGroupState(groupEpoch, targetAssignmentEpoch, members)),
);

/** The numbers by which the log names the states. */
export const memberStateNumbers = section(
  z.strictObject({ state: z.string(), value: z.int() }),
  ({ state, value }) => {
    const numbers = new Map<string, number>(Object.entries(memberStates));
    return differenceAt(state, value, numbers.get(state));
  },
);

function partitionsOf(lists: Readonly<Record<string, readonly number[]>>): PartitionsByTopic {
  const topics = Object.entries(lists);
  return new Map(topics.map(([topic, partitions]) => [topicIdOf(topic), new Set(partitions)]));
}

function epochsOf(recorded: z.infer<typeof epochs>): AssignedEpochs {
  const topics = Object.entries(recorded).map(([topic, partitions]) => {
    const ofTopic = Object.entries(partitions);
    const numbered = ofTopic.map(([partition, epoch]) => [Number(partition), epoch] as const);
    return [topicIdOf(topic), new Map(numbered)] as const;
  });
  return new Map(topics);
}

function viewOf(came: MemberAssignment): unknown {
  return {
    ...came,
    assigned: viewOfEpochs(came.assigned),
    pendingRevocation: viewOfEpochs(came.pendingRevocation),
  };
}

function viewOfEpochs(assigned: AssignedEpochs): unknown {
  const topics = [...assigned].map(([topicId, partitions]) => {
    return [topicNameOf(topicId), Object.fromEntries(partitions)] as const;
  });
  return Object.fromEntries(topics);
}
