import { z } from 'zod';
import {
  assignableGroup,
  type Assignments,
  type Subscription,
} from '../../sim/client/consumer/assignors/assignable-group.ts';
import {
  type PartitionAssignor,
  partitionAssignors,
} from '../../sim/client/consumer/assignors/partition-assignor.ts';
import { type TopicPartition, topicPartition } from '../../sim/client/topic-partition.ts';
import { type Difference } from '../case-result.ts';
import { differenceAt } from '../difference.ts';
import { firstOfSteps, section } from './section.ts';
import { partitionsOfTopics } from './topic-ids.ts';

const round = z.strictObject({
  assignor: z.string(),
  partitions: z.record(z.string(), z.int()),
  /** Of the replicas of each partition. */
  racks: z.record(z.string(), z.array(z.array(z.string()))).optional(),
  members: z.array(
    z.strictObject({
      id: z.string(),
      topics: z.array(z.string()),
      instance: z.string().optional(),
      rack: z.string().optional(),
      owned: partitionsOfTopics.optional(),
      generation: z.int().optional(),
    }),
  ),
  /** Whether hash orders make no difference. */
  exact: z.boolean(),
  assignment: z.record(z.string(), partitionsOfTopics),
  /** Least and most, over several hash orders. */
  kept: z.tuple([z.int(), z.int()]),
  assigned: z.tuple([z.int(), z.int()]).optional(),
  sizes: z.array(z.array(z.int())).optional(),
  change: z.string().optional(),
});
type Round = z.infer<typeof round>;
type Member = Round['members'][number];

export const clientAssignment = section(round, (recorded) => compareRound(recorded, 'assignment'));

export const clientAssignmentChain = section(
  z.strictObject({ assignor: z.string(), rounds: z.array(round) }),
  ({ rounds }) =>
    firstOfSteps(rounds.map(withPartitionsOfThen), (recorded, name) =>
      compareRound(recorded, `${name} (${recorded.change ?? ''})`),
    ),
);

/**
 * All rounds of a chain are recorded with the partitions that topics have at its end. Of a topic that
 * grows later, those that members have or had were all there were.
 */
function withPartitionsOfThen(recorded: Round, index: number, rounds: readonly Round[]): Round {
  const later = rounds.slice(index + 1).map(({ change }) => change);
  const partitions = Object.entries(recorded.partitions).map(([topic, count]) => {
    const isToGrow = later.includes(`grow ${topic}`);
    return [topic, isToGrow ? knownPartitions(recorded, topic) : count] as const;
  });
  return { ...recorded, partitions: Object.fromEntries(partitions) };
}

function knownPartitions({ assignment, members }: Round, topic: string): number {
  const lists = [...Object.values(assignment), ...members.map(({ owned }) => owned)];
  return 1 + Math.max(-1, ...lists.flatMap((list) => list?.[topic] ?? []));
}

/** Members are named here as in the recording, so that even what depends on hash orders is the same. */
function compareRound(recorded: Round, name: string): Difference | undefined {
  const assignor = [...partitionAssignors.values()].find(
    (candidate) => candidate.name === recorded.assignor,
  );
  if (assignor === undefined) return differenceAt(name, recorded.assignor, undefined);

  const topics = Object.entries(recorded.partitions).map(([topic, count]) => {
    const racks = recorded.racks?.[topic] ?? [];
    return [topic, Array.from({ length: count }, (_, index) => new Set(racks[index]))] as const;
  });
  const members = recorded.members.map((member) => subscriptionOf(member, assignor));
  const came = assignor.assign(assignableGroup(new Map(topics), members));
  return differenceAt(name, recorded.assignment, viewOf(came));
}

function subscriptionOf(member: Member, assignor: PartitionAssignor): Subscription {
  const { id, topics, instance, rack, owned, generation } = member;
  const partitions: readonly TopicPartition[] = Object.entries(owned ?? {}).flatMap(
    ([topic, indexes]) => indexes.map((index) => topicPartition(topic, index)),
  );
  const last = generation === undefined ? undefined : { partitions, generation };
  return {
    memberId: id,
    groupInstanceId: instance ?? null,
    topics,
    ownedPartitions: assignor.protocols.includes('cooperative') ? partitions : [],
    generationId: generation ?? null,
    rackId: rack ?? null,
    userData: assignor.userData(last),
  };
}

function viewOf(assignments: Assignments): unknown {
  const members = [...assignments].map(([member, partitions]) => {
    const topics: Record<string, number[]> = {};
    for (const { topic, partition } of partitions) (topics[topic] ??= []).push(partition);
    for (const indexes of Object.values(topics)) indexes.sort((one, other) => one - other);
    return [member, topics] as const;
  });
  return Object.fromEntries(members);
}
