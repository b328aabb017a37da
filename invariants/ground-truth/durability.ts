import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type BrokerId, type FactOf } from '../../sim/trace.ts';
import { notPromised, promised, type Standing, weakest } from '../standing.ts';
import { type Loss } from './loss.ts';
import { type PartitionTruth } from './partition-truth.ts';
import { type ReplicaTruth } from './replica-truth.ts';

/**
 * Whether Kafka promises just now that nothing committed is lost in this partition: as long as fewer
 * members of ISR and ELR than `min.insync.replicas` have gone down uncleanly and not come back into
 * the ISR since (KIP-966). A controller cannot tell a crash that lost data from one that did not, so
 * each of them counts as soon as one has lost data.
 */
export function budgetStanding(partition: PartitionTruth): Standing {
  const { impaired, minimum } = partition;
  const lossy: BrokerId[] = [];
  for (const [broker, { hasLost, election }] of impaired) {
    if (hasLost && election?.promised === false) return election;
    if (hasLost) lossy.push(broker);
  }
  if (lossy.length === 0) return promised;
  if (impaired.size >= minimum) {
    return notPromised(
      `brokers ${[...impaired.keys()].join(', ')} crashed, of which ${lossy.join(', ')} lost data, and min.insync.replicas=${minimum} tolerates ${minimum - 1}`,
      `min.insync.replicas=${impaired.size + 1}`,
    );
  }
  const lastStanding = lossy.find((broker) => wasAloneInIsr(partition, broker));
  if (!partition.elr && lastStanding !== undefined) {
    return notPromised(
      `broker ${lastStanding} was the last in the ISR and lost data, and without eligible leader replicas it stays the only one that may lead`,
      'eligible.leader.replicas.version=1',
    );
  }
  return promised;
}

/** Whether an election may lose what is committed. */
export function electionStanding(
  partition: PartitionTruth,
  election: FactOf<'partitionChanged'>,
): Standing {
  if (election.wasUnclean && partition.topic.uncleanLeaderElection) {
    return notPromised(
      `broker ${election.leader} was elected in leader epoch ${election.leaderEpoch} though it was not in the ISR`,
      'unclean.leader.election.enable=false',
    );
  }
  return budgetStanding(partition);
}

/** The same for what one replica does, which may not have heard yet of a loss or still lives by it. */
export function replicaStanding(partition: PartitionTruth, replica: ReplicaTruth): Standing {
  if (replica.formerHistory !== null) return replica.formerHistory.standing;
  return epochStanding(partition, replica.leaderEpoch);
}

/** The same for what happens in a leader epoch, which may be older than the last loss. */
export function epochStanding(partition: PartitionTruth, leaderEpoch: number): Standing {
  if (leaderEpoch < 0) return budgetStanding(partition);
  const later = partition.losses.filter((loss) => leaderEpoch < loss.leaderEpoch);
  return later.length > 0 ? lossStanding(later) : presentStanding(partition, leaderEpoch);
}

/**
 * The same for a record that was appended in a leader epoch and is not where it should be: what older
 * epochs have at or above the start of a loss is just what was lost.
 */
export function recordStanding(
  partition: PartitionTruth,
  offset: Offset,
  leaderEpoch: number,
): Standing {
  const losses = partition.losses.filter(
    (loss) => offset >= loss.from && leaderEpoch < loss.leaderEpoch,
  );
  return losses.length > 0 ? lossStanding(losses) : presentStanding(partition, leaderEpoch);
}

/** An election that has not taken effect yet may be about to lose what older epochs have. */
function presentStanding(partition: PartitionTruth, leaderEpoch: number): Standing {
  const { openElection: open } = partition;
  const mayBeLost = open !== null && leaderEpoch <= open.leaderEpoch;
  return mayBeLost ? electionStanding(partition, open) : budgetStanding(partition);
}

/** Whether Kafka had promised that none of these could happen. */
export function lossStanding(losses: readonly Loss[]): Standing {
  return weakest(losses.map(({ standing }) => standing));
}

function wasAloneInIsr({ state, previousState }: PartitionTruth, broker: BrokerId): boolean {
  return isAlone(state, broker) || isAlone(previousState, broker);
}

function isAlone(state: FactOf<'partitionChanged'> | null, broker: BrokerId): boolean {
  return state?.isr.length === 1 && state.isr[0] === broker;
}
