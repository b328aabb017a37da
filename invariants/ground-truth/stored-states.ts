import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { isTransactionData, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { LogContents } from './log-contents.ts';

/** The last two things that a log says of a transactional id; null for nothing, or a tombstone. */
export interface StoredState {
  current: StoredTransaction | null;
  previous: StoredTransaction | null;
}

/** What logs of `__transaction_state` say, by transactional id. */
export function storedStates(): LogContents<StoredState> {
  return new LogContents(read);
}

function read({ records }: RecordBatch, byId: Map<string, StoredState>): void {
  for (const { data } of records) {
    if (data === null || !isTransactionData(data)) continue;
    const known = byId.get(data.transactionalId);
    if (known === undefined) {
      byId.set(data.transactionalId, { current: data.value, previous: null });
    } else {
      known.previous = known.current;
      known.current = data.value;
    }
  }
}
