import { type ErrorName } from '../../protocol/errors.ts';
import { type BrokerState } from '../../protocol/messages/alter-partition-request.ts';
import { type PartitionData } from '../../protocol/messages/alter-partition-response.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { advanceHighWatermark, mayJoinIsr } from './high-watermark.ts';
import {
  committedIsr,
  type IsrProposal,
  type IsrState,
  pendingExpand,
  pendingShrink,
  withMember,
} from './isr-state.ts';
import { type Partition } from './partition.ts';
import { anyBrokerEpoch, type RemoteReplica, unknownBrokerEpoch } from './remote-replica.ts';

/** What became of a proposal: the controller's answer, or why there is none. */
export type IsrAnswer = PartitionData | { readonly errorCode: ErrorName };

/**
 * Asks the controller to add a follower that has caught up: with the high watermark, and with the
 * start of this leader epoch, below which committed records may lie that the high watermark of a new
 * leader has not reached yet (KAFKA-7128).
 */
export function maybeExpandIsr(partition: Partition, replica: RemoteReplica): void {
  const { isr, host } = partition;
  if (isr.kind !== 'committed' || isr.isr.includes(replica.brokerId)) return;
  const log = partition.leaderLog;
  if (log === undefined || !isInSync(partition, log, replica)) return;
  if (!mayJoinIsr(partition, replica)) return;

  const proposal = propose(partition, withMember(isr.isr, replica.brokerId));
  const usesCommitted = host.switches.highWatermarkFromCommittedIsr;
  setIsr(partition, pendingExpand(proposal, { added: replica.brokerId, usesCommitted }));
  host.proposeIsr(partition, proposal);
}

function isInSync(
  partition: Partition,
  log: PartitionLog,
  { logEndOffset }: RemoteReplica,
): boolean {
  if (logEndOffset < log.highWatermark) return false;
  if (partition.host.switches.joinAtHighWatermark) return true;
  const { leaderEpochStart } = partition;
  return leaderEpochStart !== undefined && logEndOffset >= leaderEpochStart;
}

/** Asks the controller to remove all followers that have not been caught up for too long. */
export function maybeShrinkIsr(partition: Partition): void {
  const { isr, host } = partition;
  const log = partition.leaderLog;
  if (log === undefined || isr.kind !== 'committed') return;
  const nowMs = host.wallClockMs();
  const kept = isr.isr.filter((id) => id === host.brokerId || isFast(partition, log, id, nowMs));
  if (kept.length === isr.isr.length) return;

  const proposal = propose(partition, kept);
  const isOptimistic = host.switches.optimisticShrink;
  setIsr(partition, pendingShrink(proposal, { kept, isOptimistic }));
  host.proposeIsr(partition, proposal);
}

function isFast(partition: Partition, log: PartitionLog, id: number, nowMs: number): boolean {
  const { replicaLagTimeMaxMs } = partition.host;
  const replica = partition.remoteReplica(id);
  return replica?.isCaughtUp(log.logEndOffset, nowMs, replicaLagTimeMaxMs) === true;
}

/** The ISR to ask for, each member in the life in which it has fetched. */
function propose(partition: Partition, newIsr: readonly number[]): IsrProposal {
  const { leaderEpoch, partitionEpoch, isr } = partition;
  return {
    leaderEpoch,
    partitionEpoch,
    leaderRecoveryState: isr.leaderRecoveryState,
    newIsr: newIsr.map((brokerId) => withBrokerEpoch(partition, brokerId)),
    lastCommitted: isr,
  };
}

function withBrokerEpoch(partition: Partition, brokerId: number): BrokerState {
  const { host } = partition;
  if (host.switches.noBrokerEpochCheck) return { brokerId, brokerEpoch: anyBrokerEpoch };
  if (brokerId === host.brokerId) return { brokerId, brokerEpoch: host.brokerEpoch() };
  const known = partition.remoteReplica(brokerId)?.brokerEpoch ?? unknownBrokerEpoch;
  // Who has not fetched yet is a member already: if it restarts, the controller will have removed it.
  return { brokerId, brokerEpoch: known === unknownBrokerEpoch ? anyBrokerEpoch : known };
}

/**
 * Takes the controller's answer. It is ignored if metadata have overtaken the proposal, and leaves it
 * pending where only metadata can tell what is the case.
 */
export function isrChangeAnswered(
  partition: Partition,
  proposal: IsrProposal,
  answer: IsrAnswer,
): void {
  if (partition.isr.proposal !== proposal) return;
  if (answer.errorCode === 'NONE' && 'isr' in answer) accept(partition, answer);
  else refuse(partition, proposal, answer.errorCode);
}

function accept(partition: Partition, answer: PartitionData): void {
  const isStale =
    answer.leaderEpoch !== partition.leaderEpoch ||
    answer.partitionEpoch < partition.partitionEpoch;
  if (isStale) return;
  partition.partitionEpoch = answer.partitionEpoch;
  setIsr(partition, committedIsr(answer.isr, answer.leaderRecoveryState));

  const { host, leaderLog } = partition;
  if (leaderLog === undefined || host.switches.noHighWatermarkOnIsrCommit) return;
  // The ISR may be down to the leader.
  if (advanceHighWatermark(partition, leaderLog, host.wallClockMs())) partition.checkWaiting();
}

function refuse(partition: Partition, proposal: IsrProposal, error: ErrorName): void {
  switch (error) {
    case 'OPERATION_NOT_ATTEMPTED':
    case 'INELIGIBLE_REPLICA':
      // Certainly not done, and by no other controller either: the partition epoch was the current one.
      setIsr(partition, proposal.lastCommitted);
      return;
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'UNKNOWN_TOPIC_ID':
    case 'FENCED_LEADER_EPOCH':
    case 'INVALID_UPDATE_VERSION':
    case 'INVALID_REQUEST':
    case 'NEW_LEADER_ELECTED':
      // Something has happened that metadata will tell.
      return;
    default:
      partition.host.proposeIsr(partition, proposal);
  }
}

/** Changes the leader's view of the ISR, and tells the trace. */
export function setIsr(partition: Partition, state: IsrState): void {
  partition.isr = state;
  partition.host.record({
    kind: 'isrViewChanged',
    partition: partition.name,
    broker: partition.host.brokerId,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    state: state.kind,
    isr: state.isr,
    maximalIsr: state.maximalIsr,
  });
}
