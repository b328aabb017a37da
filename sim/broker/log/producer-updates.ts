import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type LogPosition, offsetOnly } from './log-position.ts';
import { type ProducerState, type ProducerUpdateKind } from './producer-state.ts';
import { type ProducerUpdate } from './producer-update.ts';
import { type Refusal } from './refusal.ts';
import { type CompletedTransaction } from './transaction-spans.ts';

const replication: ProducerUpdateKind = { origin: 'replication', unknownBeginsAtZero: false };

/** What the batches of one append do to the producers, collected before they are in the log. */
export class ProducerUpdates {
  /** In the order of their markers. */
  readonly completed: CompletedTransaction[] = [];
  readonly #state: ProducerState;
  readonly #kind: ProducerUpdateKind;
  // An append mostly has one producer, for whom no map is worth while.
  #first: ProducerUpdate | null = null;
  #others: Map<number, ProducerUpdate> | null = null;
  #isApplied = false;

  constructor(state: ProducerState, kind: ProducerUpdateKind = replication) {
    this.#state = state;
    this.#kind = kind;
  }

  /** Null if the batch may be appended at `position`. */
  append(batch: RecordBatch, position: LogPosition, transactionVersion: number): Refusal | null {
    const refused = this.#of(batch.producerId).append(batch, position, transactionVersion);
    if (refused === null && batch.isTransactional) this.#endVerification(batch);
    return refused;
  }

  /** Adds a batch that is in the log already, whatever it says. */
  replay(batch: RecordBatch): void {
    this.#of(batch.producerId).append(batch, offsetOnly(batch.baseOffset), 0);
  }

  /** The batches are in the log: the producers have this state now. Only the first call counts. */
  apply(): void {
    if (this.#isApplied) return;
    this.#isApplied = true;
    if (this.#first !== null) this.#state.apply(this.#first);
    for (const update of this.#others?.values() ?? []) this.#state.apply(update);
  }

  #of(producerId: number): ProducerUpdate {
    if (this.#first === null) {
      this.#first = this.#state.prepareUpdate(producerId, this.#kind, this.completed);
      return this.#first;
    }
    if (this.#first.updated.producerId === producerId) return this.#first;
    this.#others ??= new Map();
    const known = this.#others.get(producerId);
    if (known !== undefined) return known;
    const made = this.#state.prepareUpdate(producerId, this.#kind, this.completed);
    this.#others.set(producerId, made);
    return made;
  }

  /** A marker of version 2 leaves the verification alone that its successor has begun. */
  #endVerification(batch: RecordBatch): void {
    const { verifications } = this.#state;
    const pending = verifications.get(batch.producerId);
    if (pending === undefined) return;
    const isNextTransaction =
      pending.supportsEpochBump && batch.isControl && batch.producerEpoch === pending.producerEpoch;
    if (!isNextTransaction) verifications.clear(batch.producerId);
  }
}
