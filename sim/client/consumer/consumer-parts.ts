import { type Context } from '../../kernel/process.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type CommitUid } from '../../protocol/record-batch.ts';
import { type Switches } from '../../switches/switches.ts';
import { type Fact } from '../../trace.ts';
import { clientBackoff, ExponentialBackoff } from '../exponential-backoff.ts';
import { Metadata } from '../metadata.ts';
import { NetworkClient } from '../network-client.ts';
import { ConsumerInterest } from './consumer-interest.ts';
import { ConsumerNetworkClient } from './consumer-network-client.ts';
import { HandlerWait } from './handler-wait.ts';
import { type RequestSender } from './request-sender.ts';
import { SubscriptionState } from './subscription-state.ts';

export interface KafkaConsumerOptions {
  readonly context: Context<Frame, Fact>;
  readonly config: ConsumerConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  /** One count for all consumers of a run. */
  readonly nextCommitUid: () => CommitUid;
}

/** What finding positions and fetching records needs, whichever thread drives the network. */
export interface ReaderParts<N extends RequestSender = RequestSender> {
  readonly context: Context<Frame, Fact>;
  readonly config: ConsumerConfig;
  readonly subscriptions: SubscriptionState;
  readonly interest: ConsumerInterest;
  readonly metadata: Metadata;
  /** What `network` sends with. */
  readonly sockets: NetworkClient;
  readonly network: N;
  /** Of calls that ask again and again. */
  readonly backoff: ExponentialBackoff;
  /** Ghosts for calls that commit offsets. */
  readonly nextCommitUid: () => CommitUid;
}

/** What all that a consumer of the classic protocol does works with. */
export interface ConsumerParts extends ReaderParts<ConsumerNetworkClient> {
  readonly handlerWait: HandlerWait;
}

/** What a network is made of. */
export type NetworkParts = Pick<ConsumerParts, 'context' | 'sockets' | 'metadata' | 'config'>;

/** Requests in flight on one connection (`ConsumerUtils`). */
const maxInFlightRequestsPerConnection = 100;

export function createConsumerParts(options: KafkaConsumerOptions): ConsumerParts {
  const parts = createReaderParts(
    options,
    ({ context, sockets, metadata, config }) =>
      new ConsumerNetworkClient(context, sockets, metadata, config),
  );
  return { ...parts, handlerWait: new HandlerWait() };
}

export function createReaderParts<N extends RequestSender>(
  options: KafkaConsumerOptions,
  createNetwork: (parts: NetworkParts) => N,
): ReaderParts<N> {
  const { context, config, switches, nextCommitUid } = options;
  const { retryBackoffMs: initialMs, retryBackoffMaxMs: maxMs } = config;
  const random = context.random('client-backoff');
  const validatesPositions = switches['consumer.validatePosition'] !== 'off';
  const subscriptions = new SubscriptionState(
    config.autoOffsetReset,
    validatesPositions,
    (fact) => {
      context.record(fact);
    },
  );
  const interest = new ConsumerInterest(subscriptions, config);
  const takesUnknownTopicIds = switches['async.unknownTopicId'] === 'taken';
  const metadata = new Metadata({ config, random, interest, takesUnknownTopicIds });
  metadata.bootstrap(options.bootstrap);
  const sockets = new NetworkClient({ ...options, metadata, maxInFlightRequestsPerConnection });
  return {
    context,
    config,
    subscriptions,
    interest,
    metadata,
    sockets,
    network: createNetwork({ context, sockets, metadata, config }),
    backoff: new ExponentialBackoff({ initialMs, maxMs, ...clientBackoff }, random),
    nextCommitUid,
  };
}
