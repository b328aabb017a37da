import { type FetchRequest } from '../../protocol/messages/fetch-request.ts';
import { type FetchIsolation } from '../log/read-result.ts';

/** What is the same for all partitions of a fetch (`FetchParams`). */
export interface FetchParams {
  /** Negative for consumers. */
  readonly replicaId: number;
  readonly replicaEpoch: number;
  readonly isFollower: boolean;
  /** Followers read from the leader only, and so did consumers before version 11. */
  readonly requireLeader: boolean;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly bound: FetchIsolation;
  /** Undefined where no other replica may be named. */
  readonly clientRack: string | undefined;
  readonly version: number;
}

/** Where the follower's id moved into a structure with its broker epoch (KIP-903). */
const firstVersionWithReplicaState = 15;
/** From here on a consumer may be sent to a follower (KIP-392). */
const firstVersionWithRack = 11;

export function fetchParams(
  request: FetchRequest,
  version: number,
  serverMaxBytes: number,
): FetchParams {
  const hasState = version >= firstVersionWithReplicaState;
  const replicaId = hasState ? request.replicaState.replicaId : request.replicaId;
  const isFollower = replicaId >= 0;
  const maxBytes = Math.min(request.maxBytes, serverMaxBytes);
  const consumerBound = request.isolationLevel === 1 ? 'lastStable' : 'highWatermark';
  return {
    replicaId,
    replicaEpoch: hasState ? request.replicaState.replicaEpoch : -1,
    isFollower,
    requireLeader: isFollower || version < firstVersionWithRack,
    maxWaitMs: request.maxWaitMs,
    minBytes: Math.min(request.minBytes, maxBytes),
    maxBytes,
    bound: isFollower ? 'logEnd' : consumerBound,
    clientRack: !isFollower && version >= firstVersionWithRack ? request.rackId : undefined,
    version,
  };
}
