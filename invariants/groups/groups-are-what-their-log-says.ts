import { type BrokerId, type FactOf, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroupTruth } from '../ground-truth/group-truth.ts';
import { type Invariant } from '../invariant.ts';

/**
 * G5: a rebalance of a classic group is only in memory, so a group is compared while it is stable. What
 * a deposed coordinator still believes does not count.
 */
export const groupsAreWhatTheirLogSays: Invariant = {
  id: 'G5',
  name: 'groups-are-what-their-log-says',
  promise:
    'A group that is stable is in memory what the durable log says, and one broker at a time coordinates it.',
  kind: 'safety',
  source: 'CoordinatorRuntime, GroupMetadataManager.replay',
  promised: alwaysPromised,

  start(truth, report) {
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
        if (fact.state !== 'Stable' || !group.isCoordinatedBy(fact.broker)) return;
        report.exercised();
        const problem = problemOf(fact, group);
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

/** What a consumer group has in memory may not be durable yet; it never lags behind. */
function problemOf(
  { protocol, generation }: FactOf<'groupChanged'>,
  { stored, epoch }: GroupTruth,
): string | null {
  if (protocol === 'consumer') {
    if (generation >= epoch) return null;
    return `in epoch ${generation}, and ${epoch} is durable`;
  }
  if (stored?.generation === generation) return null;
  return `in generation ${generation}, and ${stored?.generation ?? 'none'} is durable`;
}
