import { type GroupCoordinator } from './coordinator/group/group-coordinator.ts';
import { type TransactionCoordinator } from './coordinator/transaction/transaction-coordinator.ts';
import { type LogManager, type LoadedLog } from './log/log-manager.ts';
import { type EffectiveConfigs } from './metadata/effective-configs.ts';
import { type MetadataDelta } from './metadata/metadata-delta.ts';
import { type MetadataImage } from './metadata/metadata-image.ts';
import { type HostedPartitions } from './replica/hosted-partitions.ts';
import { type PartitionHost } from './replica/partition.ts';
import { type ReplicaManager } from './replica/replica-manager.ts';

export interface PublisherParts {
  readonly host: PartitionHost;
  readonly image: MetadataImage;
  readonly configs: EffectiveConfigs;
  readonly logs: LogManager;
  /** Filled at the first publication. */
  readonly loaded: Map<string, LoadedLog>;
  readonly hosted: HostedPartitions;
  readonly replicas: ReplicaManager;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  /** The first publication is done. */
  readonly started: () => void;
}

/**
 * Makes the broker follow new metadata, in Kafka's order: clients see them at once, then the replicas
 * change their roles, and only then their configs (`BrokerMetadataPublisher.onMetadataUpdate`).
 */
export class BrokerPublisher {
  readonly #parts: PublisherParts;
  #isFirst = true;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  publish(delta: MetadataDelta): void {
    const { configs, replicas, groups, transactions, host } = this.#parts;
    if (delta.brokerConfigsChanged) configs.brokerConfigsChanged();
    if (this.#isFirst) this.#loadLogs();
    if (delta.topicsChanged) {
      const changes = delta.localChanges(host.brokerId);
      replicas.apply(changes);
      groups.metadataChanged(delta);
      transactions.metadataChanged(changes);
    }
    this.#changeConfigs(delta);
    if (!this.#isFirst) return;
    this.#isFirst = false;
    this.#parts.started();
  }

  /** A log that no partition of this broker belongs to is left behind from before. */
  #loadLogs(): void {
    const { host, image, configs, logs, loaded } = this.#parts;
    const isStray = (partition: string, topicId: string | null): boolean => {
      const index = Number(partition.slice(partition.lastIndexOf('-') + 1));
      return topicId === null || !image.replicasOf(topicId, index).includes(host.brokerId);
    };
    for (const found of logs.loadLogs((topic) => configs.ofTopic(topic), isStray)) {
      const { log, endBeforeRecovery } = found;
      loaded.set(log.partition, found);
      if (log.logEndOffset === endBeforeRecovery) continue;
      host.record({
        kind: 'logTruncated',
        partition: log.partition,
        broker: host.brokerId,
        from: endBeforeRecovery,
        to: log.logEndOffset,
        why: 'recovery',
      });
    }
  }

  #changeConfigs({ configuredTopics, brokerConfigsChanged }: MetadataDelta): void {
    if (configuredTopics.size === 0 && !brokerConfigsChanged) return;
    const { hosted, configs } = this.#parts;
    for (const { topic, log } of hosted.all) {
      if (brokerConfigsChanged || configuredTopics.has(topic)) {
        log?.updateConfig(configs.ofTopic(topic));
      }
    }
  }
}
