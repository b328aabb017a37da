import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { deduplicationIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { rememberedBatches } from '../ground-truth/producer-history.ts';
import { hasSameSequences } from '../ground-truth/same-batch.ts';
import { fromMilliseconds, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { expiryStanding } from './expiry.ts';

/** P2: a leader that has read a batch from its disk may have forgotten all but the producer's last. */
export const retriesAreRecognised: Invariant = {
  id: 'P2',
  name: 'retries-are-recognised',
  promise:
    "A retry of one of a producer's last five batches is answered with its offset and not appended again.",
  kind: 'safety',
  source: 'KIP-98, KAFKA-5494, ProducerStateEntry',
  promised: deduplicationIsPromised,

  start({ configuration }, report) {
    const expiration = fromMilliseconds(configuration.given.producerIdExpirationMs);
    return {
      leaderAppended: (fact, { at, history }, partition) => {
        if (history === null || fact.batch.isControl || fact.batch.baseSequence < 0) return;
        const { batches } = history;
        for (let index = 0; index < batches.length - 1; index += 1) {
          const earlier = batches[index];
          if (earlier === undefined || !hasSameSequences(earlier, fact.batch)) continue;
          report.broken({
            message: `broker ${fact.broker} appended a batch of producer ${fact.batch.producerId} to ${partition.name} at ${fact.batch.baseOffset} that it has at ${earlier.baseOffset}`,
            standing: expiryStanding(at, expiration),
            evidence: evidenceIn(partition, fact, {
              offsets: [earlier.baseOffset, fact.batch.baseOffset],
              recordIds: fact.batch.records.map(({ recordId }) => recordId),
              brokers: [fact.broker],
            }),
          });
        }
      },
      produceAnswered: (fact, _moment, partition) => {
        if (fact.batch === null || fact.batch.producerId < 0) return;
        if (fact.isDuplicate) report.exercised();
        const problem = answerProblem(fact, fact.batch, partition);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} answered a batch of producer ${fact.batch.producerId} for ${partition.name} ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.baseOffset],
            recordIds: fact.batch.records.map(({ recordId }) => recordId),
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function answerProblem(
  fact: FactOf<'produceAnswered'>,
  batch: RecordBatch,
  partition: PartitionTruth,
): string | null {
  const replica = partition.replica(fact.broker);
  if (fact.isDuplicate && fact.error === 'NONE') {
    if (fact.baseOffset < replica.logStartOffset || partition.topic.isCompacted) return null;
    const logged = replica.log.find(fact.baseOffset);
    if (logged !== undefined && hasSameSequences(logged, batch)) return null;
    return `as a duplicate of what lies at ${fact.baseOffset}, which is another batch`;
  }
  if (fact.error !== 'OUT_OF_ORDER_SEQUENCE_NUMBER') return null;
  const history = replica.producers.of(batch.producerId);
  if (history?.highestEpoch !== batch.producerEpoch) return null;
  const known = history.batches.slice(-rememberedBatches).find(
    (one) =>
      one.baseOffset >= replica.producerStateFrom &&
      // What came after the refusal, before it went out, is no retry that was not recognised.
      one.baseOffset < fact.logEndOffset &&
      hasSameSequences(one, batch),
  );
  return known === undefined
    ? null
    : `with OUT_OF_ORDER_SEQUENCE_NUMBER, though it has appended it at ${known.baseOffset}`;
}
