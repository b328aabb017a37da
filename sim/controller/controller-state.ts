import { type BrokerConfig } from '../protocol/config/broker-config.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Offset } from '../protocol/record-batch.ts';
import { type BrokerId } from '../trace.ts';
import { ClusterState } from './cluster-state.ts';
import { ConfigState } from './config-state.ts';
import { type ControllerRules } from './controller-rules.ts';
import { type PartitionObserver, type Topic, TopicsState } from './topics-state.ts';

/** What a controller is given, and what stays the same in all its lives. */
export interface ControllerSetup {
  readonly controllerId: BrokerId;
  readonly clusterId: string;
  readonly rules: ControllerRules;
  /** The node's own properties, from which topics inherit. */
  readonly config: BrokerConfig;
}

/**
 * The controller's memory: what the records of the metadata log, one after the other, have made of
 * it. Operations read it and answer with records; only `replay` changes it.
 */
export class ControllerState {
  readonly setup: ControllerSetup;
  readonly cluster = new ClusterState();
  readonly topics: TopicsState;
  readonly configs: ConfigState;
  /** Levels of the cluster's features, as finalized. */
  readonly features = new Map<string, number>();
  /** The first producer id that no broker has been given. */
  nextProducerId = 0;

  constructor(setup: ControllerSetup, observer: PartitionObserver) {
    this.setup = setup;
    this.topics = new TopicsState(observer, setup.rules.clearElrKeepsIndex);
    this.configs = new ConfigState(setup.controllerId, setup.config.values);
  }

  /** The least in-sync replicas of a topic that make sense: no more than its first partition has. */
  effectiveMinInsyncReplicas(topic: Topic): number {
    const replicas = topic.partitions.get(0)?.replicas.length ?? 0;
    return Math.min(this.configs.minInsyncReplicas(topic.name), replicas);
  }

  replay(record: MetadataRecord, offset: Offset): void {
    switch (record.type) {
      case 'PartitionChangeRecord': {
        this.topics.replayChange(record);
        return;
      }
      case 'PartitionRecord': {
        this.topics.replayPartition(record);
        return;
      }
      case 'TopicRecord': {
        this.topics.replayTopic(record);
        return;
      }
      case 'RemoveTopicRecord': {
        this.configs.topicRemoved(this.topics.replayRemove(record));
        return;
      }
      case 'ClearElrRecord': {
        this.topics.replayClearElr(record);
        return;
      }
      case 'ConfigRecord': {
        this.configs.replay(record);
        return;
      }
      case 'RegisterBrokerRecord': {
        this.cluster.replayRegister(record, offset);
        return;
      }
      case 'BrokerRegistrationChangeRecord': {
        this.cluster.replayChange(record);
        return;
      }
      case 'UnregisterBrokerRecord': {
        this.cluster.replayUnregister(record);
        return;
      }
      case 'ProducerIdsRecord':
        this.nextProducerId = record.nextProducerId;
        return;
      case 'FeatureLevelRecord':
        this.features.set(record.name, record.featureLevel);
        return;
      case 'NoOpRecord':
        return;
    }
  }
}
