import { present } from '../../kernel/assert.ts';
import { Api, frameOverheadBytes } from '../../protocol/api.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type ProduceResponse } from '../../protocol/messages/produce-response.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type ClientResponse } from '../in-flight-request.ts';
import { type LeaderHint, type Metadata } from '../metadata.ts';
import { type NetworkClient } from '../network-client.ts';
import { type IoThread } from '../poll-loop.ts';
import { type BatchCompletion, unanswered } from './batch-completion.ts';
import { type BatchDrainer } from './batch-drainer.ts';
import { type BatchExpiry } from './batch-expiry.ts';
import { causedBy, type Thrown } from './exceptions.ts';
import { ProduceCall, type ProduceOwner } from './produce-call.ts';
import { type ProducerFacts } from './producer-facts.ts';
import { type ProducerInterest } from './producer-interest.ts';
import { type RecordAccumulator } from './record-accumulator.ts';
import { type RequestDispatcher } from './request-dispatcher.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { type TransactionOperations } from './transaction-operations.ts';

/** What an idempotent producer has besides. */
export interface IdempotentParts {
  readonly manager: TransactionManager;
  readonly operations: TransactionOperations;
  readonly dispatcher: RequestDispatcher;
}

export interface SenderParts {
  readonly network: NetworkClient;
  readonly metadata: Metadata;
  readonly interest: ProducerInterest;
  readonly accumulator: RecordAccumulator;
  readonly drainer: BatchDrainer;
  readonly completion: BatchCompletion;
  readonly expiry: BatchExpiry;
  readonly idempotent: IdempotentParts | undefined;
  readonly config: ProducerConfig;
  readonly facts: ProducerFacts;
}

/** A producer's I/O thread: sends batches whose time has come, and gives up those that are too old (`Sender`). */
export class Sender implements IoThread, ProduceOwner {
  readonly #parts: SenderParts;
  readonly #mutes: boolean;
  readonly #ended: () => void;
  #closing: 'no' | 'when all is sent' | 'when the transaction has ended' | 'at once' = 'no';
  #isBlocked = false;

  /** `ended`: it has sent all, or given all up, and the connections are closed. */
  constructor(parts: SenderParts, ended: () => void) {
    this.#parts = parts;
    this.#ended = ended;
    this.#mutes = parts.config.maxInFlightRequestsPerConnection === 1;
  }

  get isRunning(): boolean {
    return this.#closing === 'no';
  }

  /** It has batches that it may not send now: Kafka's thread looks at them over and over. */
  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Ends the thread when all is sent and no transaction is open, or, by force, at its next turn. */
  close(isForced: boolean): void {
    if (isForced) this.#closing = 'at once';
    else if (this.#closing === 'no') this.#closing = 'when all is sent';
  }

  turn(nowMs: number): number {
    const dispatcher = this.#parts.idempotent?.dispatcher;
    if (dispatcher?.isBusy === true) {
      const goesOnMs = dispatcher.goOn(nowMs);
      if (goesOnMs !== undefined) return goesOnMs;
    }
    if (this.#mustEnd()) {
      this.#end();
      return 0;
    }
    return this.#prepare(nowMs) ?? this.#sendRecords(nowMs);
  }

  produceCompleted(call: ProduceCall, { outcome, response, receivedMs }: ClientResponse): void {
    if (response?.apiKey === Api.produce) {
      this.#answered(call, response.body, receivedMs);
      return;
    }
    // With acks=0 there is no answer, and a batch that was written is over.
    const result = unanswered(outcome === 'answered' ? 'NONE' : lostAs[outcome]);
    for (const batch of call.batches) this.#parts.completion.completed(batch, result, receivedMs);
  }

  #mustEnd(): boolean {
    if (this.#closing === 'when all is sent' && this.#isAllSent) {
      this.#closing = 'when the transaction has ended';
    }
    if (this.#closing === 'when the transaction has ended') return this.#hasEndedTransaction();
    return this.#closing === 'at once';
  }

  get #isAllSent(): boolean {
    const { accumulator, network, idempotent } = this.#parts;
    if (accumulator.hasUndrained || network.hasInFlightRequests) return false;
    if (idempotent === undefined) return true;
    const { manager } = idempotent;
    return !manager.hasRequests || !manager.hasOngoingTransaction;
  }

