import { type ErrorName } from '../../../protocol/errors.ts';
import { type TxnUid } from '../../../protocol/record-batch.ts';
import { transactionStateTopic } from '../../../protocol/topic-name.ts';
import { type ProducerIds } from '../../handlers/producer-ids.ts';
import { type LocalReplicaChanges } from '../../metadata/metadata-delta.ts';
import { type InterBrokerSender } from '../../outgoing/inter-broker-sender.ts';
import {
  decideInit,
  type ExpectedProducer,
  type InitTransaction,
  newTransaction,
} from './init-transaction.ts';
import { TransactionCleanup } from './transaction-cleanup.ts';
import {
  type EndTransaction,
  type ProducerOutcome,
  refusedProducer,
  TransactionEnds,
} from './transaction-ends.ts';
import { TransactionMarkers } from './transaction-markers.ts';
import { type TransactionMetadata } from './transaction-metadata.ts';
import { nameOf } from './transaction-records.ts';
import {
  type CoordinatedTransaction,
  type StateManagerParts,
  TransactionStateManager,
} from './transaction-state-manager.ts';
import { transactionStates } from './transaction-state.ts';
import { decisionOf, type TopicPartition } from './transaction-transit.ts';

export interface TransactionCoordinatorParts extends StateManagerParts {
  readonly producerIds: ProducerIds;
  readonly sender: InterBrokerSender;
}

export interface InitRequest {
  readonly transactionalId: string;
  readonly transactionTimeoutMs: number;
  readonly enable2Pc: boolean;
  readonly keepPreparedTxn: boolean;
  readonly expected: ExpectedProducer | undefined;
}

/** Partitions that are to belong to a transaction. */
export interface AddRequest {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly partitions: readonly TopicPartition[];
  /** Version of the transaction protocol that the client speaks. */
  readonly transactionVersion: number;
  readonly txnUid: TxnUid;
}

/** The timeout of two-phase commits. */
const noTimeoutMs = 2_147_483_647;

/**
 * The transactions that this broker coordinates: those whose ids belong to partitions of
 * `__transaction_state` that it leads (`TransactionCoordinator`).
 */
export class TransactionCoordinator {
  readonly states: TransactionStateManager;
  readonly producerIds: ProducerIds;
  readonly #parts: TransactionCoordinatorParts;
  readonly #markers: TransactionMarkers;
  readonly #ends: TransactionEnds;
  readonly #cleanup: TransactionCleanup;

