import { assert } from '../../../kernel/assert.ts';
import { Api, type ApiKey, type RequestBodies, type Response } from '../../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../../protocol/errors.ts';
import {
  type Coordinator,
  type FindCoordinatorResponse,
} from '../../../protocol/messages/find-coordinator-response.ts';
import { type BrokerId } from '../../../trace.ts';
import { type ClusterNode } from '../../metadata-snapshot.ts';
import { CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type ConsumerParts } from '../consumer-parts.ts';
import { type RequestOptions } from '../request-sender.ts';
import { awaitMetadata, pollWhile, rest, synchronized, type Waits } from '../waits.ts';
import { PendingOutcome } from './pending-outcome.ts';

/** What comes of a request: it is done, it may be sent again, or the call throws. */
export type Outcome<T> = T | 'retry' | ConsumerException;

/** The key of FindCoordinator is the name of a group. */
const groupKeyType = 0;

/** The connection to a coordinator is another one than that to the same broker as a leader. */
const coordinatorNodeIds = 2_147_483_647;

/** Knows which broker coordinates the group, and finds it when it does not (`AbstractCoordinator`). */
export class GroupCoordinator {
  readonly #parts: ConsumerParts;
  readonly #groupId: string;
  readonly #found: () => void;
  #node: ClusterNode | undefined = undefined;
  /** The request that is under way; polls that end too early leave it to the next one. */
  #lookup: PendingOutcome<Outcome<'found'>> | undefined = undefined;

  /** `found` is called each time a lookup has found it. */
  constructor(parts: ConsumerParts, groupId: string, found: () => void) {
    this.#parts = parts;
    this.#groupId = groupId;
    this.#found = found;
  }

  /** The coordinator, unless it is not known or its connection is lost. */
  known(): ClusterNode | undefined {
    if (this.#node !== undefined && this.#parts.network.isUnavailable(this.#node)) {
      this.#node = undefined;
    }
    return this.#node;
  }

  /** Of the coordinator that was known last; -1: none. */
  get brokerId(): BrokerId {
    return this.#node === undefined ? -1 : coordinatorNodeIds - this.#node.nodeId;
  }

  /** The connection is lost: the coordinator may be another one now. */
  lost(): void {
    this.#node = undefined;
  }

  /** The broker says that it is not the coordinator, or not for the moment, or says nothing. */
  refused(): void {
    if (this.#node !== undefined) this.#parts.network.disconnectSoon(this.#node);
    this.#node = undefined;
  }

  /** @returns Whether the coordinator is known; false: not in time. */
  *ensureReady(timer: CallTimer): Waits<boolean | ConsumerException> {
    return this.known() !== undefined || (yield* synchronized(this.#find(timer)));
  }

  /** The same without waiting: looks once at what has come in. */
  ensureReadyNow(): boolean | ConsumerException {
    if (this.known() !== undefined) return true;
    const { context, network } = this.#parts;
    const nowMs = context.wallClockMs();
    const part = this.#find(new CallTimer(0, nowMs));
    let next = part.next(nowMs);
    while (next.done !== true) {
      const thrown = network.pollNoWakeup();
      if (thrown !== undefined) return thrown;
      next = part.next(nowMs);
    }
    return next.value;
  }

  /** The lookup that goes on, or a new one. */
  lookUp(): PendingOutcome<Outcome<'found'>> {
    if (this.#lookup !== undefined) return this.#lookup;
    const { network } = this.#parts;
    const lookup = new PendingOutcome((response) => this.#replied(response));
    const node = network.leastLoadedNode();
    if (node === undefined) {
      lookup.failed();
      return lookup;
    }
    this.#lookup = lookup;
    // Since version 4 the keys are a list; `key` is for older ones.
    const request = { key: '', keyType: groupKeyType, coordinatorKeys: [this.#groupId] };
    network.send(node, Api.findCoordinator, request, lookup);
    return lookup;
  }

  /** The next `lookUp` asks anew. @returns Whether there was one. */
  forgetLookup(): boolean {
    const hadOne = this.#lookup !== undefined;
    this.#lookup = undefined;
    return hadOne;
  }

  /** Asks the coordinator; `judge` hears of no response if it is not known, or does not answer. */
  ask<K extends ApiKey, T extends object | string>(
    apiKey: K,
    body: RequestBodies[K],
    judge: (response: Response | undefined) => T,
    options?: RequestOptions,
  ): PendingOutcome<T> {
    const reply = new PendingOutcome((response, failure) => {
      if (failure === 'disconnected') this.lost();
      return judge(response);
    });
    const node = this.known();
    if (node === undefined) reply.failed();
    else this.#parts.network.send(node, apiKey, body, reply, options);
    return reply;
  }

  *#find(timer: CallTimer): Waits<boolean | ConsumerException> {
    const { network, metadata, backoff } = this.#parts;
    let attempts = 0;
    do {
      const lookup = this.lookUp();
      yield* pollWhile(lookup, timer);
      const { outcome } = lookup;
      if (outcome === undefined) break;
      if (outcome === 'retry') {
        yield* rest(backoff.next(attempts++), timer);
        yield* awaitMetadata(metadata, timer);
      } else if (this.#node !== undefined && network.isUnavailable(this.#node)) {
        this.refused();
        yield* rest(backoff.next(attempts++), timer);
      }
      this.#lookup = undefined;
      if (outcome !== 'retry' && outcome !== 'found') return outcome;
    } while (this.known() === undefined && !timer.isExpired);
    return this.known() !== undefined;
  }

  #replied(response: Response | undefined): Outcome<'found'> {
    if (response?.apiKey !== Api.findCoordinator) return 'retry';
    const { nodeId, host, port, errorCode } = coordinatorIn(response.body);
    if (errorCode !== 'NONE') return failureOf(errorCode);
    this.#node = { nodeId: coordinatorNodeIds - nodeId, host, port, rack: null };
    this.#parts.network.tryConnect(this.#node);
    this.#found();
    return 'found';
  }
}

/** How a call takes the error of an answer: all but those that may be tried again are thrown. */
export function failureOf(error: ErrorName): 'retry' | ConsumerException {
  const { retriable, exception } = errorProperties(error);
  return retriable ? 'retry' : { name: exception, partitions: [] };
}

function coordinatorIn({ coordinators }: FindCoordinatorResponse): Coordinator {
  const [coordinator] = coordinators;
  assert(coordinator !== undefined, 'an answer about the only key that was asked for');
  return coordinator;
}
