import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { fromMilliseconds, type Instant } from '../invariant.ts';

/**
 * Whether something that was so since an instant has stood long enough to be judged: liveness counts
 * from the heal, and everything is given the configured time.
 */
export function hasSettled(truth: GroundTruth, since: Instant): boolean {
  return hasStood(truth, since, truth.configuration.given.settleWithinMs);
}

/** The same for what a group has to do, which may have to miss a member first. */
export function groupHasSettled(truth: GroundTruth, since: Instant): boolean {
  const { settleWithinMs, groupsSettleWithinMs } = truth.configuration.given;
  return hasStood(truth, since, settleWithinMs + groupsSettleWithinMs);
}

/** If not, L1 has something to say. */
export function isWritable(partition: PartitionTruth): boolean {
  const { state, minimum } = partition;
  if (state === null || partition.leader()?.isLeader !== true) return false;
  return state.isr.length >= minimum;
}

function hasStood({ healedAt, moment }: GroundTruth, since: Instant, forMs: number): boolean {
  return healedAt >= 0 && moment.at - Math.max(since, healedAt) >= fromMilliseconds(forMs);
}
