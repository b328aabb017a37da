import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { fromMilliseconds, type Instant } from '../invariant.ts';

/**
 * Whether something that was so since an instant has stood long enough to be judged: liveness counts
 * from the heal, and everything is given the configured time.
 */
export function hasSettled(truth: GroundTruth, since: Instant): boolean {
  const { healedAt, moment, configuration } = truth;
  if (healedAt < 0) return false;
  const waited = moment.at - Math.max(since, healedAt);
  return waited >= fromMilliseconds(configuration.given.settleWithinMs);
}
