import { type Offset } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type ReplicaTruth } from '../ground-truth/replica-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

interface Exposed {
  readonly leaderEpoch: number;
  readonly offset: Offset;
}

/**
 * T6: judged where a broker answers a consumer, by its own log. A marker counts once it is below the
 * high watermark: before, another leader might yet decide otherwise.
 */
export const lastStableOffsetIsExact: Invariant = {
  id: 'T6',
  name: 'last-stable-offset-is-exact',
  promise:
    'The last stable offset is the first offset of a transaction that is not decided for good, or the high watermark, and never goes back while a leader leads.',
  kind: 'safety',
  source: 'UnifiedLog.fetchLastStableOffsetMetadata, ProducerStateManager.firstUnstableOffset',
  promised: alwaysPromised,

  start(_, report) {
    const exposed = new Map<ReplicaTruth, Exposed>();

    return {
      fetchServed: (fact, _moment, partition) => {
        if (!partition.hasTransactions) return;
        const replica = partition.replica(fact.broker);
        if (replica.leaderEpoch !== fact.leaderEpoch) return;
        report.exercised();
        const { lastStableOffset, highWatermark, logStartOffset, leaderEpoch } = fact;
        const unstable = replica.transactions.firstUnstable(highWatermark) ?? highWatermark;
        const expected = Math.min(Math.max(unstable, logStartOffset), highWatermark);
        const before = exposed.get(replica);
        const wentBack =
          fact.isLeader && before?.leaderEpoch === leaderEpoch && lastStableOffset < before.offset;
        exposed.set(replica, { leaderEpoch, offset: lastStableOffset });
        if (lastStableOffset === expected && !wentBack) return;
        report.broken({
          message: wentBack
            ? `broker ${fact.broker} lets the last stable offset of ${partition.name} go back from ${before.offset} to ${lastStableOffset}`
            : `broker ${fact.broker} says that ${partition.name} is stable up to ${lastStableOffset}, and by its log that is ${expected}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [lastStableOffset, expected],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};