  /** Aborts a transaction that is open; if that cannot be, the thread ends at once. */
  #hasEndedTransaction(): boolean {
    const { idempotent } = this.#parts;
    if (idempotent?.manager.hasOngoingTransaction !== true) return true;
    if (idempotent.manager.isCompleting) return false;
    const isAborting = typeof idempotent.operations.abort('sender') !== 'string';
    if (isAborting) this.#parts.facts.abandoned(idempotent.manager.txnUid);
    else this.#closing = 'at once';
    return !isAborting;
  }

  #end(): void {
    const { completion, idempotent, network } = this.#parts;
    if (this.#closing === 'at once') {
      idempotent?.manager.close('KafkaException');
      completion.abortAll('KafkaException');
    }
    network.close();
    this.#ended();
  }

  /** What an idempotent producer does before it sends records; `undefined` if it may send them. */
  #prepare(nowMs: number): number | undefined {
    const { idempotent, completion, config } = this.#parts;
    if (idempotent === undefined) return undefined;
    const { manager, dispatcher } = idempotent;
    manager.resolveSequences();
    if (manager.hasFatalError) {
      completion.abortAll(present(manager.states.lastError, 'error'));
      return config.retryBackoffMs;
    }
    const { current, lastError } = manager.states;
    if (current === 'ABORTABLE_ERROR' && isAuthorizationError(lastError)) {
      manager.failPending(causedBy('AuthenticationException', lastError));
      completion.abortAll(lastError);
      manager.startOver(lastError);
    }
    manager.bumpOrInitialize();
    return dispatcher.turn(nowMs);
  }

  /** `Sender.sendProducerData` */
  #sendRecords(nowMs: number): number {
    const { accumulator, metadata, expiry, idempotent, config } = this.#parts;
    const { backlogs } = accumulator;
    accumulator.look(metadata.snapshot, nowMs, idempotent?.manager.isCompleting ?? false);
    this.#askForLeaders(nowMs);
    const drain = backlogs.ready.length > 0 ? this.#drain(nowMs) : undefined;
    this.#isBlocked = drain?.isBlocked ?? false;
    const givenUp = expiry.count;
    const nextExpiryMs = expiry.giveUp(nowMs);
    if (drain !== undefined) {
      for (const { nodeId, call } of drain.requests) this.#send(nodeId, call, nowMs);
      if (drain.isProgress) return 0;
      // The transaction has failed with what was given up, and so has what waits to be part of it.
      const hasFailed = expiry.count > givenUp && config.transactionalId !== undefined;
      if (drain.isBlocked && hasFailed) return 0;
    }
    const waitMs = drain?.waitMs ?? backlogs.nextLookMs;
    return Math.max(0, Math.min(waitMs, nextExpiryMs - nowMs));
  }

  /** Asks for metadata of topics that have batches for which no leader is known. */
  #askForLeaders(nowMs: number): void {
    const { accumulator, metadata, interest } = this.#parts;
    const topics = accumulator.backlogs.leaderlessTopics();
    if (topics.size === 0) return;
    for (const topic of topics) {
      if (interest.add(topic, nowMs)) metadata.requestUpdateForNewTopics();
    }
    metadata.requestUpdate();
  }

  #drain(nowMs: number): Drain {
    const { accumulator, network, drainer } = this.#parts;
    const { ready, nextLookMs } = accumulator.backlogs;
    const drain: Drain = {
      requests: [],
      isProgress: false,
      isBlocked: false,
      waitMs: nextLookMs,
    };
    for (const backlog of ready) {
      const { nodeId } = backlog.node;
      const canSend = network.ready(backlog.node, nowMs);
      accumulator.latencies.update(nodeId, nowMs, canSend);
      if (!canSend) {
        drain.waitMs = Math.min(drain.waitMs, network.pollDelayMs(nodeId, nowMs));
        continue;
      }
      const { batches, isBlocked } = drainer.drain(backlog, nowMs);
      if (batches.length > 0) drain.requests.push({ nodeId, call: new ProduceCall(batches, this) });
      if (!isBlocked) drain.isProgress = true;
      else {
        // Kafka's thread spins until the batches that are waited for are over.
        drain.isBlocked = true;
        drain.waitMs = Math.min(drain.waitMs, network.nextTimeoutMs(nowMs));
      }
    }
    return drain;
  }

  #send(nodeId: number, call: ProduceCall, nowMs: number): void {
    const { network, metadata, config, accumulator, facts, idempotent } = this.#parts;
    for (const batch of call.batches) {
      batch.topicId = metadata.snapshot.topicId(batch.partition.topic) ?? zeroUuid;
      if (this.#mutes) accumulator.mute(accumulator.queueOf(batch.partition));
      facts.sent(batch, nodeId);
    }
    const request = {
      transactionalId: config.transactionalId ?? null,
      acks: config.acks,
      timeoutMs: config.requestTimeoutMs,
      topicData: call.topicData(),
    };
    const options = {
      handler: call,
      sizeInBytes: frameOverheadBytes + call.sizeInBytes,
      expectsResponse: config.acks !== 0,
      maxVersion: idempotent?.manager.maxProduceVersion ?? Infinity,
    };
    network.send(nodeId, Api.produce, request, options, nowMs);
  }

  #answered(call: ProduceCall, { responses, nodeEndpoints }: ProduceResponse, nowMs: number): void {
    const { completion, metadata, facts } = this.#parts;
    const hints: LeaderHint[] = [];
    for (const topic of responses) {
      for (const response of topic.partitionResponses) {
        const batch = present(call.find(topic, response.index), 'batch that was answered');
        facts.responded(batch, response);
        completion.completed(batch, response, nowMs);
        const { errorCode, currentLeader } = response;
        if (!namesLeader.has(errorCode)) continue;
        if (currentLeader.leaderId < 0 || currentLeader.leaderEpoch < 0) continue;
        hints.push({ ...batch.partition, ...currentLeader });
      }
    }
    if (hints.length > 0) metadata.updatePartitionLeadership(hints, nodeEndpoints);
  }
}

/** What a turn has taken out of the queues. */
interface Drain {
  readonly requests: { readonly nodeId: number; readonly call: ProduceCall }[];
  /** The next turn may find more at once. */
  isProgress: boolean;
  /** It has found batches that may not be sent now. */
  isBlocked: boolean;
  /** Otherwise: how long it has nothing to do. */
  waitMs: number;
}

/** The producer may be authorized later, and then needs no other producer in its place. */
function isAuthorizationError(error: Thrown | undefined): error is Thrown {
  return (
    error === 'TransactionalIdAuthorizationException' || error === 'ClusterAuthorizationException'
  );
}

/** Errors with which a broker may say who leads the partition now (KIP-951). */
const namesLeader: ReadonlySet<ErrorName> = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
]);

const lostAs = {
  disconnected: 'NETWORK_EXCEPTION',
  timedOut: 'REQUEST_TIMED_OUT',
  unsupported: 'UNSUPPORTED_VERSION',
} as const;
