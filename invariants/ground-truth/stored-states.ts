import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { isTransactionData, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { LogReader } from './log-reader.ts';
import { type ReplicaTruth } from './replica-truth.ts';

/** The last two things that a log says of a transactional id; null for nothing, or a tombstone. */
export interface StoredState {
  current: StoredTransaction | null;
  previous: StoredTransaction | null;
}

/** What a replica's log of `__transaction_state` says, as a coordinator that has read it knows it. */
export class StoredStates {
  readonly #byReplica = new Map<ReplicaTruth, ReplicaStates>();

  of(replica: ReplicaTruth, transactionalId: string): StoredState | undefined {
    let states = this.#byReplica.get(replica);
    if (states === undefined) {
      states = new ReplicaStates(replica);
      this.#byReplica.set(replica, states);
    }
    return states.of(transactionalId);
  }
}

class ReplicaStates {
  readonly #replica: ReplicaTruth;
  readonly #reader: LogReader;
  readonly #byId = new Map<string, StoredState>();
  #truncations = 0;

  constructor(replica: ReplicaTruth) {
    this.#replica = replica;
    this.#reader = new LogReader(replica.log, (batch) => {
      this.#read(batch);
    });
  }

  of(transactionalId: string): StoredState | undefined {
    const { truncations } = this.#replica;
    if (truncations !== this.#truncations) {
      this.#truncations = truncations;
      if (this.#reader.truncated()) this.#byId.clear();
    }
    this.#reader.readOn();
    return this.#byId.get(transactionalId);
  }

  #read({ records }: RecordBatch): void {
    for (const { data } of records) {
      if (data === null || !isTransactionData(data)) continue;
      const known = this.#byId.get(data.transactionalId);
      if (known === undefined) {
        this.#byId.set(data.transactionalId, { current: data.value, previous: null });
      } else {
        known.previous = known.current;
        known.current = data.value;
      }
    }
  }
}
