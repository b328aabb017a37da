import { type Offset } from '../../sim/protocol/record-batch.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { epochStanding, recordStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { type Standing } from '../standing.ts';

/** How far a leader had acknowledged with acks=all, at some instant. */
interface AckSample {
  readonly at: Instant;
  readonly leaderEpoch: number;
  /** Exclusive. */
  readonly end: Offset;
}

interface EndReading {
  offset: Offset;
  leaderEpoch: number;
  receivedAt: Instant;
}

const keptSamples = 128;

/**
 * C9: judged for the leader that had acknowledged and its successors. A deposed leader that has not
 * heard of it yet may answer with an older end; nothing in Kafka forbids that.
 */
export const readsAreRecent: Invariant = {
  id: 'C9',
  name: 'reads-are-recent',
  promise:
    'A leader serves what it or an earlier leader had acknowledged with acks=all before it was asked, or says that it cannot yet; an end offset never goes back.',
  kind: 'safety',
  source: 'KIP-207, Partition.fetchOffsetForTimestamp; Redpanda #2954',
  promised: committedIsPromised,

  start(_, report) {
    const samples = new Map<PartitionTruth, AckSample[]>();
    const readings = new Map<string, Map<PartitionTruth, EndReading>>();

    return {
      produceAnswered: (fact, { at }, partition) => {
        if (fact.acks !== -1 || fact.error !== 'NONE') return;
        noteAck(samples, partition, {
          at,
          leaderEpoch: fact.leaderEpoch,
          end: fact.lastOffset + 1,
        });
      },
      fetchServed: (fact, _moment, partition) => {
        const latest = samples.get(partition)?.at(-1);
        if (!fact.isLeader || latest?.leaderEpoch !== fact.leaderEpoch) return;
        report.exercised();
        if (fact.highWatermark >= latest.end) return;
        report.broken({
          message: `broker ${fact.broker} serves ${partition.name} up to ${fact.highWatermark}, though it has acknowledged up to ${latest.end}`,
          standing: epochStanding(partition, fact.leaderEpoch),
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.highWatermark, latest.end],
            brokers: [fact.broker],
          }),
        });
      },
      endOffsetReceived: (fact, { at, node }, partition) => {
        if (fact.error !== 'NONE' || fact.leaderEpoch < 0) return;
        const sample = samples.get(partition)?.findLast((one) => one.at < fact.askedAt);
        // With open transactions the end of a read_committed client is not that of the acknowledged.
        if (sample !== undefined && !partition.hasTransactions) {
          report.exercised();
          if (fact.leaderEpoch >= sample.leaderEpoch && fact.offset < sample.end) {
            report.broken({
              message: `broker ${fact.from} said that ${partition.name} ends at ${fact.offset}, though ${sample.end} had been acknowledged before it was asked`,
              standing: standingOf(partition, sample.leaderEpoch, sample.end),
              evidence: evidenceIn(partition, fact, { offsets: [fact.offset, sample.end] }),
            });
          }
        }
        const mine = readings.get(node) ?? new Map<PartitionTruth, EndReading>();
        readings.set(node, mine);
        const last = mine.get(partition);
        const follows = last !== undefined && fact.askedAt >= last.receivedAt;
        if (follows && fact.leaderEpoch >= last.leaderEpoch && fact.offset < last.offset) {
          report.broken({
            message: `the end of ${partition.name} went back from ${last.offset} to ${fact.offset} for ${node}`,
            standing: standingOf(partition, last.leaderEpoch, last.offset),
            evidence: evidenceIn(partition, fact, { offsets: [last.offset, fact.offset] }),
          });
        }
        const { offset, leaderEpoch } = fact;
        mine.set(partition, { offset, leaderEpoch, receivedAt: at });
      },
    };
  },
};

/** Keeps samples of the whole run: all of the latest, and fewer and fewer of what is long ago. */
function noteAck(
  samples: Map<PartitionTruth, AckSample[]>,
  partition: PartitionTruth,
  sample: AckSample,
): void {
  let kept = samples.get(partition);
  if (kept === undefined) {
    kept = [];
    samples.set(partition, kept);
  }
  const latest = kept.at(-1);
  const isNews =
    latest === undefined || sample.end > latest.end || sample.leaderEpoch > latest.leaderEpoch;
  if (!isNews) return;
  kept.push(sample);
  if (kept.length <= keptSamples) return;
  const isOld = (index: number): boolean => index < keptSamples / 2;
  const thinned = kept.filter((_, index) => !isOld(index) || index % 2 === 0);
  samples.set(partition, thinned);
}

function standingOf(partition: PartitionTruth, leaderEpoch: number, end: Offset): Standing {
  const standing = recordStanding(partition, end - 1, leaderEpoch);
  return standing.promised ? epochStanding(partition, leaderEpoch) : standing;
}
