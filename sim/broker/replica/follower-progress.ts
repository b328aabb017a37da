import { advanceHighWatermark } from './high-watermark.ts';
import { maybeExpandIsr } from './isr-changes.ts';
import { type Partition } from './partition.ts';
import { type FollowerFetch, type RemoteReplica } from './remote-replica.ts';

/**
 * Takes note of how far a follower has got, which may let it join the ISR, move the high watermark, or
 * satisfy a DeleteRecords (`Partition.updateFollowerFetchState`).
 * @returns False if the fetch comes from an earlier life of the follower, and changes nothing.
 */
export function recordFollowerFetch(
  partition: Partition,
  replica: RemoteReplica,
  fetch: FollowerFetch,
): boolean {
  const { host, waitingDeletes } = partition;
  const oldLowWatermark = waitingDeletes.isEmpty ? undefined : lowWatermark(partition);
  const oldEnd = replica.logEndOffset;
  const oldBrokerEpoch = replica.brokerEpoch;
  const alive = host.switches.noBrokerEpochCheck
    ? -1
    : host.image.aliveBrokerEpoch(replica.brokerId);
  if (!replica.update(fetch, alive)) return false;

  const hasMoved = replica.logEndOffset !== oldEnd;
  // A fetch that repeats what is known tells nothing.
  if (hasMoved || oldBrokerEpoch !== replica.brokerEpoch) {
    host.record({
      kind: 'followerFetched',
      partition: partition.name,
      broker: host.brokerId,
      follower: replica.brokerId,
      leaderEpoch: partition.leaderEpoch,
      fetchOffset: fetch.fetchOffset,
    });
  }
  const hasLowWatermarkMoved =
    oldLowWatermark !== undefined && lowWatermark(partition) > oldLowWatermark;
  maybeExpandIsr(partition, replica);
  const log = partition.leaderLog;
  const hasAdvanced =
    hasMoved && log !== undefined && advanceHighWatermark(partition, log, fetch.timeMs);
  if (hasAdvanced || hasLowWatermarkMoved) partition.checkWaiting();
  return true;
}

/** The lowest log start of the leader and of all followers that are alive. */
export function lowWatermark(partition: Partition): number {
  let low = partition.log?.logStartOffset ?? -1;
  for (const replica of partition.remoteReplicas) {
    const isAlive = partition.host.image.aliveBrokerEpoch(replica.brokerId) >= 0;
    if (isAlive && replica.logStartOffset < low) low = replica.logStartOffset;
  }
  return low;
}
