import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

type Answer = FactOf<'alterPartitionAnswered'>;
type View = FactOf<'isrViewChanged'>;

/** R14, AlterPartition: the controller's side and the leader's. */
export const isrChangesMatchEpochs: Invariant = {
  id: 'R14',
  name: 'isr-changes-match-epochs',
  promise:
    'The controller changes an ISR only for the leader and partition epoch that the request names, and until it has, the leader goes on counting whom it wants to remove.',
  kind: 'safety',
  source: 'KIP-497, ReplicationControlManager.validateAlterPartitionData',
  promised: alwaysPromised,

  start(_, report) {
    return {
      alterPartitionAnswered: (fact, _moment, partition) => {
        report.exercised();
        const problem = answerProblem(fact);
        if (problem === null) return;
        report.broken({
          message: `an AlterPartition of broker ${fact.from} for ${partition.name} ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, { brokers: fact.requestIsr }),
        });
      },
      isrViewChanged: (fact, _moment, partition) => {
        const problem = viewProblem(fact);
        if (problem === null) return;
        report.broken({
          message: `the leader of ${partition.name}, broker ${fact.broker}, ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, { brokers: fact.maximalIsr }),
        });
      },
    };
  },
};

/** The answer of an accepted request tells the state after it, that of a refused one the state as is. */
function answerProblem(fact: Answer): string | null {
  const { error, requestLeaderEpoch, leaderEpoch, requestPartitionEpoch, partitionEpoch } = fact;
  switch (error) {
    case 'NONE':
      if (requestLeaderEpoch > leaderEpoch || requestLeaderEpoch < leaderEpoch - 1) {
        return `for leader epoch ${requestLeaderEpoch} was accepted in ${leaderEpoch}`;
      }
      if (requestPartitionEpoch < partitionEpoch - 1 || requestPartitionEpoch > partitionEpoch) {
        return `for partition epoch ${requestPartitionEpoch} was accepted, with ${partitionEpoch} after it`;
      }
      return null;
    case 'FENCED_LEADER_EPOCH':
      return requestLeaderEpoch >= leaderEpoch
        ? `for leader epoch ${requestLeaderEpoch} was refused as older than ${leaderEpoch}`
        : null;
    case 'INVALID_UPDATE_VERSION':
      return requestPartitionEpoch >= partitionEpoch
        ? `for partition epoch ${requestPartitionEpoch} was refused as older than ${partitionEpoch}`
        : null;
    default:
      return null;
  }
}

function viewProblem({ state, isr, maximalIsr }: View): string | null {
  const dropped = isr.find((broker) => !maximalIsr.includes(broker));
  if (dropped !== undefined) return `no longer counts ${dropped}, which is still in the ISR`;
  if (state === 'pendingExpand' && maximalIsr.length <= isr.length) {
    return 'does not count the replica that it has asked to add';
  }
  return null;
}
