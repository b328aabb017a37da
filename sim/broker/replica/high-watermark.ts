import { type Offset } from '../../protocol/record-batch.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { type Partition } from './partition.ts';
import { anyBrokerEpoch, type RemoteReplica } from './remote-replica.ts';

/**
 * Moves the leader's high watermark to the end of what is replicated, if it has grown.
 * - It waits for every member of the maximal ISR (KIP-497), and for a follower outside it that has
 *   just been caught up and may join, which would else never catch up with a moving high watermark.
 * - It never moves back, and stays while the committed ISR is below the minimum (KIP-966).
 * @returns Whether it has moved; then requests may have to be completed.
 * @see `Partition.maybeIncrementLeaderHW`
 */
export function advanceHighWatermark(
  partition: Partition,
  log: PartitionLog,
  nowMs: number,
): boolean {
  const { switches, record, brokerId } = partition.host;
  const isBelowMinIsr = partition.isr.isr.length < partition.minIsr(log);
  if (isBelowMinIsr && !switches.highWatermarkBelowMinIsr) return false;

  const from = log.incrementHighWatermark(replicatedEnd(partition, log.logEndOffset, nowMs));
  if (from < 0) return false;
  const to = log.highWatermark;
  if (to > from) {
    record({
      kind: 'highWatermarkMoved',
      partition: partition.name,
      broker: brokerId,
      isLeader: true,
      leaderEpoch: partition.leaderEpoch,
      from,
      to,
    });
  }
  return true;
}

function replicatedEnd(partition: Partition, leaderEnd: Offset, nowMs: number): Offset {
  const { maximalIsr } = partition.isr;
  const { replicaLagTimeMaxMs } = partition.host;
  let end = leaderEnd;
  for (const replica of partition.remoteReplicas) {
    if (replica.logEndOffset >= end) continue;
    const counts =
      maximalIsr.includes(replica.brokerId) ||
      (replica.isCaughtUp(leaderEnd, nowMs, replicaLagTimeMaxMs) && mayJoinIsr(partition, replica));
    if (counts) end = replica.logEndOffset;
  }
  return end;
}

/**
 * Whether the controller would take the replica into the ISR: alive, not stopping, and in the same life
 * in which it has fetched (KIP-841, KIP-903).
 */
export function mayJoinIsr(
  partition: Partition,
  { brokerId, brokerEpoch }: RemoteReplica,
): boolean {
  const { image, switches } = partition.host;
  if (switches.noIsrEligibility) return true;
  if (image.isFenced(brokerId) || image.isShuttingDown(brokerId)) return false;
  const alive = image.aliveBrokerEpoch(brokerId);
  if (alive < 0) return false;
  return brokerEpoch === alive || brokerEpoch === anyBrokerEpoch || switches.noBrokerEpochCheck;
}
