import { type BrokerId, type FactOf, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type LogContents } from '../ground-truth/log-contents.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type StoredGeneration, storedGenerations } from '../ground-truth/stored-generations.ts';
import { type Invariant } from '../invariant.ts';

/**
 * G5: a rebalance of a classic group is only in memory, so a group is compared while it is stable. A
 * coordinator that has just loaded has read its log to the end (`CoordinatorLoaderImpl`); what it writes
 * itself counts when it is durable. What a deposed coordinator still believes does not count.
 */
export const groupsAreWhatTheirLogSays: Invariant = {
  id: 'G5',
  name: 'groups-are-what-their-log-says',
  promise:
    'A group that is stable is in memory what the log of its coordinator says, and one broker at a time coordinates it.',
  kind: 'safety',
  source: 'CoordinatorRuntime, GroupMetadataManager.replay',
  promised: alwaysPromised,

  start(truth, report) {
    const generations = storedGenerations();
    const coordinators = new Map<PartitionName, Map<number, BrokerId>>();

    return {
      coordinatorLoaded: (fact, _moment, { name }) => {
        const { leaderEpoch, broker } = fact;
        const mine = coordinators.get(name) ?? new Map<number, BrokerId>();
        coordinators.set(name, mine);
        const other = mine.get(leaderEpoch);
        mine.set(leaderEpoch, broker);
        if (other === undefined || other === broker) return;
        report.broken({
          message: `brokers ${other} and ${broker} coordinate what is in ${name}, both in leader epoch ${leaderEpoch}`,
          standing: alwaysPromised(),
          evidence: { facts: [fact], partition: name, brokers: [other, broker] },
        });
      },
      groupChanged: (fact) => {
        const group = truth.groups.group(fact.groupId);
        const { home } = group;
        if (fact.state !== 'Stable' || home === null || !group.isCoordinatedBy(fact.broker)) return;
        report.exercised();
        const problem = problemOf(fact, home, generations);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} has ${fact.groupId} stable ${problem}`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact], brokers: [fact.broker] },
        });
      },
    };
  },
};

/** What a consumer group has in memory may not be written yet; it never lags behind. */
function problemOf(
  { groupId, broker, protocol, generation }: FactOf<'groupChanged'>,
  home: PartitionTruth,
  generations: LogContents<StoredGeneration>,
): string | null {
  const stored = generations.of(home.replica(broker), groupId);
  if (protocol === 'consumer') {
    if (stored === undefined || generation >= stored.generation) return null;
    return `in epoch ${generation}, and its log says ${stored.generation}`;
  }
  if (stored?.generation !== generation) {
    return `in generation ${generation}, and its log says ${stored?.generation ?? 'none'}`;
  }
  const known = Math.max(home.committed.endOffset, home.coordinator?.loadedTo ?? 0);
  return stored.recordOffset < known ? null : `in generation ${generation}, which is not durable`;
}
