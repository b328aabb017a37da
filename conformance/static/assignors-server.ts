import { z } from 'zod';
import { groupAssignors } from '../../sim/broker/coordinator/group/assignor/group-assignors.ts';
import {
  type GroupAssignment,
  type MemberSpec,
} from '../../sim/broker/coordinator/group/assignor/group-spec.ts';
import { type Difference } from '../case-result.ts';
import { differenceAt } from '../difference.ts';
import { firstOfSteps, section } from './section.ts';
import { partitionsOfTopics, topicIdOf, viewOfPartitions } from './topic-ids.ts';

const round = z.strictObject({
  assignor: z.string(),
  subscriptions: z.enum(['homogeneous', 'heterogeneous']),
  partitions: z.record(z.string(), z.int()),
  members: z.array(
    z.strictObject({
      id: z.string(),
      topics: z.array(z.string()),
      instance: z.string().optional(),
      current: partitionsOfTopics.optional(),
    }),
  ),
  assignment: z.record(z.string(), partitionsOfTopics).optional(),
  error: z.strictObject({ exception: z.string(), message: z.string() }).optional(),
  /** These are about other orders of members than the listed one, which decides here. */
  orderFree: z.boolean().optional(),
  kept: z.tuple([z.int(), z.int()]).optional(),
  sizes: z.array(z.array(z.int())).optional(),
  change: z.string().optional(),
});
type Round = z.infer<typeof round>;

export const groupAssignment = section(round, (recorded) => compareRound(recorded, 'assignment'));

export const groupAssignmentChain = section(
  z.strictObject({ assignor: z.string(), rounds: z.array(round) }),
  ({ rounds }) =>
    firstOfSteps(rounds, (recorded, name) =>
      compareRound(recorded, `${name} (${recorded.change ?? ''})`),
    ),
);

function compareRound(recorded: Round, name: string): Difference | undefined {
  const counts = new Map(
    Object.entries(recorded.partitions).map(([topic, count]) => [topicIdOf(topic), count]),
  );
  const members = recorded.members.map((member): MemberSpec => {
    return {
      memberId: member.id,
      instanceId: member.instance ?? null,
      subscribedTopicIds: new Set(member.topics.map(topicIdOf)),
      assigned: new Map(
        Object.entries(member.current ?? {}).map(([topic, partitions]) => {
          return [topicIdOf(topic), new Set(partitions)];
        }),
      ),
    };
  });
  const spec = { members, isHomogeneous: recorded.subscriptions === 'homogeneous' };
  const came = groupAssignors.get(recorded.assignor)?.(spec, (topicId) => counts.get(topicId));
  return differenceAt(name, recorded.assignment ?? recorded.error?.message, viewOf(came));
}

function viewOf(assignment: GroupAssignment | undefined): unknown {
  if (assignment === undefined) return undefined;
  if (assignment.kind === 'refused') {
    return assignment.message.replace(/topic \S{22} which/u, 'topic <id> which');
  }
  const members = [...assignment.targets].map(([memberId, partitions]) => {
    return [memberId, viewOfPartitions(partitions)] as const;
  });
  return Object.fromEntries(members);
}
