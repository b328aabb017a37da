import { present } from '../kernel/assert.ts';
import { type ClusterNode } from './metadata-snapshot.ts';
import { type NodeConnection } from './node-connection.ts';

/** The node to which the next request for anyone goes (`LeastLoadedNode`). */
export interface LeastLoadedNode {
  /** `undefined` if none can be used or connected to now. */
  readonly node: ClusterNode | undefined;
  /** Some connection is ready, even if none can take a request now. */
  readonly isAnyConnectionReady: boolean;
}

/** What is looked at to find the least loaded node. */
export interface NodeChoice {
  readonly nodes: readonly ClusterNode[];
  /** Index of the node that is looked at first. */
  readonly first: number;
  /** `undefined` for a node to which no connection was ever opened. */
  readonly connectionOf: (nodeId: number) => NodeConnection | undefined;
  readonly maxInFlight: number;
  readonly nowMs: number;
}

/**
 * The node with the fewest requests in flight (`NetworkClient.leastLoadedNode`): a ready one, else one
 * that is being connected to, else the one to which the latest attempt is the longest ago.
 */
export function leastLoadedNode(choice: NodeChoice): LeastLoadedNode {
  const { nodes, maxInFlight, nowMs } = choice;
  let isAnyConnectionReady = false;
  let ready: ClusterNode | undefined;
  let preparing: ClusterNode | undefined;
  let connectable: ClusterNode | undefined;
  let fewest = Infinity;
  let longestAgo = Infinity;
  for (let count = 0; count < nodes.length; count += 1) {
    const node = present(nodes[(choice.first + count) % nodes.length], 'node');
    const connection = choice.connectionOf(node.nodeId);
    if (connection === undefined) {
      connectable = longestAgo > 0 ? node : connectable;
      longestAgo = 0;
      continue;
    }
    isAnyConnectionReady ||= connection.isReady(nowMs);
    if (connection.canSend(nowMs, maxInFlight)) {
      if (connection.inFlightCount === 0) return { node, isAnyConnectionReady };
      if (connection.inFlightCount < fewest) ready = node;
      fewest = Math.min(fewest, connection.inFlightCount);
    } else if (connection.isPreparing) {
      preparing = node;
    } else if (connection.canConnect(nowMs) && connection.lastAttemptMs < longestAgo) {
      connectable = node;
      longestAgo = connection.lastAttemptMs;
    }
  }
  return { node: ready ?? preparing ?? connectable, isAnyConnectionReady };
}
