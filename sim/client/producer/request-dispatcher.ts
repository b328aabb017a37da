import { assert, present } from '../../kernel/assert.ts';
import { Api } from '../../protocol/api.ts';
import { type ClientConfig } from '../../protocol/config/client-config.ts';
import { type ClientResponse, type ResponseHandler } from '../in-flight-request.ts';
import { type Metadata } from '../metadata.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type NetworkClient } from '../network-client.ts';
import { sleepFor } from '../poll-loop.ts';
import { type BatchCompletion } from './batch-completion.ts';
import { type PendingRequest } from './pending-request.ts';
import { type RecordAccumulator } from './record-accumulator.ts';
import { type TransactionManager } from './transaction-manager.ts';

export interface DispatcherParts {
  readonly network: NetworkClient;
  readonly metadata: Metadata;
  readonly manager: TransactionManager;
  readonly config: ClientConfig;
  readonly accumulator: RecordAccumulator;
  readonly completion: BatchCompletion;
}

/** A request that the thread is busy with. */
interface Errand {
  readonly request: PendingRequest;
  readonly node: ClusterNode;
  readonly startedMs: number;
}

/**
 * Sends a producer's requests that carry no records, one at a time
 * (`Sender.maybeSendAndPollTransactionalRequest`). The I/O thread does nothing else meanwhile: it waits
 * for a connection, sleeps before it repeats a request, and sends no records before the answer has come.
 */
export class RequestDispatcher implements ResponseHandler {
  readonly #network: NetworkClient;
  readonly #metadata: Metadata;
  readonly #manager: TransactionManager;
  readonly #config: ClientConfig;
  readonly #accumulator: RecordAccumulator;
  readonly #completion: BatchCompletion;
  #errand: Errand | undefined = undefined;
  /** Why the thread is in the middle of something. */
  #step: 'none' | 'polls once' | 'awaits node' | 'backs off' | 'rests' = 'none';
  #inFlight: PendingRequest | undefined = undefined;

  constructor(parts: DispatcherParts) {
    this.#network = parts.network;
    this.#metadata = parts.metadata;
    this.#manager = parts.manager;
    this.#config = parts.config;
    this.#accumulator = parts.accumulator;
    this.#completion = parts.completion;
  }

  /** The thread is in the middle of a turn, which `goOn` continues. */
  get isBusy(): boolean {
    return this.#step !== 'none';
  }

  /** What the thread is to do next, as `IoThread.turn`; `undefined` if records may be sent. */
  turn(nowMs: number): number | undefined {
    const { retryBackoffMs } = this.#config;
    if (this.#inFlight !== undefined) return retryBackoffMs;
    this.#abortUndrained();
    for (;;) {
      const request = this.#manager.nextRequest(!this.#accumulator.incomplete.isEmpty);
      if (request === undefined) return undefined;
      const node = this.#nodeFor(request, nowMs);
      if (node !== undefined) {
        this.#errand = { request, node, startedMs: nowMs };
        this.#step = 'polls once';
        return 0;
      }
      if (request.coordinator === undefined) {
        this.#manager.retry(request);
        return retryBackoffMs;
      }
      // The question who coordinates goes first now.
      this.#findCoordinatorFor(request);
    }
  }

  /** The same in the middle of a turn; `undefined` if that turn is over. */
  goOn(nowMs: number): number | undefined {
    const errand = this.#errand;
    assert(errand !== undefined, 'there is something to go on with');
    switch (this.#step) {
      case 'polls once':
        if (this.#network.ready(errand.node, nowMs)) return this.#nodeIsReady(errand, nowMs);
        return this.#awaitNode(errand, nowMs);
      case 'awaits node':
        return this.#awaitNode(errand, nowMs);
      case 'backs off':
        return this.#send(errand, nowMs);
      case 'rests':
      case 'none':
        this.#end();
        this.#metadata.requestUpdate();
        this.#manager.retry(errand.request);
        return undefined;
    }
  }

  completed({ outcome, response }: ClientResponse): void {
    const request = this.#inFlight;
    assert(request !== undefined, 'one request is in flight');
    this.#inFlight = undefined;
    if (outcome === 'disconnected' || outcome === 'timedOut') request.lost();
    else if (response === undefined) request.fatalError('UnsupportedVersionException');
    else request.answered(response);
  }

  /** `NetworkClientUtils.awaitReady` */
  #awaitNode(errand: Errand, nowMs: number): number | undefined {
    const { node, startedMs } = errand;
    const { nodeId } = node;
    if (this.#network.isReady(nodeId, nowMs)) return this.#nodeIsReady(errand, nowMs);
    const leftMs = this.#config.requestTimeoutMs - (nowMs - startedMs);
    if (leftMs <= 0 || this.#network.connectionFailed(nodeId)) return this.#giveUp(errand);
    this.#step = 'awaits node';
    const delayMs = this.#network.pollDelayMs(nodeId, startedMs);
    return delayMs > 0 && leftMs > delayMs ? delayMs : leftMs;
  }

  #nodeIsReady(errand: Errand, nowMs: number): number {
    const { request, node } = errand;
    if (request.coordinator?.type === 'transaction') {
      const maxVersion = this.#network.maxVersionOf(node.nodeId, Api.initProducerId);
      this.#manager.bumps.coordinatorReady(maxVersion ?? -1);
    }
    if (!request.isRetry) return this.#send(errand, nowMs);
    this.#step = 'backs off';
    return sleepFor(request.retryBackoffMs);
  }

  #send({ request, node }: Errand, nowMs: number): number {
    this.#end();
    this.#inFlight = request;
    request.send(this.#network, node.nodeId, this, nowMs);
    return this.#config.retryBackoffMs;
  }

  /**
   * The node cannot be reached: another one is tried after the backoff, or the coordinator is looked for
   * at once.
   */
  #giveUp({ request }: Errand): number | undefined {
    if (request.coordinator === undefined) {
      this.#step = 'rests';
      return sleepFor(this.#config.retryBackoffMs);
    }
    this.#end();
    this.#findCoordinatorFor(request);
    return undefined;
  }

  #findCoordinatorFor(request: PendingRequest): void {
    if (request.coordinator !== undefined) this.#manager.lookUp(request.coordinator);
    this.#manager.retry(request);
  }

  #nodeFor({ coordinator }: PendingRequest, nowMs: number): ClusterNode | undefined {
    if (coordinator === undefined) return this.#network.leastLoadedNode(nowMs).node;
    return this.#manager.coordinators.node(coordinator.type);
  }

  /** Of a transaction that is to be aborted, nothing more is sent. */
  #abortUndrained(): void {
    const { current, lastError } = this.#manager.states;
    if (current === 'ABORTING_TRANSACTION') {
      this.#completion.abortUndrained('TransactionAbortedException');
    } else if (current === 'ABORTABLE_ERROR') {
      this.#completion.abortUndrained(present(lastError, 'error'));
    }
  }

  #end(): void {
    this.#step = 'none';
    this.#errand = undefined;
  }
}
