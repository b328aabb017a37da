import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { isTransactionData, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { LogContents } from './log-contents.ts';

/** What a log says of a transactional id; null for nothing, or a tombstone. */
export interface StoredState {
  current: StoredTransaction | null;
  /** What it has said before. An append that has timed out is made again: that says nothing new. */
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
      if (!isRepeated(data.value, known.current)) known.previous = known.current;
      known.current = data.value;
    }
  }
}

function isRepeated(one: StoredTransaction | null, other: StoredTransaction | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.state === other.state &&
    one.txnUid === other.txnUid &&
    one.producerId === other.producerId &&
    one.producerEpoch === other.producerEpoch &&
    one.partitions.length === other.partitions.length
  );
}
