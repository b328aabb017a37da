import { deduplicationIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** P4: the broker's side and the producer's. */
export const producerEpochsOnlyGrow: Invariant = {
  id: 'P4',
  name: 'producer-epochs-only-grow',
  promise:
    'The epoch of a producer id never goes back in a log, a new one begins with sequence 0, and a producer takes a new one only when it knows what became of all its batches.',
  kind: 'safety',
  source: 'KIP-360, ProducerAppendInfo.checkProducerEpoch, KAFKA-14034',
  promised: deduplicationIsPromised,

  start(_, report) {
    return {
      producerIdAssigned: (fact, { node }) => {
        if (fact.producerEpoch > 0) report.exercised();
        if (fact.batchesInDoubt === 0) return;
        report.broken({
          message: `${node} takes producer epoch ${fact.producerEpoch}, though it does not know whether ${fact.batchesInDoubt} batches were appended`,
          standing: promised,
          evidence: { facts: [fact] },
        });
      },
      leaderAppended: (fact, { history }, partition) => {
        const { batch } = fact;
        if (history === null) return;
        const previous = history.batches.at(-2);
        const isNewEpoch =
          !batch.isControl &&
          previous !== undefined &&
          previous.producerEpoch < batch.producerEpoch;
        if (isNewEpoch) report.exercised();
        const goesBack = batch.producerEpoch < history.highestEpoch;
        const beginsLate = isNewEpoch && batch.baseSequence > 0;
        if (!goesBack && !beginsLate) return;
        report.broken({
          message: goesBack
            ? `broker ${fact.broker} appended a batch of producer ${batch.producerId} with epoch ${batch.producerEpoch} to ${partition.name}, though it has epoch ${history.highestEpoch}`
            : `epoch ${batch.producerEpoch} of producer ${batch.producerId} begins in ${partition.name} with sequence ${batch.baseSequence}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [batch.baseOffset],
            recordIds: batch.records.map(({ recordId }) => recordId),
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};
