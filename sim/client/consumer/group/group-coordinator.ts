import { assert } from '../../../kernel/assert.ts';
import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../../protocol/errors.ts';
import {
  type Coordinator,
  type FindCoordinatorResponse,
} from '../../../protocol/messages/find-coordinator-response.ts';
import { type ClusterNode } from '../../metadata-snapshot.ts';
import { type CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type ConsumerParts } from '../consumer-parts.ts';
import { awaitMetadata, pollWhile, rest, type Waits } from '../waits.ts';
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
  #node: ClusterNode | undefined = undefined;
  /** The request that is under way; polls that end too early leave it to the next one. */
  #lookup: PendingOutcome<Outcome<'found'>> | undefined = undefined;

  constructor(parts: ConsumerParts, groupId: string) {
    this.#parts = parts;
    this.#groupId = groupId;
  }

  /** The coordinator, unless it is not known or its connection is lost. */
  known(): ClusterNode | undefined {
    if (this.#node !== undefined && this.#parts.network.isUnavailable(this.#node)) {
      this.#node = undefined;
    }
    return this.#node;
  }

  /** The connection is lost: the coordinator may be another one now. */
  lost(): void {
    this.#node = undefined;
  }

  /** The broker says that it is not the coordinator, or not for the moment. */
  refused(): void {
    if (this.#node !== undefined) this.#parts.network.disconnectSoon(this.#node);
    this.#node = undefined;
  }

  /** @returns Whether the coordinator is known; false: not in time. */
  *ensureReady(timer: CallTimer): Waits<boolean | ConsumerException> {
    const { network, metadata, backoff } = this.#parts;
    if (this.known() !== undefined) return true;
    let attempts = 0;
    do {
      const lookup = this.#lookUp();
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

  #lookUp(): PendingOutcome<Outcome<'found'>> {
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

  #replied(response: Response | undefined): Outcome<'found'> {
    if (response?.apiKey !== Api.findCoordinator) return 'retry';
    const { nodeId, host, port, errorCode } = coordinatorIn(response.body);
    if (errorCode !== 'NONE') return failureOf(errorCode);
    this.#node = { nodeId: coordinatorNodeIds - nodeId, host, port, rack: null };
    this.#parts.network.tryConnect(this.#node);
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
