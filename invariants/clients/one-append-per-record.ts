import { deduplicates, deduplicationIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type Send } from '../ground-truth/send-ledger.ts';
import { fromMilliseconds, type Instant, type Invariant } from '../invariant.ts';
import { notPromised, type Standing } from '../standing.ts';

/** C2, duplicate: found at the append, so that no reader is needed. */
export const oneAppendPerRecord: Invariant = {
  id: 'C2',
  name: 'one-append-per-record',
  promise: 'A record that is sent once by an idempotent producer is in its log once.',
  kind: 'safety',
  source: 'KIP-98, ProducerAppendInfo; Jepsen: duplicate',
  promised: deduplicationIsPromised,

  start({ configuration }, report) {
    const expiration = fromMilliseconds(configuration.given.producerIdExpirationMs);

    return {
      produceAnswered: ({ isDuplicate }) => {
        if (isDuplicate) report.exercised();
      },
      leaderAppended: (fact, { at, sends }, partition) => {
        const repeated = sends.filter(({ earlierInLog }) => earlierInLog >= 0);
        const first = repeated[0];
        if (first === undefined) return;
        report.exercised();
        report.broken({
          message: `record ${first.recordId} is in ${partition.name} at offsets ${first.earlierInLog} and ${first.offset}`,
          standing: standingOf(first, at, expiration),
          evidence: evidenceIn(partition, fact, {
            offsets: [first.earlierInLog, first.offset],
            recordIds: repeated.map(({ recordId }) => recordId),
          }),
        });
      },
    };
  },
};

function standingOf(send: Send, at: Instant, expiration: Instant): Standing {
  if (at - send.attemptedAt > expiration) {
    return notPromised(
      'the broker had forgotten the producer by then',
      'a larger producer.id.expiration.ms',
    );
  }
  return deduplicates(send.session.producer);
}
