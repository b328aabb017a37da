import { type Fact } from '../../sim/trace.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { replicaStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type ReplicaTruth } from '../ground-truth/replica-truth.ts';
import { type Invariant } from '../invariant.ts';

/** R3, leader candidate completeness: before anybody is elected. */
export const candidatesHoldAllCommitted: Invariant = {
  id: 'R3',
  name: 'candidates-hold-all-committed',
  promise: 'Every running member of ISR and ELR holds everything that is committed.',
  kind: 'safety',
  source: 'KIP-497, KIP-966; TLA+ LeaderCandidateCompleteness',
  promised: committedIsPromised,

  start(truth, report) {
    return {
      // It comes back as a candidate, and may have lost something.
      brokerRegistered: (fact) => {
        for (const partition of truth.partitions.values()) {
          if (!partition.isCandidate(fact.broker)) continue;
          check(fact, partition, partition.replica(fact.broker));
        }
      },
      partitionChanged: (fact, _moment, partition) => {
        checkAll(fact, partition);
      },
      highWatermarkMoved: (fact, _moment, partition) => {
        if (fact.isLeader) checkAll(fact, partition);
      },
      logTruncated: (fact, _moment, partition) => {
        check(fact, partition, partition.replica(fact.broker));
      },
      logLoaded: (fact, _moment, partition) => {
        check(fact, partition, partition.replica(fact.broker));
      },
    };

    function checkAll(fact: Fact, partition: PartitionTruth): void {
      if (partition.committed.endOffset > 0) report.exercised();
      for (const replica of partition.replicas) check(fact, partition, replica);
    }

    function check(fact: Fact, partition: PartitionTruth, replica: ReplicaTruth): void {
      if (!partition.mustHoldCommitted(replica) || !partition.lacksCommitted(replica)) return;
      const agreed = partition.agreedEnd(replica);
      if (partition.committed.endOffset <= partition.highestLogStart) return;
      report.broken({
        message: `broker ${replica.broker} may lead ${partition.name}, but of what is committed up to ${partition.committed.endOffset} it holds only what is below ${agreed}`,
        standing: replicaStanding(partition, replica),
        evidence: evidenceIn(partition, fact, {
          offsets: [agreed, partition.committed.endOffset],
          brokers: [replica.broker],
        }),
      });
    }
  },
};
