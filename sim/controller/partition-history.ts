import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Uuid } from '../protocol/uuid.ts';
import {
  leaderRecovery,
  mergeChange,
  type PartitionRegistration,
  registrationOf,
  withoutElr,
} from './partition-registration.ts';
import { type ReplicaList } from './replica-lists.ts';

/** One state of a partition as recorded cases show it: what is empty or false is left out. */
export interface PartitionStateView {
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly replicas: ReplicaList;
  readonly isr: ReplicaList;
  readonly elr?: ReplicaList;
  readonly lastKnownElr?: ReplicaList;
  readonly adding?: ReplicaList;
  readonly removing?: ReplicaList;
  readonly recovering?: true;
}

/**
 * Every state that a partition of the newest topic of that name has had, oldest first, as far as
 * the records say.
 */
export function partitionHistory(
  records: Iterable<MetadataRecord>,
  topic: string,
  partitionId: number,
): readonly PartitionStateView[] {
  let history: PartitionStateView[] = [];
  let topicId: Uuid | undefined = undefined;
  let partition: PartitionRegistration | undefined = undefined;
  for (const record of records) {
    if (record.type === 'TopicRecord' && record.name === topic) {
      topicId = record.topicId;
      partition = undefined;
      history = [];
    }
    const next = nextState(record, partition, { topic, topicId, partitionId });
    if (next === undefined || next === partition) continue;
    partition = next;
    history.push(partitionStateView(next));
  }
  return history;
}

interface SoughtPartition {
  readonly topic: string;
  readonly topicId: Uuid | undefined;
  readonly partitionId: number;
}

function nextState(
  record: MetadataRecord,
  partition: PartitionRegistration | undefined,
  { topic, topicId, partitionId }: SoughtPartition,
): PartitionRegistration | undefined {
  switch (record.type) {
    case 'PartitionRecord':
      if (record.topicId !== topicId || record.partitionId !== partitionId) return undefined;
      return registrationOf(record);
    case 'PartitionChangeRecord':
      if (record.topicId !== topicId || record.partitionId !== partitionId) return undefined;
      return partition === undefined ? undefined : mergeChange(partition, record);
    case 'ClearElrRecord':
      if (record.topicName !== '' && record.topicName !== topic) return undefined;
      return partition === undefined ? undefined : withoutElr(partition);
    default:
      return undefined;
  }
}

/** The state as recorded cases show it. */
export function partitionStateView(partition: PartitionRegistration): PartitionStateView {
  const { elr, lastKnownElr, addingReplicas, removingReplicas } = partition;
  const isRecovering = partition.leaderRecoveryState === leaderRecovery.recovering;
  return {
    leader: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    replicas: partition.replicas,
    isr: partition.isr,
    ...(elr.length > 0 ? { elr } : {}),
    ...(lastKnownElr.length > 0 ? { lastKnownElr } : {}),
    ...(addingReplicas.length > 0 ? { adding: addingReplicas } : {}),
    ...(removingReplicas.length > 0 ? { removing: removingReplicas } : {}),
    ...(isRecovering ? { recovering: true } : {}),
  };
}
