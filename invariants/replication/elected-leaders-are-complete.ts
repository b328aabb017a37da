import { type Fact } from '../../sim/trace.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { replicaStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';

/** R2, leader completeness: at the election, and when the elected broker begins to lead. */
export const electedLeadersAreComplete: Invariant = {
  id: 'R2',
  name: 'elected-leaders-are-complete',
  promise: 'Whoever is elected from ISR or ELR holds everything that is committed.',
  kind: 'safety',
  source: 'PartitionChangeBuilder, KIP-966; TLA+ LeaderCompleteness',
  promised: committedIsPromised,

  start(_, report) {
    return {
      partitionChanged: (fact, _moment, partition) => {
        const { previousState } = partition;
        const isElection = previousState !== null && fact.leaderEpoch > previousState.leaderEpoch;
        if (!isElection || fact.leader < 0) return;
        if (partition.committed.endOffset > 0) report.exercised();
      },
      committedLost: (fact, { loss }, partition) => {
        if (loss === null) return;
        report.broken({
          message: `broker ${loss.leader} was elected leader of ${partition.name} in epoch ${loss.leaderEpoch}, but of what is committed up to ${loss.to} it holds only what is below ${loss.from}`,
          standing: loss.standing,
          evidence: evidenceIn(partition, fact, {
            offsets: [loss.from, loss.to],
            recordIds: loss.batches.flatMap(({ records }) =>
              records.map(({ recordId }) => recordId),
            ),
            brokers: [loss.leader],
          }),
        });
      },
      leaderStarted: (fact, _moment, partition) => {
        if (partition.state?.leaderEpoch === fact.leaderEpoch) checkStart(fact, partition);
      },
    };

    function checkStart(fact: Fact & { broker: number }, partition: PartitionTruth): void {
      const replica = partition.replica(fact.broker);
      if (!replica.isAdmitted || !partition.lacksCommitted(replica)) return;
      const agreed = partition.agreedEnd(replica);
      report.broken({
        message: `broker ${fact.broker} begins to lead ${partition.name}, but of what is committed up to ${partition.committed.endOffset} it holds only what is below ${agreed}`,
        standing: replicaStanding(partition, replica),
        evidence: evidenceIn(partition, fact, {
          offsets: [agreed, partition.committed.endOffset],
          brokers: [fact.broker],
        }),
      });
    }
  },
};
