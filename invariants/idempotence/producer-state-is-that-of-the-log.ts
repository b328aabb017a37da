import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf, type ProducerStateView } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { fromMilliseconds, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { type ReplayedProducer, replayProducers } from './producer-replay.ts';

/**
 * P1: compared at quiet points. Replicas with the same log then have the same state, so that a retry
 * is answered alike by every leader. A reload may know fewer of the last five batches, never others.
 */
export const producerStateIsThatOfTheLog: Invariant = {
  id: 'P1',
  name: 'producer-state-is-that-of-the-log',
  promise: 'What a replica remembers of a producer is what its log says of it.',
  kind: 'safety',
  source: 'ProducerStateManager, UnifiedLog.rebuildProducerState',
  promised: alwaysPromised,

  start({ configuration }, report) {
    const expiration = fromMilliseconds(configuration.given.producerIdExpirationMs);
    return {
      replicaInspected: (fact, { at }, partition) => {
        if (partition.topic.isCompacted) return;
        const replayed = replayProducers(fact.batches);
        if (replayed.size > 0) report.exercised();
        const problem = problemOf(fact, replayed, at >= expiration);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker}, ${partition.name}: ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, { brokers: [fact.broker] }),
        });
      },
    };
  },
};

function problemOf(
  { producers, logStartOffset }: FactOf<'replicaInspected'>,
  replayed: ReadonlyMap<number, ReplayedProducer>,
  mayHaveExpired: boolean,
): string | null {
  for (const view of producers) {
    const problem = difference(view, replayed.get(view.producerId), logStartOffset);
    if (problem !== null) return `producer ${view.producerId} ${problem}`;
  }
  if (mayHaveExpired) return null;
  const known = new Set(producers.map(({ producerId }) => producerId));
  for (const producerId of replayed.keys()) {
    if (!known.has(producerId)) return `producer ${producerId} is in the log and not remembered`;
  }
  return null;
}

function difference(
  view: ProducerStateView,
  replayed: ReplayedProducer | undefined,
  logStartOffset: number,
): string | null {
  const newest = view.batches.at(-1);
  // Retention takes records and leaves the producer's state.
  const isDeleted = newest === undefined || newest.lastOffset < logStartOffset;
  if (replayed === undefined) return isDeleted ? null : 'is remembered and not in the log';
  if (view.producerEpoch !== replayed.producerEpoch) {
    return `has epoch ${replayed.producerEpoch} in the log, and ${view.producerEpoch} is remembered`;
  }
  if (newest === undefined && replayed.batches.length > 0) {
    return 'has batches in the log, and none is remembered';
  }
  const openFrom = replayed.currentTxnFirstOffset;
  if (openFrom !== null && view.currentTxnFirstOffset !== openFrom) {
    return `has a transaction open from ${openFrom}, and ${view.currentTxnFirstOffset ?? 'none'} is remembered`;
  }
  return batchDifference(view.batches, replayed.batches);
}

/** Compared from the end; older ones may be unknown on either side. */
function batchDifference(
  remembered: ProducerStateView['batches'],
  logged: readonly RecordBatch[],
): string | null {
  const count = Math.min(remembered.length, logged.length);
  for (let back = 1; back <= count; back += 1) {
    const view = remembered.at(-back);
    const batch = logged.at(-back);
    if (view === undefined || batch === undefined) break;
    const isSame =
      view.firstSequence === batch.baseSequence &&
      view.lastSequence === batch.lastSequence &&
      view.lastOffset === batch.lastOffset;
    if (!isSame) {
      return `has sequence ${batch.baseSequence} at offset ${batch.lastOffset} in the log, and ${view.firstSequence} at ${view.lastOffset} is remembered`;
    }
  }
  return null;
}
