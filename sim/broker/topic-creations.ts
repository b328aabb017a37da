import { type BrokerChannels } from './broker-channels.ts';
import { type BrokerOptions } from './broker-options.ts';
import { AutoTopicCreation } from './handlers/auto-topic-creation.ts';

/** Leaves the number to the controller. */
const controllersDefault = -1;

/** A topic that a client asks for, with the broker's own defaults only if they were given. */
export function autoTopicCreation(
  { config }: BrokerOptions,
  channels: BrokerChannels,
): AutoTopicCreation {
  const { given } = config.values;
  return new AutoTopicCreation(channels.forwarding, {
    requestTimeoutMs: config.requestTimeoutMs,
    numPartitions: given.has('num.partitions') ? config.numPartitions : controllersDefault,
    replicationFactor: given.has('default.replication.factor')
      ? config.defaultReplicationFactor
      : controllersDefault,
  });
}

/** `__consumer_offsets` as the group coordinator wants it (`groupMetadataTopicConfigs`). */
export function offsetsTopicCreation(
  { config }: BrokerOptions,
  channels: BrokerChannels,
): AutoTopicCreation {
  return new AutoTopicCreation(channels.forwarding, {
    requestTimeoutMs: config.requestTimeoutMs,
    numPartitions: config.offsetsTopicNumPartitions,
    replicationFactor: config.offsetsTopicReplicationFactor,
    configs: [
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'compression.type', value: 'producer' },
      { name: 'segment.bytes', value: String(config.offsetsTopicSegmentBytes) },
    ],
  });
}

/** `__transaction_state` as the coordinator wants it (`transactionTopicConfigs`). */
export function stateTopicCreation(
  { config }: BrokerOptions,
  channels: BrokerChannels,
): AutoTopicCreation {
  return new AutoTopicCreation(channels.forwarding, {
    requestTimeoutMs: config.requestTimeoutMs,
    numPartitions: config.transactionStateLogNumPartitions,
    replicationFactor: config.transactionStateLogReplicationFactor,
    configs: [
      { name: 'unclean.leader.election.enable', value: 'false' },
      { name: 'compression.type', value: 'uncompressed' },
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'min.insync.replicas', value: String(config.transactionStateLogMinIsr) },
      { name: 'segment.bytes', value: String(config.transactionStateLogSegmentBytes) },
    ],
  });
}
