import { type BrokerRegistrationChangeRecord } from '../protocol/messages/broker-registration-change-record.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Uuid } from '../protocol/uuid.ts';
import { type BrokerId } from '../trace.ts';
import { type TopicPartitions } from './broker-partitions.ts';
import { changeScope } from './change-scope.ts';
import {
  type BrokerRegistration,
  fencingChange,
  inControlledShutdownChange,
} from './cluster-state.ts';
import { ControllerFault } from './controller-fault.ts';
import { type ControllerState } from './controller-state.ts';
import { buildPartitionChange, type WantedChange } from './partition-change-builder.ts';
import { without } from './replica-lists.ts';

// What the records for a change of one broker's state are (`ReplicationControlManager.handleBroker…`).
// The registration still says the old state while they are made.

/** Out of every ISR, then fenced. */
export function fenceBroker(
  state: ControllerState,
  { id, brokerEpoch }: BrokerRegistration,
  records: MetadataRecord[],
): void {
  updatePartitions(state, state.topics.withIsrMember(id), { removed: id }, records);
  records.push(registrationChange(id, brokerEpoch, { fenced: fencingChange.fence }));
}

/** Unfenced, then leader of what waits for any leader. */
export function unfenceBroker(
  state: ControllerState,
  { id, brokerEpoch }: BrokerRegistration,
  records: MetadataRecord[],
): void {
  records.push(registrationChange(id, brokerEpoch, { fenced: fencingChange.unfence }));
  updatePartitions(state, state.topics.leaderless(), { added: id }, records);
}

/** Marked once; out of every ISR. */
export function beginControlledShutdown(
  state: ControllerState,
  { id, brokerEpoch, inControlledShutdown }: BrokerRegistration,
  records: MetadataRecord[],
): void {
  if (!inControlledShutdown) {
    const change = { inControlledShutdown: inControlledShutdownChange };
    records.push(registrationChange(id, brokerEpoch, change));
  }
  updatePartitions(state, state.topics.withIsrMember(id), { removed: id }, records);
}

/**
 * The former life of a broker that registers anew. After an unclean end it may have lost records,
 * so it leaves the ELRs too; a clean end, or a cluster without ELR, is as good as fencing.
 */
export function cleanUpAfterShutdown(
  state: ControllerState,
  broker: BrokerId,
  wasClean: boolean,
  records: MetadataRecord[],
): void {
  const { topics, setup } = state;
  if (!setup.rules.elrEnabled || wasClean || !setup.rules.stripsUncleanBrokers) {
    updatePartitions(state, topics.withIsrMember(broker), { removed: broker }, records);
    return;
  }
  const transition = { uncleanShutdown: broker };
  updatePartitions(state, topics.withIsrMember(broker), transition, records);
  updatePartitions(state, topics.withElrMember(broker), transition, records);
}

/** Out of every ISR; Kafka looks at the ELRs too, but leaves them as they are. */
export function unregisterBroker(
  state: ControllerState,
  { id, brokerEpoch }: BrokerRegistration,
  records: MetadataRecord[],
): void {
  updatePartitions(state, state.topics.withIsrMember(id), { removed: id }, records);
  updatePartitions(state, state.topics.withElrMember(id), { removed: id }, records);
  records.push({ type: 'UnregisterBrokerRecord', brokerId: id, brokerEpoch });
}

/** Elections where the replica's directory has just failed (KIP-858). */
export function takeDirectoriesOffline(
  state: ControllerState,
  { id, brokerEpoch, directories }: BrokerRegistration,
  offline: readonly Uuid[],
  records: MetadataRecord[],
): void {
  const failed = directories.filter((directory) => offline.includes(directory));
  if (failed.length === 0) return;
  for (const directory of failed) {
    updatePartitions(state, partitionsIn(state, id, directory), { removed: id }, records);
  }
  const logDirs = directories.filter((directory) => !failed.includes(directory));
  records.push(registrationChange(id, brokerEpoch, { logDirs }));
}

/** Notes the directories that take no more replicas (KIP-1066); null: the broker does not know yet. */
export function cordonDirectories(
  { id, brokerEpoch, cordonedDirectories }: BrokerRegistration,
  cordoned: readonly Uuid[] | null,
  records: MetadataRecord[],
): void {
  if (cordoned === null) return;
  const isKnown =
    cordonedDirectories?.length === cordoned.length &&
    cordoned.every((directory) => cordonedDirectories.includes(directory));
  if (isKnown) return;
  records.push(registrationChange(id, brokerEpoch, { cordonedLogDirs: cordoned }));
}

function registrationChange(
  brokerId: BrokerId,
  brokerEpoch: number,
  change: Partial<BrokerRegistrationChangeRecord>,
): BrokerRegistrationChangeRecord {
  return {
    type: 'BrokerRegistrationChangeRecord',
    brokerId,
    brokerEpoch,
    fenced: 0,
    inControlledShutdown: 0,
    logDirs: [],
    cordonedLogDirs: null,
    ...change,
  };
}

/** A broker whose state is about to change. */
interface BrokerTransition {
  /** Leaves the ISRs and cannot lead. */
  readonly removed?: BrokerId;
  /** Can lead, although it is still fenced. */
  readonly added?: BrokerId;
  /** Leaves ISRs and ELRs and cannot lead. */
  readonly uncleanShutdown?: BrokerId;
}

/** Kafka's `generateLeaderAndIsrUpdates`. */
function updatePartitions(
  state: ControllerState,
  partitions: Iterable<TopicPartitions>,
  transition: BrokerTransition,
  records: MetadataRecord[],
): void {
  const { removed, added, uncleanShutdown } = transition;
  const isAlive = (broker: BrokerId) =>
    broker !== removed &&
    broker !== uncleanShutdown &&
    (broker === added || state.cluster.isActive(broker));
  const leaving = [removed, uncleanShutdown].filter((broker) => broker !== undefined);

  for (const [topicId, partitionIds] of partitions) {
    const topic = state.topics.withId(topicId);
    if (topic === undefined) throw new ControllerFault(`topic ${topicId} is in an index only`);
    const election = state.configs.uncleanElectionEnabled(topic.name) ? 'unclean' : 'online';
    for (const partitionId of partitionIds) {
      const partition = topic.partitions.get(partitionId);
      if (partition === undefined) throw new ControllerFault('a partition is in an index only');
      const wanted: WantedChange = { election, isr: without(partition.isr, leaving) };
      const record = buildPartitionChange(
        partition,
        uncleanShutdown === undefined ? wanted : { ...wanted, uncleanShutdown },
        changeScope(state, topic, partitionId, partition, isAlive),
      );
      if (record !== undefined) records.push(record);
    }
  }
}

function partitionsIn(
  state: ControllerState,
  broker: BrokerId,
  directory: Uuid,
): readonly TopicPartitions[] {
  const found: TopicPartitions[] = [];
  for (const topic of state.topics.all()) {
    const partitionIds = [...topic.partitions]
      .filter(([, { replicas, directories }]) => {
        return directories[replicas.indexOf(broker)] === directory;
      })
      .map(([partitionId]) => partitionId);
    if (partitionIds.length > 0) found.push([topic.id, partitionIds]);
  }
  return found;
}
