import { type Standing, weakest } from '../standing.ts';
import { budgetStanding, lossStanding } from './durability.ts';
import { type GroundTruth } from './ground-truth.ts';
import { type PartitionTruth } from './partition-truth.ts';

/** Whether Kafka promises that nothing is lost of what coordinators have written, as far as is known now. */
export function coordinatorStanding({ partitions }: GroundTruth): Standing {
  const standings: Standing[] = [];
  for (const partition of partitions.values()) {
    if (partition.coordinates !== null) standings.push(logStanding(partition));
  }
  return weakest(standings);
}

/** The same for what coordinators have written and for what one partition holds. */
export function transactionStanding(truth: GroundTruth, partition: PartitionTruth): Standing {
  return weakest([logStanding(partition), coordinatorStanding(truth)]);
}

function logStanding(partition: PartitionTruth): Standing {
  return weakest([lossStanding(partition.losses), budgetStanding(partition)]);
}
