import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * R15. What an allowed unclean election loses is exactly what the new leader lacks, and told by C3, R2
 * and R8. The last known leader may be elected in any case, once ISR and ELR are empty (KIP-966).
 */
export const uncleanElectionsAreConfigured: Invariant = {
  id: 'R15',
  name: 'unclean-elections-are-configured',
  promise:
    'Without unclean.leader.election.enable nobody from outside of ISR and ELR is elected, but the last known leader when both are empty.',
  kind: 'safety',
  source: 'PartitionChangeBuilder.electLeader, KIP-966',
  promised: committedIsPromised,

  start(_, report) {
    return {
      partitionChanged: (fact, _moment, partition) => {
        if (fact.leader < 0 || partition.topic.uncleanLeaderElection) return;
        if (partition.previousState?.leaderEpoch !== fact.leaderEpoch) report.exercised();
        if (!fact.wasUnclean || isLastKnownLeader(partition, fact.leader)) return;
        report.broken({
          message: `broker ${fact.leader} was elected leader of ${partition.name} from outside of ISR and ELR`,
          standing: promised,
          evidence: evidenceIn(partition, fact, { brokers: [fact.leader] }),
        });
      },
    };
  },
};

function isLastKnownLeader({ elr, previousState }: PartitionTruth, leader: number): boolean {
  return elr && previousState?.lastKnownElr.includes(leader) === true;
}
