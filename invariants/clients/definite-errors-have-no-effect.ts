import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** C5: a client that says "not written" must be right, whether anybody reads or not. */
export const definiteErrorsHaveNoEffect: Invariant = {
  id: 'C5',
  name: 'definite-errors-have-no-effect',
  promise: 'A record whose send has definitely failed is in no log, before or after.',
  kind: 'safety',
  source: 'Errors, Sender.completeBatch, KAFKA-13574; Jepsen: G1a',
  promised: alwaysPromised,

  start(_, report) {
    return {
      sendFailed: (fact, { send }) => {
        if (send === undefined || !fact.definite) return;
        report.exercised();
        const { partition } = send;
        if (send.offset < 0 || partition === null) return;
        report.broken({
          message: `record ${fact.recordId} failed with ${fact.error}, but a leader had appended it at ${partition.name}@${send.offset}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [send.offset],
            recordIds: [fact.recordId],
          }),
        });
      },
      leaderAppended: (fact, { sends }, partition) => {
        for (const send of sends) {
          if (send.outcome !== 'failed') continue;
          report.broken({
            message: `record ${send.recordId} had definitely failed, and is now appended at ${partition.name}@${send.offset}`,
            standing: promised,
            evidence: evidenceIn(partition, fact, {
              offsets: [send.offset],
              recordIds: [send.recordId],
            }),
          });
        }
      },
    };
  },
};
