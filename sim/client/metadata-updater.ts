import { type MetadataRequest } from '../protocol/messages/metadata-request.ts';
import { type MetadataResponse } from '../protocol/messages/metadata-response.ts';
import { type LeastLoadedNode } from './least-loaded-node.ts';
import { type Metadata, type MetadataQuery } from './metadata.ts';
import { type ClusterNode } from './metadata-snapshot.ts';

/** What the metadata updater needs of the network client that it is a part of. */
export interface MetadataTransport {
  readonly leastLoadedNode: (nowMs: number) => LeastLoadedNode;
  readonly canSend: (nodeId: number, nowMs: number) => boolean;
  readonly canConnect: (nodeId: number, nowMs: number) => boolean;
  readonly isAnyNodeConnecting: () => boolean;
  readonly connect: (node: ClusterNode, nowMs: number) => void;
  readonly sendMetadataRequest: (nodeId: number, request: MetadataRequest, nowMs: number) => void;
}

/** Times in milliseconds. */
export interface MetadataUpdaterOptions {
  readonly requestTimeoutMs: number;
  readonly reconnectBackoffMs: number;
  readonly metadataRecoveryStrategy: 'none' | 'rebootstrap';
  readonly metadataRecoveryRebootstrapTriggerMs: number;
}

/**
 * Asks for metadata when it is due, one request at a time, and goes back to the bootstrap servers when
 * no known node helps (`NetworkClient.DefaultMetadataUpdater`, KIP-899, KIP-1102).
 */
export class MetadataUpdater {
  readonly #metadata: Metadata;
  readonly #transport: MetadataTransport;
  readonly #options: MetadataUpdaterOptions;
  readonly #mayRebootstrap: boolean;
  #inProgress: MetadataQuery | undefined = undefined;
  /** Since when metadata is asked for in vain; -Infinity if the cluster wants a rebootstrap. */
  #attemptStartMs: number | undefined = undefined;

  constructor(metadata: Metadata, transport: MetadataTransport, options: MetadataUpdaterOptions) {
    this.#metadata = metadata;
    this.#transport = transport;
    this.#options = options;
    this.#mayRebootstrap = options.metadataRecoveryStrategy === 'rebootstrap';
  }

  isUpdateDue(nowMs: number): boolean {
    return this.#inProgress === undefined && this.#metadata.timeToNextUpdate(nowMs) === 0;
  }

  /** Sends a request if it is time. Returns how many milliseconds a poll may last at most. */
  maybeUpdate(nowMs: number): number {
    const { requestTimeoutMs, reconnectBackoffMs } = this.#options;
    const toNextUpdate = this.#metadata.timeToNextUpdate(nowMs);
    const timeout = Math.max(toNextUpdate, this.#inProgress === undefined ? 0 : requestTimeoutMs);
    if (timeout > 0) return timeout;

    this.#attemptStartMs ??= nowMs;
    let { node, isAnyConnectionReady } = this.#transport.leastLoadedNode(nowMs);
    if (this.#mayRebootstrap && node === undefined && !isAnyConnectionReady) {
      this.rebootstrap(nowMs);
      ({ node, isAnyConnectionReady } = this.#transport.leastLoadedNode(nowMs));
    }
    return node === undefined ? reconnectBackoffMs : this.#ask(node, nowMs);
  }

  /** A connection was lost: perhaps because the metadata is old. */
  serverDisconnected(nowMs: number): void {
    if (this.isUpdateDue(nowMs)) this.failed(nowMs);
    this.#metadata.requestUpdate();
  }

  /** The request in progress got no answer. */
  failed(nowMs: number): void {
    this.#metadata.failedUpdate(nowMs);
    this.#inProgress = undefined;
  }

  answered(response: MetadataResponse, nowMs: number): void {
    // After an exception the request counts as under way for ever, and no other one is sent.
    if (this.#metadata.throwsFor(response)) return;
    const query = this.#inProgress;
    this.#inProgress = undefined;
    if (this.#mayRebootstrap && response.errorCode === 'REBOOTSTRAP_REQUIRED') {
      this.#attemptStartMs = -Infinity;
    } else if (query === undefined || response.brokers.length === 0) {
      // A broker that has just started knows of none.
      this.#metadata.failedUpdate(nowMs);
    } else {
      this.#metadata.update(query, response, nowMs);
      this.#attemptStartMs = undefined;
    }
  }

  needsRebootstrap(nowMs: number): boolean {
    if (!this.#mayRebootstrap || this.#attemptStartMs === undefined) return false;
    return nowMs - this.#attemptStartMs > this.#options.metadataRecoveryRebootstrapTriggerMs;
  }

  rebootstrap(nowMs: number): void {
    this.#metadata.rebootstrap();
    this.#attemptStartMs = nowMs;
  }

  #ask(node: ClusterNode, nowMs: number): number {
    const { nodeId } = node;
    const transport = this.#transport;
    if (transport.canSend(nodeId, nowMs)) {
      const query = this.#metadata.query(nowMs);
      this.#inProgress = query;
      transport.sendMetadataRequest(nodeId, query.request, nowMs);
      return this.#options.requestTimeoutMs;
    }
    // Waits for a connection that is being made rather than making more.
    if (transport.isAnyNodeConnecting()) return this.#options.reconnectBackoffMs;
    if (transport.canConnect(nodeId, nowMs)) {
      transport.connect(node, nowMs);
      return this.#options.reconnectBackoffMs;
    }
    return Infinity;
  }
}
