import { type Context } from '../kernel/process.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';
import { type BrokerChannels } from './broker-channels.ts';
import { type BrokerOptions } from './broker-options.ts';
import { type GroupCoordinator } from './coordinator/group/group-coordinator.ts';
import { type TransactionParts } from './create-transactions.ts';
import { FetchHandler } from './fetch/fetch-handler.ts';
import { FetchReading } from './fetch/fetch-reading.ts';
import { FetchSessionCache } from './fetch/fetch-session-cache.ts';
import { rackAwareSelector } from './fetch/preferred-replica.ts';
import { Forwarder } from './handlers/forwarder.ts';
import { LeaderHints } from './handlers/leader-hints.ts';
import { MetadataHandler } from './handlers/metadata-handler.ts';
import { Router, type RouterParts } from './handlers/router.ts';
import { ProduceHandler } from './produce/produce-handler.ts';
import { autoTopicCreation, offsetsTopicCreation, stateTopicCreation } from './topic-creations.ts';
import { type HostedPartitions } from './replica/hosted-partitions.ts';
import { type PartitionHost } from './replica/partition.ts';
import { type PurgatoryChecks } from './replica/purgatory-checks.ts';

/** What the handlers work with. */
interface ServerParts {
  readonly host: PartitionHost;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionParts;
  readonly channels: BrokerChannels;
}

/** Makes the handlers of all requests that a broker serves. */
export function createRouter(
  context: Context<Frame, Fact>,
  options: BrokerOptions,
  parts: ServerParts,
): Router {
  const { config, clusterId } = options;
  const { host, hosted, checks, groups, channels } = parts;
  const { brokerId, image, wallClockMs } = host;
  const transactions = parts.transactions.coordinator;
  const random = context.random('metadata-answers');
  const hints = new LeaderHints(image, hosted);
  const shared = { context, brokerId, image, hosted, groups, transactions, wallClockMs };
  return new Router({
    context,
    brokerId,
    clusterId,
    image,
    hosted,
    random,
    produce: produceHandler(context, options, parts, hints),
    fetch: fetchHandler(context, options, parts, hints),
    metadata: new MetadataHandler(
      image,
      clusterId,
      random,
      config.autoCreateTopicsEnable ? autoTopicCreation(options, channels) : undefined,
    ),
    maxPartitions: config.maxRequestPartitionSizeLimit,
    forwarder: new Forwarder(channels.forwarding),
    groupRequests: { ...shared, ...groupSettings(options, channels) },
    transactionRequests: {
      ...shared,
      checks,
      verifier: parts.transactions.verifier,
      requestTimeoutMs: config.requestTimeoutMs,
      maxMetadataLength: config.offsetMetadataMaxBytes,
    },
  });
}

function produceHandler(
  context: Context<Frame, Fact>,
  { config, switches }: BrokerOptions,
  { host, hosted, checks, transactions }: ServerParts,
  hints: LeaderHints,
): ProduceHandler {
  const { brokerId, image } = host;
  const retries = switches['tv2.brokerAddRetry'] !== 'off';
  const verification = {
    context,
    verifier: transactions.verifier,
    retryBackoffMs: config.addPartitionsToTxnRetryBackoffMs,
    longestRetryMs: retries
      ? Math.min(config.addPartitionsToTxnRetryBackoffMaxMs, config.requestTimeoutMs)
      : 0,
  };
  return new ProduceHandler({ context, brokerId, image, hosted, checks, hints, verification });
}

function fetchHandler(
  context: Context<Frame, Fact>,
  { config }: BrokerOptions,
  { host, hosted }: ServerParts,
  hints: LeaderHints,
): FetchHandler {
  const { brokerId, image, switches, wallClockMs } = host;
  const selectsReplicas = config.replicaSelectorClass === rackAwareSelector;
  return new FetchHandler({
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
  });
}

/** What the handlers of groups need besides the coordinator. */
function groupSettings(
  options: BrokerOptions,
  channels: BrokerChannels,
): Omit<RouterParts['groupRequests'], 'groups' | 'transactions' | 'image' | 'wallClockMs'> {
  const { config } = options;
  return {
    topicCreation: offsetsTopicCreation(options, channels),
    stateTopicCreation: stateTopicCreation(options, channels),
    minSessionTimeoutMs: config.groupMinSessionTimeoutMs,
    maxSessionTimeoutMs: config.groupMaxSessionTimeoutMs,
    maxMetadataLength: config.offsetMetadataMaxBytes,
  };
}
