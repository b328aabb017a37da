import { type Offset } from '../../protocol/record-batch.ts';
import { type EpochEnd } from '../log/leader-epoch-cache.ts';
import { type PartitionLog } from '../log/partition-log.ts';

/**
 * Where a follower cuts its log when its leader says that the logs diverge: `leaderEnd` is the largest
 * epoch the leader has that is not above the follower's last, with its end there
 * (`AbstractFetcherThread.getOffsetTruncationState`, KIP-101, KIP-279).
 */
export function truncationPoint(log: PartitionLog, leaderEnd: EpochEnd): Offset {
  const own = log.endOffsetFor(leaderEnd.leaderEpoch);
  if (own === null) return Math.min(leaderEnd.endOffset, log.logEndOffset);
  // An epoch that this log does not have: what is above it may be wrong, and the leader is asked again.
  if (own.leaderEpoch !== leaderEnd.leaderEpoch) return Math.min(own.endOffset, log.logEndOffset);
  return Math.min(own.endOffset, leaderEnd.endOffset, log.logEndOffset);
}
