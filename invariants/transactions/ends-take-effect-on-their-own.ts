import { alwaysPromised } from '../configuration-standing.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** T3: with `transaction.version` below 2 nothing in a request tells two transactions of one epoch apart. */
export const endsTakeEffectOnTheirOwn: Invariant = {
  id: 'T3',
  name: 'ends-take-effect-on-their-own',
  promise: 'An EndTxn ends the transaction for which it was sent, and no other.',
  kind: 'safety',
  source: 'KIP-890, KAFKA-17754; Redpanda #3616',
  promised: alwaysPromised,

  start(_, report) {
    return {
      endTxnAnswered: (fact) => {
        const { requestTxnUid, currentTxnUid } = fact;
        if (fact.error !== 'NONE' || requestTxnUid < 0 || currentTxnUid < 0) return;
        report.exercised();
        if (requestTxnUid === currentTxnUid) return;
        report.broken({
          message: `broker ${fact.broker} ${fact.isCommit ? 'commits' : 'aborts'} transaction ${currentTxnUid} of ${fact.transactionalId} by the request that was sent for transaction ${requestTxnUid}`,
          standing: promised,
          evidence: { facts: [fact], brokers: [fact.broker] },
        });
      },
    };
  },
};
