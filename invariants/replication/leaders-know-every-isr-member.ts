import { type Fact } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth, type PartitionState } from '../ground-truth/partition-truth.ts';
import { type LeaderView } from '../ground-truth/replica-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** R4, replication quorum superset: for a leader that the controller has not replaced. */
export const leadersKnowEveryIsrMember: Invariant = {
  id: 'R4',
  name: 'leaders-know-every-isr-member',
  promise:
    'A leader counts every member of the ISR that the controller has committed, and exactly those when it has asked for no change.',
  kind: 'safety',
  source: 'KIP-497, PartitionState.maximalIsr; TLA+ ReplicationQuorumSuperset',
  promised: alwaysPromised,

  start(_, report) {
    return {
      isrViewChanged: (fact, _moment, partition) => {
        check(fact, partition);
      },
      partitionChanged: (fact, _moment, partition) => {
        check(fact, partition);
      },
    };

    function check(fact: Fact, partition: PartitionTruth): void {
      const { state } = partition;
      const view = partition.leader()?.view ?? null;
      if (state === null || view?.leaderEpoch !== state.leaderEpoch) return;
      if (view.state !== 'committed') report.exercised();
      const problem = problemOf(state, view);
      if (problem === null) return;
      report.broken({
        message: `the leader of ${partition.name} ${problem}`,
        standing: promised,
        evidence: evidenceIn(partition, fact, { brokers: state.isr }),
      });
    }
  },
};

function problemOf(state: PartitionState, view: LeaderView): string | null {
  const missing = state.isr.filter((broker) => !view.maximalIsr.includes(broker));
  if (missing.length > 0) {
    return `does not count ${missing.join(', ')}, though the controller has put them into the ISR`;
  }
  if (view.state !== 'committed') return null;
  if (view.maximalIsr.length !== view.isr.length) {
    return 'has asked for no change, and counts others than its ISR';
  }
  const isUpToDate = view.partitionEpoch === state.partitionEpoch;
  if (isUpToDate && view.isr.length !== state.isr.length) {
    return `has ISR ${view.isr.join(', ')} where the controller has ${state.isr.join(', ')}`;
  }
  return null;
}
