import { type ConfigRecord } from '../protocol/messages/config-record.ts';
import { type BrokerRegistrationChangeRecord } from '../protocol/messages/broker-registration-change-record.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Offset } from '../protocol/record-batch.ts';
import { type ControllerFact } from '../trace.ts';
import { fencingChange, inControlledShutdownChange } from './cluster-state.ts';
import { configResource } from './config-state.ts';
import { type ControllerState } from './controller-state.ts';
import { wasRevertedUncleanly } from './partition-reassignment.ts';
import { leaderRecovery, noLeader, type PartitionRegistration } from './partition-registration.ts';
import { type PartitionObserver, type Topic } from './topics-state.ts';

/** Applies records to the state, and says what they mean for the trace. */
export class FactCollector implements PartitionObserver {
  #facts: ControllerFact[] | undefined = undefined;

  /** The facts have to be told when the records are committed. */
  apply(
    state: ControllerState,
    records: readonly MetadataRecord[],
    baseOffset: Offset,
  ): readonly ControllerFact[] {
    const facts: ControllerFact[] = [];
    this.#facts = facts;
    for (const [index, record] of records.entries()) {
      const fact = factOf(state, record, records);
      if (fact !== undefined) facts.push(fact);
      state.replay(record, baseOffset + index);
    }
    this.#facts = undefined;
    return facts;
  }

  partitionChanged(
    topic: Topic,
    partitionId: number,
    previous: PartitionRegistration | undefined,
    next: PartitionRegistration,
  ): void {
    this.#facts?.push({
      kind: 'partitionChanged',
      partition: `${topic.name}-${partitionId}`,
      replicas: next.replicas,
      leader: next.leader,
      leaderEpoch: next.leaderEpoch,
      partitionEpoch: next.partitionEpoch,
      isr: next.isr,
      elr: next.elr,
      lastKnownElr: next.lastKnownElr,
      wasUnclean: previous !== undefined && wasElectedUncleanly(previous, next),
    });
  }
}

/** Whether the change gave the partition a leader of whom nobody knew that it was in sync. */
function wasElectedUncleanly(
  previous: PartitionRegistration,
  next: PartitionRegistration,
): boolean {
  const { leader } = next;
  if (leader === noLeader || leader === previous.leader) return false;
  const { recovering } = leaderRecovery;
  const isRecovering = next.leaderRecoveryState === recovering;
  // The mark comes only from an unclean election, and may still stand at a clean one.
  if (isRecovering && previous.leaderRecoveryState !== recovering) return true;
  if (previous.isr.includes(leader) || previous.elr.includes(leader)) return false;
  return isRecovering || wasRevertedUncleanly(previous, next);
}

/** What a record says besides new states of partitions; read before it is applied. */
function factOf(
  state: ControllerState,
  record: MetadataRecord,
  together: readonly MetadataRecord[],
): ControllerFact | undefined {
  switch (record.type) {
    case 'TopicRecord': {
      const { name: topic, topicId } = record;
      const partitions = together.filter((other) => {
        return other.type === 'PartitionRecord' && other.topicId === topicId;
      });
      return { kind: 'topicCreated', topic, topicId, partitions: partitions.length };
    }
    case 'RemoveTopicRecord': {
      const { topicId } = record;
      const topic = state.topics.withId(topicId)?.name ?? '';
      return { kind: 'topicDeleted', topic, topicId };
    }
    case 'BrokerRegistrationChangeRecord':
      return registrationFact(record);
    case 'ConfigRecord':
      return configFact(record);
    default:
      return undefined;
  }
}

function registrationFact({
  brokerId: broker,
  fenced,
  inControlledShutdown,
}: BrokerRegistrationChangeRecord): ControllerFact | undefined {
  if (fenced === fencingChange.fence) return { kind: 'brokerFenced', broker };
  if (fenced === fencingChange.unfence) return { kind: 'brokerUnfenced', broker };
  if (inControlledShutdown !== inControlledShutdownChange) return undefined;
  return { kind: 'brokerInControlledShutdown', broker };
}

function configFact({
  resourceType,
  resourceName,
  name,
  value,
}: ConfigRecord): ControllerFact | undefined {
  if (resourceType === configResource.topic) {
    return { kind: 'configChanged', resource: 'topic', name: resourceName, key: name, value };
  }
  if (resourceType !== configResource.broker) return undefined;
  return { kind: 'configChanged', resource: 'broker', name: resourceName, key: name, value };
}
