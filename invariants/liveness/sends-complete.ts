import { type ProducerConfiguration } from '../configuration.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { fromMilliseconds, type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

const slackMs = 1_000;

/** L3: success, error or timeout, but not silence. A send of a producer that has ended is left out. */
export const sendsComplete: Invariant = {
  id: 'L3',
  name: 'sends-complete',
  promise: 'Every send is acknowledged or fails within max.block.ms and delivery.timeout.ms.',
  kind: 'liveness',
  source: 'KafkaProducer.send, Sender.failExpiredBatches, KIP-91',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      sendAcked: report.exercised,
      sendFailed: report.exercised,
      runEnded: (fact, { at }) => {
        for (const send of truth.ledger.all()) {
          const { producer, isOver } = send.session;
          if (send.outcome !== 'pending' || producer === undefined || isOver) continue;
          const begin = Math.max(send.attemptedAt, truth.healedAt);
          if (at - begin <= patienceOf(producer)) continue;
          report.broken({
            message: `record ${send.recordId} was sent by ${producer.node}, and its callback never came`,
            standing: promised,
            evidence: {
              facts: [fact],
              recordIds: [send.recordId],
              ...(send.partition === null ? {} : { partition: send.partition.name }),
            },
          });
        }
      },
    };
  },
};

function patienceOf({ maxBlockMs, deliveryTimeoutMs }: ProducerConfiguration): Instant {
  return fromMilliseconds(maxBlockMs + deliveryTimeoutMs + slackMs);
}