  constructor(parts: TransactionCoordinatorParts) {
    const { context, image, sender, config, producerIds, switches } = parts;
    const { requestTimeoutMs } = config;
    this.#parts = parts;
    this.producerIds = producerIds;
    const states = new TransactionStateManager(parts);
    this.states = states;
    this.#markers = new TransactionMarkers({
      context,
      image,
      states,
      sender,
      requestTimeoutMs,
      switches,
    });
    this.#ends = new TransactionEnds({
      context,
      states,
      markers: this.#markers,
      producerIds,
      switches,
    });
    this.#cleanup = new TransactionCleanup({ ...parts, states, ends: this.#ends });
  }

  /** Follows who leads the partitions of `__transaction_state`. */
  metadataChanged({ deletes, leaders, followers }: LocalReplicaChanges): void {
    for (const { topic, partition } of deletes) {
      if (topic === transactionStateTopic) this.#resign(partition, undefined);
    }
    for (const { topic, partition, before, now } of leaders) {
      const isElected = before?.leaderEpoch !== now.leaderEpoch;
      if (topic.name === transactionStateTopic && isElected) {
        this.#elect(partition, now.leaderEpoch);
      }
    }
    for (const { topic, partition, now } of followers) {
      if (topic.name === transactionStateTopic) this.#resign(partition, now.leaderEpoch);
    }
  }

  /** Gives a transactional id its producer id and a new epoch (`handleInitProducerId`). */
  initProducerId(init: InitRequest, answer: (outcome: ProducerOutcome) => void): void {
    const error = this.#initError(init);
    if (error !== 'NONE') {
      answer(refusedProducer(error));
      return;
    }
    const timeoutMs = init.enable2Pc ? noTimeoutMs : init.transactionTimeoutMs;
    const request = { timeoutMs, expected: init.expected, nowMs: this.#nowMs };
    const found = this.#findOrCreate(init.transactionalId, request);
    const transit =
      typeof found === 'string' ? found : decideInit(found.metadata, request, this.producerIds);
    if (typeof found === 'string' || typeof transit === 'string') {
      answer(refusedProducer(typeof transit === 'string' ? transit : 'UNKNOWN_SERVER_ERROR'));
    } else if (transit.state === 'PREPARE_EPOCH_FENCE') {
      if (init.expected === undefined) this.#recordFence(found.metadata);
      // The client asks again when the open transaction is aborted.
      this.#ends.abortFenced(found.metadata, transit, (failure) => {
        answer(refusedProducer(failure === 'NONE' ? 'CONCURRENT_TRANSACTIONS' : failure));
      });
    } else {
      const { producerId, producerEpoch } = transit;
      const done = (failure: ErrorName): void => {
        const isDone = failure === 'NONE';
        answer(isDone ? { error: 'NONE', producerId, producerEpoch } : refusedProducer(failure));
      };
      this.states.append({ ...found, transit, done });
    }
  }

  /** Adds partitions to the transaction of a producer, which begins with the first. */
  addPartitions(request: AddRequest, answer: (error: ErrorName) => void): void {
    const { transactionalId, producerId, producerEpoch, partitions, txnUid } = request;
    const found = this.states.findKnown(transactionalId);
    if (typeof found === 'string') {
      answer(found);
      return;
    }
    const { metadata } = found;
    const { state, now } = metadata;
    const named = partitions.map((partition) => [nameOf(partition), partition] as const);
    const isKnown = named.every(([name]) => now.partitions.has(name));
    if (metadata.pendingState !== undefined) {
      answer('CONCURRENT_TRANSACTIONS');
    } else if (metadata.producerId !== producerId) {
      answer('INVALID_PRODUCER_ID_MAPPING');
    } else if (metadata.producerEpoch !== producerEpoch) {
      answer('PRODUCER_FENCED');
    } else if (state === 'PREPARE_COMMIT' || state === 'PREPARE_ABORT') {
      answer('CONCURRENT_TRANSACTIONS');
    } else if (state === 'ONGOING' && isKnown) {
      answer('NONE');
    } else {
      const { transactionVersion } = request;
      const transit = decisionOf(
        metadata.prepareAddPartitions(named, transactionVersion, this.#nowMs, txnUid),
      );
      if (typeof transit === 'string') answer(transit);
      else this.states.append({ ...found, transit, done: answer });
    }
  }

  /**
   * Whether each partition belongs to the transaction, in their order. A pending change is not looked
   * at: an append is judged once more by its leader.
   */
  verifyPartitions(request: AddRequest): ErrorName[] {
    const { transactionalId, producerId, producerEpoch, partitions } = request;
    const found = this.states.findKnown(transactionalId);
    const all = (error: ErrorName): ErrorName[] => partitions.map(() => error);
    if (typeof found === 'string') return all(found);
    const { metadata } = found;
    const { state, now } = metadata;
    if (metadata.producerId !== producerId) return all('INVALID_PRODUCER_ID_MAPPING');
    if (metadata.producerEpoch !== producerEpoch) return all('PRODUCER_FENCED');
    if (state === 'PREPARE_COMMIT' || state === 'PREPARE_ABORT') {
      return all('CONCURRENT_TRANSACTIONS');
    }
    return partitions.map((partition) =>
      now.partitions.has(nameOf(partition)) ? 'NONE' : 'TRANSACTION_ABORTABLE',
    );
  }

  /** Commits or aborts; answered when that is in the log, before the markers are written. */
  endTransaction(
    end: Omit<EndTransaction, 'isFromClient'>,
    answer: (outcome: ProducerOutcome) => void,
  ): void {
    this.#ends.end({ ...end, isFromClient: true }, answer);
  }

  /** Tells the trace what it has in memory. */
  inspect(): void {
    const { context, brokerId: broker } = this.#parts;
    for (const { byId } of this.states.cachedPartitions.values()) {
      for (const { transactionalId, now } of byId.values()) {
        const { producerId, producerEpoch, txnUid } = now;
        context.record({
          kind: 'transactionInspected',
          transactionalId,
          broker,
          state: transactionStates[now.state].shown,
          producerId,
          producerEpoch,
          partitions: [...now.partitions.keys()],
          txnUid,
        });
      }
    }
  }

  #elect(partition: number, coordinatorEpoch: number): void {
    this.#markers.cancelAllOf(partition);
    this.#cleanup.start();
    this.states.load(partition, coordinatorEpoch, (transactions) => {
      this.#ends.resume(transactions);
    });
  }

  #resign(partition: number, coordinatorEpoch: number | undefined): void {
    this.states.unload(partition, coordinatorEpoch);
    this.#markers.cancelAllOf(partition);
  }

  #initError({ transactionalId, enable2Pc, ...init }: InitRequest): ErrorName {
    const { transactionTwoPhaseCommitEnable, transactionMaxTimeoutMs } = this.#parts.config;
    const { transactionTimeoutMs: timeoutMs } = init;
    if (transactionalId === '') return 'INVALID_REQUEST';
    if (enable2Pc && !transactionTwoPhaseCommitEnable) {
      return 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED';
    }
    if (init.keepPreparedTxn) return 'UNSUPPORTED_VERSION';
    const isTimeoutValid = timeoutMs > 0 && timeoutMs <= transactionMaxTimeoutMs;
    return enable2Pc || isTimeoutValid ? 'NONE' : 'INVALID_TRANSACTION_TIMEOUT';
  }

  /** A new id is kept in memory at once, and nobody sees an epoch of it before it is written. */
  #findOrCreate(
    transactionalId: string,
    init: InitTransaction,
  ): CoordinatedTransaction | ErrorName {
    const found = this.states.find(transactionalId);
    if (found !== undefined) return found;
    const producerId = this.producerIds.next();
    if (producerId === undefined) return 'COORDINATOR_LOAD_IN_PROGRESS';
    return this.states.put(newTransaction(transactionalId, producerId, init));
  }

  #recordFence({ transactionalId, producerId, producerEpoch, now }: TransactionMetadata): void {
    const { context, brokerId: broker } = this.#parts;
    const fenced = { transactionalId, broker, producerId, producerEpoch, txnUid: now.txnUid };
    context.record({ kind: 'producerFenced', ...fenced });
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}
