import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { epochStanding } from '../ground-truth/durability.ts';
import { type Invariant } from '../invariant.ts';

/**
 * R11, zombie leader. What it knew of its followers before it was deposed may still let it commit
 * something that its successors hold as well; that is no harm and no breach.
 */
export const deposedLeadersCommitNothing: Invariant = {
  id: 'R11',
  name: 'deposed-leaders-commit-nothing',
  promise:
    'A leader that has been replaced neither commits nor acknowledges with acks=all what its successors do not hold.',
  kind: 'safety',
  source: 'KIP-320, KIP-497; 3.1 zombie leader',
  promised: committedIsPromised,

  start(_, report) {
    return {
      highWatermarkMoved: (fact, { refused }, partition) => {
        const replica = partition.replica(fact.broker);
        if (!fact.isLeader || !partition.isDeposed(replica)) return;
        report.exercised();
        if (refused === null) return;
        report.broken({
          message: `broker ${fact.broker}, leader of ${partition.name} in epoch ${fact.leaderEpoch} and since replaced, committed up to ${fact.to}, but who may lead now does not hold offset ${refused.baseOffset}`,
          standing: epochStanding(partition, fact.leaderEpoch),
          evidence: evidenceIn(partition, fact, {
            offsets: [refused.baseOffset],
            recordIds: refused.records.map(({ recordId }) => recordId),
            brokers: [fact.broker],
          }),
        });
      },
      leaderAppended: (fact, _moment, partition) => {
        if (partition.isDeposed(partition.replica(fact.broker))) report.exercised();
      },
      produceAnswered: (fact, _moment, partition) => {
        if (fact.acks !== -1 || fact.error !== 'NONE') return;
        if (!partition.isDeposed(partition.replica(fact.broker))) return;
        report.exercised();
        if (fact.lastOffset < partition.committed.endOffset) return;
        report.broken({
          message: `broker ${fact.broker}, leader of ${partition.name} in epoch ${fact.leaderEpoch} and since replaced, acknowledged offset ${fact.lastOffset} to acks=all, but only what is below ${partition.committed.endOffset} is committed`,
          standing: epochStanding(partition, fact.leaderEpoch),
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.lastOffset, partition.committed.endOffset],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};
