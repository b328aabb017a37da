import { type Fact } from '../sim/trace.ts';
import { type PartitionTruth } from './ground-truth/partition-truth.ts';
import { type Evidence } from './invariant.ts';

/** What one fact about a partition proves. */
export function evidenceIn(
  { name }: PartitionTruth,
  fact: Fact,
  more: Omit<Evidence, 'facts' | 'partition'> = {},
): Evidence {
  return { facts: [fact], partition: name, ...more };
}
