import { Api, type Response } from '../../../protocol/api.ts';
import { present } from '../../../kernel/assert.ts';
import { type BrokerId } from '../../../trace.ts';
import { type ClusterNode } from '../../metadata-snapshot.ts';
import { type AsyncParts } from './async-parts.ts';
import { type RequestFailure } from '../request-sender.ts';
import { type Failure, failureOfError } from './failure.ts';
import { type BackgroundHandler } from './network-client-delegate.ts';
import { type RequestManager } from './request-manager.ts';
import { RequestState } from './request-state.ts';

/** The key of FindCoordinator is the name of a group. */
const groupKeyType = 0;

/** The connection to a coordinator is another one than that to the same broker as a leader. */
const coordinatorNodeIds = 2_147_483_647;

/** Knows which broker coordinates the group, and asks for it when it does not (`CoordinatorRequestManager`). */
export class CoordinatorRequestManager implements RequestManager, BackgroundHandler {
  readonly #parts: AsyncParts;
  readonly #groupId: string;
  readonly #state: RequestState;
  #isClosing = false;
  #coordinator: ClusterNode | undefined = undefined;
  #fatalFailure: Failure | undefined = undefined;

  constructor(parts: AsyncParts, groupId: string) {
    this.#parts = parts;
    this.#groupId = groupId;
    this.#state = new RequestState(parts.backoff);
  }

  get coordinator(): ClusterNode | undefined {
    return this.#coordinator;
  }

  /** The broker that it is. */
  get brokerId(): BrokerId {
    return coordinatorNodeIds - present(this.#coordinator, 'the coordinator').nodeId;
  }

  /** Why there will be no coordinator, if the last answer said so. */
  get fatalFailure(): Failure | undefined {
    return this.#fatalFailure;
  }

  takeFatalFailure(): Failure | undefined {
    const fatal = this.#fatalFailure;
    this.#fatalFailure = undefined;
    return fatal;
  }

  /** From now on it is not looked for any more. */
  signalClose(): void {
    this.#isClosing = true;
  }

  poll(nowMs: number): number {
    if (this.#isClosing || this.#coordinator !== undefined) return Infinity;
    if (!this.#state.canSend(nowMs)) return this.#state.remainingBackoffMs(nowMs);
    this.#state.sent();
    // Since version 4 the keys are a list; `key` is for older ones.
    const request = { key: '', keyType: groupKeyType, coordinatorKeys: [this.#groupId] };
    this.#parts.network.sendToAny(Api.findCoordinator, request, this);
    return Infinity;
  }

  /** The broker says that it is not the coordinator, or not for the moment. */
  markUnknown(): void {
    this.#coordinator = undefined;
  }

  /** A request to the coordinator has failed; if its connection is lost, another may coordinate now. */
  requestFailed(failure: RequestFailure): void {
    if (failure === 'disconnected') this.markUnknown();
  }

  answered(response: Response, nowMs: number): void {
    if (response.apiKey !== Api.findCoordinator) return;
    this.#fatalFailure = undefined;
    const answer = present(response.body.coordinators[0], 'the only key that was asked for');
    const { nodeId, host, port, errorCode } = answer;
    if (errorCode !== 'NONE') {
      this.#state.failed(nowMs);
      const failure = failureOfError(errorCode);
      if (!failure.isRetriable) this.#fatalFailure = failure;
      return;
    }
    this.#coordinator = { nodeId: coordinatorNodeIds - nodeId, host, port, rack: null };
    this.#state.succeeded(nowMs);
  }

  failed(_failure: RequestFailure, nowMs: number): void {
    this.#fatalFailure = undefined;
    this.#state.failed(nowMs);
  }
}
