import { type Bytes } from '../../../protocol/record-batch.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type AssignableGroup, type Assignments } from './assignable-group.ts';
import { defaultGeneration } from './previous-owners.ts';
import { assignRanges } from './range-assignor.ts';
import { assignRoundRobin } from './round-robin-assignor.ts';
import { assignCooperativeSticky, assignSticky } from './sticky-assignors.ts';
import { cooperativeUserData, stickyUserData } from './sticky-user-data.ts';

/** Whether members give up all partitions before they join, or only what is to move (KIP-429). */
export type RebalanceProtocol = 'eager' | 'cooperative';

/** What a member was assigned last. */
export interface LastAssignment {
  readonly partitions: readonly TopicPartition[];
  readonly generation: number;
}

/** A class of Kafka that implements `ConsumerPartitionAssignor`, as functions. */
export interface PartitionAssignor {
  /** Of the protocol, as members of a group agree on it. */
  readonly name: string;
  /** The first one is preferred. */
  readonly protocols: readonly RebalanceProtocol[];
  /** @throws {AssignorError} If what members claim to own cannot be. */
  readonly assign: (group: AssignableGroup) => Assignments;
  /** What it adds to the subscription of a member; undefined stands for no assignment so far. */
  readonly userData: (last: LastAssignment | undefined) => Bytes | null;
}

/** By what `partition.assignment.strategy` names. */
export const partitionAssignors: ReadonlyMap<string, PartitionAssignor> = new Map(
  Object.entries<PartitionAssignor>({
    'org.apache.kafka.clients.consumer.RangeAssignor': {
      name: 'range',
      protocols: ['eager'],
      assign: assignRanges,
      userData: () => null,
    },
    'org.apache.kafka.clients.consumer.RoundRobinAssignor': {
      name: 'roundrobin',
      protocols: ['eager'],
      assign: assignRoundRobin,
      userData: () => null,
    },
    'org.apache.kafka.clients.consumer.StickyAssignor': {
      name: 'sticky',
      protocols: ['eager'],
      assign: assignSticky,
      userData: (last) =>
        last === undefined ? null : stickyUserData(last.partitions, last.generation),
    },
    'org.apache.kafka.clients.consumer.CooperativeStickyAssignor': {
      name: 'cooperative-sticky',
      protocols: ['cooperative', 'eager'],
      assign: assignCooperativeSticky,
      userData: (last) => cooperativeUserData(last?.generation ?? defaultGeneration),
    },
  }),
);
