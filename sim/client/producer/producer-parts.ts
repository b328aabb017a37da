import { type Context } from '../../kernel/process.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type TxnUid } from '../../protocol/record-batch.ts';
import { type Switches } from '../../switches/switches.ts';
import { type Fact } from '../../trace.ts';
import { type FinalizedFeatures } from '../finalized-features.ts';
import { Metadata } from '../metadata.ts';
import { NetworkClient } from '../network-client.ts';
import { BatchCompletion } from './batch-completion.ts';
import { BatchDrainer } from './batch-drainer.ts';
import { BatchExpiry } from './batch-expiry.ts';
import { type Thrown } from './exceptions.ts';
import { FailedBatches } from './failed-batches.ts';
import { ProducerFacts, type SendFailed } from './producer-facts.ts';
import { ProducerInterest } from './producer-interest.ts';
import { RecordAccumulator } from './record-accumulator.ts';
import { type DispatcherParts, RequestDispatcher } from './request-dispatcher.ts';
import { type IdempotentParts, type SenderParts } from './sender.ts';
import { type EpochBump, SequenceTracker } from './sequence-tracker.ts';
import { TransactionFacts } from './transaction-facts.ts';
import { TransactionManager } from './transaction-manager.ts';
import { TransactionOperations } from './transaction-operations.ts';

export interface KafkaProducerOptions {
  readonly context: Context<Frame, Fact>;
  readonly config: ProducerConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  /** Names this producer object in the facts. */
  readonly session: string;
  /** Hears of every record that could not be sent, as a callback of `send` does. */
  readonly onSendFailed?: SendFailed;
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
  const facts = new ProducerFacts(context, session, config.acks, options.onSendFailed);
  const manager = config.enableIdempotence
    ? createManager(options, network.features, facts)
    : undefined;
  const rules = { bumpOnOoosAlways: switches['idem.bumpOnOoosAlways'] === 'on' };
  const completion = new BatchCompletion({
    accumulator,
    sequences: manager?.sequences,
    failedBatches: manager === undefined ? undefined : new FailedBatches(manager, rules),
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
  const shared = { network, metadata, interest, accumulator, drainer, completion, config, facts };
  return {
    ...shared,
    expiry: new BatchExpiry(accumulator, completion, config.deliveryTimeoutMs),
    idempotent: manager === undefined ? undefined : idempotentParts(manager, shared),
  };
}

/** `undefined` for a producer without transactions. */
export function transactionFactsOf({
  context,
  config,
  session,
}: KafkaProducerOptions): TransactionFacts | undefined {
  const { transactionalId } = config;
  if (transactionalId === undefined) return undefined;
  return new TransactionFacts(context, session, transactionalId);
}

function createManager(
  options: KafkaProducerOptions,
  features: FinalizedFeatures,
  facts: ProducerFacts,
): TransactionManager {
  const { config, switches } = options;
  const sequences = new SequenceTracker({
    bumpWaitsInflight: switches['idem.bumpWaitsInflight'] === 'on',
    bumpResetsIdle: switches['idem.bumpResetsIdle'] !== 'off',
    renumbersByHeap: switches['idem.resequenceOrder'] === 'heap',
  });
  const transactionFacts = transactionFactsOf(options);
  const listener = {
    producerIdAssigned: ({ batchesInDoubt }: EpochBump) => {
      facts.producerIdAssigned(sequences.producer, batchesInDoubt);
    },
    errorRaised: (txnUid: TxnUid, error: Thrown, isFatal: boolean) => {
      transactionFacts?.errorRaised(txnUid, error, isFatal);
    },
  };
  const { transactionalId, transactionTimeoutMs, retryBackoffMs } = config;
  return new TransactionManager({
    transactionalId,
    transactionTimeoutMs,
    retryBackoffMs,
    features,
    sequences,
    hidesRetriable: switches['txn.wrapRetriable'] !== 'off',
    listener,
  });
}

function idempotentParts(
  manager: TransactionManager,
  shared: Omit<DispatcherParts, 'manager'>,
): IdempotentParts {
  return {
    manager,
    operations: new TransactionOperations(manager),
    dispatcher: new RequestDispatcher({ ...shared, manager }),
  };
}
