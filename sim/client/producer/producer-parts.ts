import { type Context } from '../../kernel/process.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type Switches } from '../../switches.ts';
import { type Fact } from '../../trace.ts';
import { Metadata } from '../metadata.ts';
import { NetworkClient } from '../network-client.ts';
import { BatchCompletion } from './batch-completion.ts';
import { BatchDrainer } from './batch-drainer.ts';
import { BatchExpiry } from './batch-expiry.ts';
import { ProducerFacts } from './producer-facts.ts';
import { ProducerInterest } from './producer-interest.ts';
import { RecordAccumulator } from './record-accumulator.ts';
import { RequestDispatcher } from './request-dispatcher.ts';
import { type IdempotentParts, type SenderParts } from './sender.ts';
import { SequenceTracker } from './sequence-tracker.ts';
import { TransactionManager } from './transaction-manager.ts';

export interface KafkaProducerOptions {
  readonly context: Context<Frame, Fact>;
  readonly config: ProducerConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  /** Names this producer object in the facts. */
  readonly session: string;
}

/** Makes what the sender of a producer works with. */
export function createSenderParts(options: KafkaProducerOptions): SenderParts {
  const { context, config, switches, session } = options;
  const random = context.random('client-backoff');
  const interest = new ProducerInterest(config.metadataMaxIdleMs);
  const metadata = new Metadata({ config, random, interest });
  metadata.addListener(interest);
  metadata.bootstrap(options.bootstrap);
  const { maxInFlightRequestsPerConnection } = config;
  const network = new NetworkClient({ ...options, metadata, maxInFlightRequestsPerConnection });
  const accumulator = new RecordAccumulator(config, random, context.random('partitioner'));
  const facts = new ProducerFacts(context, session, config.acks);
  const idempotent = config.enableIdempotence
    ? createIdempotentParts(options, { network, metadata, facts })
    : undefined;
  const manager = idempotent?.manager;
  const completion = new BatchCompletion({
    accumulator,
    manager,
    metadata,
    config,
    facts,
    marksFirstFlight: switches['producer.unresolvedOnFirstFlight'] === 'on',
    flushWaitsForPieces: switches['producer.flushWaitsSplit'] !== 'off',
  });
  const drainer = new BatchDrainer(accumulator, manager, {
    maxRequestSize: config.maxRequestSize,
    blocksWholeNode: switches['producer.drainHol'] !== 'off',
  });
  const expiry = new BatchExpiry(accumulator, completion, config.deliveryTimeoutMs);
  return {
    network,
    metadata,
    interest,
    accumulator,
    drainer,
    completion,
    expiry,
    idempotent,
    config,
    facts,
  };
}

function createIdempotentParts(
  { config, switches }: KafkaProducerOptions,
  shared: Pick<SenderParts, 'network' | 'metadata' | 'facts'>,
): IdempotentParts {
  const sequences = new SequenceTracker({
    bumpWaitsInflight: switches['idem.bumpWaitsInflight'] === 'on',
    bumpResetsIdle: switches['idem.bumpResetsIdle'] !== 'off',
  });
  const rules = { bumpOnOoosAlways: switches['idem.bumpOnOoosAlways'] === 'on' };
  const manager = new TransactionManager(sequences, rules, {
    producerIdAssigned: ({ batchesInDoubt }) => {
      shared.facts.producerIdAssigned(sequences.producer, batchesInDoubt);
    },
  });
  const dispatcher = new RequestDispatcher({ ...shared, manager, config });
  return { manager, dispatcher };
}
