import { type Context } from '../kernel/process.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';
import { type BrokerChannels } from './broker-channels.ts';
import { type BrokerOptions } from './broker-options.ts';
import { type GroupCoordinator } from './coordinator/group/group-coordinator.ts';
import { FetchHandler } from './fetch/fetch-handler.ts';
import { FetchReading } from './fetch/fetch-reading.ts';
import { FetchSessionCache } from './fetch/fetch-session-cache.ts';
import { rackAwareSelector } from './fetch/preferred-replica.ts';
import { AutoTopicCreation } from './handlers/auto-topic-creation.ts';
import { Forwarder } from './handlers/forwarder.ts';
import { LeaderHints } from './handlers/leader-hints.ts';
import { MetadataHandler } from './handlers/metadata-handler.ts';
import { ProducerIds } from './handlers/producer-ids.ts';
import { Router, type RouterParts } from './handlers/router.ts';
import { ProduceHandler } from './produce/produce-handler.ts';
import { type HostedPartitions } from './replica/hosted-partitions.ts';
import { type PartitionHost } from './replica/partition.ts';
import { type PurgatoryChecks } from './replica/purgatory-checks.ts';

/** Leaves the number to the controller. */
const controllersDefault = -1;

/** Makes the handlers of all requests that a broker serves. */
export function createRouter(
  context: Context<Frame, Fact>,
  options: BrokerOptions,
  parts: {
    readonly host: PartitionHost;
    readonly hosted: HostedPartitions;
    readonly checks: PurgatoryChecks;
    readonly groups: GroupCoordinator;
    readonly channels: BrokerChannels;
  },
): Router {
  const { config, clusterId } = options;
  const { host, hosted, checks, groups, channels } = parts;
  const { brokerId, image, switches, brokerEpoch, wallClockMs } = host;
  const random = context.random('metadata-answers');
  const hints = new LeaderHints(image, hosted);
  const selectsReplicas = config.replicaSelectorClass === rackAwareSelector;
  return new Router({
    context,
    clusterId,
    image,
    hosted,
    random,
    produce: new ProduceHandler({
      context,
      brokerId,
      image,
      hosted,
      checks,
      hints,
      verifiesTransactions: config.transactionPartitionVerificationEnable,
    }),
    fetch: new FetchHandler({
      context,
      brokerId,
      image,
      hints,
      switches,
      sessions: new FetchSessionCache(
        config.maxIncrementalFetchSessionCacheSlots,
        context.random('fetch-sessions'),
      ),
      reading: new FetchReading(hosted, selectsReplicas, wallClockMs),
      maxBytes: config.fetchMaxBytes,
    }),
    metadata: new MetadataHandler(
      image,
      clusterId,
      random,
      config.autoCreateTopicsEnable ? autoTopicCreation(options, channels) : undefined,
    ),
    maxPartitions: config.maxRequestPartitionSizeLimit,
    forwarder: new Forwarder(channels.forwarding),
    groupRequests: { ...groupSettings(options, channels), groups, image, wallClockMs },
    producerIds: new ProducerIds(context, channels.forwarding, { brokerId, brokerEpoch }),
  });
}

function autoTopicCreation({ config }: BrokerOptions, channels: BrokerChannels): AutoTopicCreation {
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
function offsetsTopicCreation(
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

/** What the handlers of groups need besides the coordinator. */
function groupSettings(
  options: BrokerOptions,
  channels: BrokerChannels,
): Omit<RouterParts['groupRequests'], 'groups' | 'image' | 'wallClockMs'> {
  const { config } = options;
  return {
    topicCreation: offsetsTopicCreation(options, channels),
    minSessionTimeoutMs: config.groupMinSessionTimeoutMs,
    maxSessionTimeoutMs: config.groupMaxSessionTimeoutMs,
    maxMetadataLength: config.offsetMetadataMaxBytes,
  };
}
