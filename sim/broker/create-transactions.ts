import { type Context } from '../kernel/process.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';
import { type BrokerChannels, setupTimeouts } from './broker-channels.ts';
import { type BrokerOptions } from './broker-options.ts';
import { TransactionCoordinator } from './coordinator/transaction/transaction-coordinator.ts';
import { transactionSwitches } from './coordinator/transaction/transaction-switches.ts';
import { ProducerIds } from './handlers/producer-ids.ts';
import { InterBrokerSender } from './outgoing/inter-broker-sender.ts';
import { type StreamRegistry } from './outgoing/request-stream.ts';
import { AddPartitionsSender } from './produce/add-partitions-sender.ts';
import { TransactionVerifier } from './produce/transaction-verifier.ts';
import { type HostedPartitions } from './replica/hosted-partitions.ts';
import { type PartitionHost } from './replica/partition.ts';
import { type PurgatoryChecks } from './replica/purgatory-checks.ts';

/** What a broker has for transactions: as coordinator of some, and as leader of partitions in others. */
export interface TransactionParts {
  readonly coordinator: TransactionCoordinator;
  readonly verifier: TransactionVerifier;
}

/** Makes them, each with streams of its own to the other brokers. */
export function createTransactions(
  context: Context<Frame, Fact>,
  { brokerId, config, resolve, switches, usedTransactionalIds }: BrokerOptions,
  parts: {
    readonly registry: StreamRegistry;
    readonly host: PartitionHost;
    readonly hosted: HostedPartitions;
    readonly checks: PurgatoryChecks;
    readonly channels: BrokerChannels;
  },
): TransactionParts {
  const { registry, host, hosted, checks, channels } = parts;
  const { image, brokerEpoch } = host;
  const sender = (purpose: string): InterBrokerSender =>
    new InterBrokerSender({
      context,
      registry,
      resolve,
      image,
      settings: {
        clientId: `broker-${brokerId}-${purpose}`,
        requestTimeoutMs: config.requestTimeoutMs,
        ...setupTimeouts(config),
      },
    });
  const coordinator = new TransactionCoordinator({
    context,
    brokerId,
    config,
    image,
    hosted,
    checks,
    switches: transactionSwitches(switches),
    usedTransactionalIds,
    producerIds: new ProducerIds(context, channels.forwarding, { brokerId, brokerEpoch }),
    sender: sender('txn-marker-sender'),
  });
  const coordinators = new AddPartitionsSender({
    context,
    image,
    sender: sender('add-partitions-to-txn-sender'),
    statePartitionOf: (transactionalId) => coordinator.states.partitionOf(transactionalId),
  });
  const isEnabled =
    config.transactionPartitionVerificationEnable && switches['txn.verify'] !== 'off';
  const verifier = new TransactionVerifier({ hosted, coordinators, isEnabled });
  return { coordinator, verifier };
}
