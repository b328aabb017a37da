import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { StoredStates } from '../ground-truth/stored-states.ts';
import { type Invariant } from '../invariant.ts';

type State = StoredTransaction['state'];

/** From which states each may be entered (`TransactionState.VALID_PREVIOUS_STATES`). */
const validPrevious: Readonly<Record<State, readonly State[]>> = {
  Empty: ['CompleteCommit', 'CompleteAbort'],
  Ongoing: ['Empty', 'CompleteCommit', 'CompleteAbort'],
  PrepareCommit: ['Ongoing'],
  // With transaction version 2 also where there is nothing to abort (KIP-890).
  PrepareAbort: ['Ongoing', 'Empty', 'CompleteCommit', 'CompleteAbort'],
  CompleteCommit: ['PrepareCommit'],
  CompleteAbort: ['PrepareAbort'],
};

/** T1: judged in the log of each coordinator. The same state again is a write that is retried. */
export const statesFollowEachOther: Invariant = {
  id: 'T1',
  name: 'transaction-states-follow-each-other',
  promise:
    'A coordinator takes a transactional id from one state only to those that may follow it, and never from one decision to the other.',
  kind: 'safety',
  source: 'TransactionState.VALID_PREVIOUS_STATES, TransactionMetadata.completeTransitionTo',
  promised: alwaysPromised,

  start(truth, report) {
    const states = new StoredStates();
    return {
      coordinatorAppended: (fact, _moment, partition) => {
        for (const { data } of fact.batch.records) {
          if (data === null || !isTransactionData(data) || data.value === null) continue;
          const stored = states.of(partition.replica(fact.broker), data.transactionalId);
          if (stored?.current !== data.value) continue;
          report.exercised();
          const { state } = data.value;
          const previous = stored.previous?.state ?? null;
          if (mayFollow(previous, state)) continue;
          report.broken({
            message: `broker ${fact.broker} takes ${data.transactionalId} from ${previous ?? 'nothing'} to ${state}`,
            standing: coordinatorStanding(truth),
            evidence: evidenceIn(partition, fact, {
              offsets: [fact.batch.baseOffset],
              brokers: [fact.broker],
            }),
          });
        }
      },
    };
  },
};

function mayFollow(previous: State | null, state: State): boolean {
  if (previous === null) return state === 'Empty';
  return previous === state || validPrevious[state].includes(previous);
}
