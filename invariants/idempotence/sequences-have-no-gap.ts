import { incrementSequence, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { deduplicationIsPromised } from '../configuration-standing.ts';
import { acksStanding } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { lossStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Send } from '../ground-truth/send-ledger.ts';
import { fromMilliseconds, type Invariant } from '../invariant.ts';
import { promised, type Standing, weakest } from '../standing.ts';
import { expiryStanding } from './expiry.ts';

/**
 * P3: what group coordinators write for transactions has no sequences. A leader that knows nothing of a producer takes any first sequence (KAFKA-14359): legal where
 * what came before was deleted or lost, and a defect where it was never written.
 */
export const sequencesHaveNoGap: Invariant = {
  id: 'P3',
  name: 'sequences-have-no-gap',
  promise:
    'In a log the sequences of one producer id and epoch begin at 0 and follow each other without gap or repetition.',
  kind: 'safety',
  source: 'KIP-98, ProducerAppendInfo.checkSequence, KAFKA-14359',
  promised: deduplicationIsPromised,

  start({ configuration }, report) {
    const expiration = fromMilliseconds(configuration.given.producerIdExpirationMs);
    return {
      leaderAppended: (fact, { at, history, sends }, partition) => {
        const { batch, broker } = fact;
        if (history === null || batch.isControl || batch.baseSequence < 0) return;
        const previous = history.batches.at(-2);
        const expected = expectedSequence(previous, batch);
        if (previous !== undefined) report.exercised();
        if (batch.baseSequence === expected) return;
        const startsLate = previous === undefined && partition.replica(broker).logStartOffset > 0;
        if (startsLate || expected < 0) return;
        report.broken({
          message: `broker ${broker} appended sequence ${batch.baseSequence} of producer ${batch.producerId} to ${partition.name}, where ${expected} should follow`,
          standing: weakest([expiryStanding(at, expiration), gapStanding(partition, sends[0])]),
          evidence: evidenceIn(partition, fact, {
            offsets: [batch.baseOffset],
            recordIds: batch.records.map(({ recordId }) => recordId),
            brokers: [broker],
          }),
        });
      },
    };
  },
};

/** -1 where a new epoch begins, which is P4's concern. */
function expectedSequence(previous: RecordBatch | undefined, batch: RecordBatch): number {
  if (previous === undefined) return 0;
  if (previous.producerEpoch !== batch.producerEpoch) return -1;
  return incrementSequence(previous.lastSequence, 1);
}

/** What came before may have been lost where losses are not excluded. */
function gapStanding({ losses }: PartitionTruth, send: Send | undefined): Standing {
  const standing = lossStanding(losses);
  if (!standing.promised) return standing;
  return send?.session.producer === undefined ? promised : acksStanding(send.session.producer.acks);
}
