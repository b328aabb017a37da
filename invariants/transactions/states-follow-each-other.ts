import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { storedStates } from '../ground-truth/stored-states.ts';
import { fromMilliseconds, type Instant, type Invariant } from '../invariant.ts';

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

/**
 * T1: judged in the log of each coordinator. The same state again is a write that is retried. A write that
 * takes longer than the transaction's timeout is in the log, and the coordinator goes on without it.
 */
export const statesFollowEachOther: Invariant = {
  id: 'T1',
  name: 'transaction-states-follow-each-other',
  promise:
    'A coordinator takes a transactional id from one state only to those that may follow it, and never from one decision to the other.',
  kind: 'safety',
  source: 'TransactionState.VALID_PREVIOUS_STATES, TransactionMetadata.completeTransitionTo',
  promised: alwaysPromised,

  start(truth, report) {
    const states = storedStates();
    const writes = new Map<string, Write>();

    return {
      coordinatorAppended: (fact, { at }, partition) => {
        const { broker, batch } = fact;
        for (const { data } of batch.records) {
          if (data === null || !isTransactionData(data) || data.value === null) continue;
          const { transactionalId: id, value } = data;
          const stored = states.of(partition.replica(broker), id);
          const last = writes.get(id);
          const known = last === undefined ? noStates : inMemory(last);
          writes.set(id, { value, appendedAt: at, storedAt: -1, before: known });
          if (stored?.current !== value) continue;
          report.exercised();
          const previous = stored.previous?.state ?? null;
          if (mayFollow(previous, value.state)) continue;
          if (known.some((state) => mayFollow(state, value.state))) continue;
          report.broken({
            message: `broker ${broker} takes ${id} from ${previous ?? 'nothing'} to ${value.state}`,
            standing: coordinatorStanding(truth),
            evidence: evidenceIn(partition, fact, {
              offsets: [batch.baseOffset],
              brokers: [broker],
            }),
          });
        }
      },
      coordinatorStored: (_fact, { stored, at }) => {
        for (const { data } of stored.flatMap(({ records }) => records)) {
          if (data === null || !isTransactionData(data)) continue;
          const write = writes.get(data.transactionalId);
          if (write?.value === data.value) write.storedAt = at;
        }
      },
    };
  },
};

/** The last write of a transactional id. */
interface Write {
  readonly value: StoredTransaction;
  readonly appendedAt: Instant;
  /** When it became durable; -1 before. */
  storedAt: Instant;
  /** What the coordinator may have had in memory before. */
  readonly before: readonly State[];
}

const noStates: readonly State[] = [];

/** What a coordinator may have in memory that writes again. */
function inMemory({ value, appendedAt, storedAt, before }: Write): readonly State[] {
  if (storedAt < 0) return before;
  const isLate = storedAt - appendedAt >= fromMilliseconds(value.timeoutMs);
  return isLate ? [value.state, ...before] : [value.state];
}

function mayFollow(previous: State | null, state: State): boolean {
  if (previous === null) return state === 'Empty';
  return previous === state || validPrevious[state].includes(previous);
}
