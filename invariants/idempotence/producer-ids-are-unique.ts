import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/** Epochs that follow each other, of one producer. */
interface Tenure {
  readonly session: string;
  readonly from: number;
  to: number;
}

/** P5: a producer id passes to another producer only by its transactional id, and with a new epoch. */
export const producerIdsAreUnique: Invariant = {
  id: 'P5',
  name: 'producer-ids-are-unique',
  promise: 'No two producers ever have the same producer id and epoch.',
  kind: 'safety',
  source:
    'ProducerIdControlManager, RPCProducerIdManager, TransactionCoordinator.handleInitProducerId',
  promised: alwaysPromised,

  start(truth, report) {
    const tenures = new Map<number, Tenure[]>();

    return {
      producerIdAssigned: (fact) => {
        const { producerId, producerEpoch, session } = fact;
        report.exercised();
        const known = tenures.get(producerId) ?? [];
        tenures.set(producerId, known);
        const other = known.find(
          ({ from, to, session: owner }) =>
            owner !== session && from <= producerEpoch && producerEpoch <= to,
        );
        if (other !== undefined) {
          report.broken({
            message: `${session} was given producer id ${producerId} with epoch ${producerEpoch}, which ${other.session} has had`,
            standing: coordinatorStanding(truth),
            evidence: { facts: [fact] },
          });
        }
        const mine = known.findLast((tenure) => tenure.session === session);
        if (mine !== undefined && producerEpoch === mine.to + 1) mine.to = producerEpoch;
        else known.push({ session, from: producerEpoch, to: producerEpoch });
      },
    };
  },
};
