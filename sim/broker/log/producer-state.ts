import { type Offset } from '../../protocol/record-batch.ts';
import { type ProducerStateView } from '../../trace.ts';
import { type LogEnvironment } from './log-environment.ts';
import { offsetOnly } from './log-position.ts';
import { type LogSwitches } from './log-switches.ts';
import {
  batchesToRetain,
  noTransaction,
  ProducerEntry,
  type ProducerSnapshotEntry,
} from './producer-entry.ts';
import { type ProducerSnapshots } from './producer-snapshots.ts';
import { ProducerUpdate, type ProducerUpdateOrigin } from './producer-update.ts';
import { type CompletedTransaction, TransactionSpans } from './transaction-spans.ts';
import { TransactionVerifications } from './transaction-verification.ts';

export interface ProducerStateOptions {
  readonly environment: LogEnvironment;
  readonly partition: string;
  readonly snapshots: ProducerSnapshots;
  /** `producer.id.expiration.ms` */
  readonly expirationMs: number;
  readonly switches: LogSwitches;
}

/** From where an update comes. */
export interface ProducerUpdateKind {
  readonly origin: ProducerUpdateOrigin;
  /** An unknown producer cannot have written here before. */
  readonly unknownBeginsAtZero: boolean;
}

/**
 * What a partition knows of the producers that write to it, up to an offset of its log
 * (`ProducerStateManager`).
 */
export class ProducerState {
  readonly verifications = new TransactionVerifications();
  readonly transactions = new TransactionSpans();
  /** Some producer was not heard of for too long. */
  hasForgotten = false;
  readonly #options: ProducerStateOptions;
  readonly #retainedBatches: number;
  readonly #producers = new Map<number, ProducerEntry>();
  #mapEndOffset: Offset = 0;
  #snapshotOffset: Offset = 0;

  constructor(options: ProducerStateOptions) {
    this.#options = options;
    this.#retainedBatches = options.switches.oneCachedBatch ? 1 : batchesToRetain;
  }

  /** Up to where the log has been taken in; exclusive. */
  get mapEndOffset(): Offset {
    return this.#mapEndOffset;
  }

  set mapEndOffset(offset: Offset) {
    this.#mapEndOffset = offset;
  }

  get isEmpty(): boolean {
    return this.#producers.size === 0 && !this.transactions.hasUnreplicated;
  }

  get snapshots(): ProducerSnapshots {
    return this.#options.snapshots;
  }

  entry(producerId: number): ProducerEntry | undefined {
    return this.#producers.get(producerId);
  }

  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    const entry = this.#producers.get(producerId);
    if (entry === undefined || entry.currentTxnFirstOffset === noTransaction) return false;
    return entry.producerEpoch === producerEpoch;
  }

  prepareUpdate(
    producerId: number,
    kind: ProducerUpdateKind,
    completed: CompletedTransaction[],
  ): ProducerUpdate {
    const current = this.#producers.get(producerId) ?? new ProducerEntry(producerId);
    const context = {
      partition: this.#options.partition,
      origin: kind.origin,
      verification: this.verifications.get(producerId),
      switches: this.#options.switches,
      retainedBatches: this.#retainedBatches,
      unknownBeginsAtZero: kind.unknownBeginsAtZero,
    };
    return new ProducerUpdate(current, context, completed);
  }

  /** What the update says is in the log now. */
  apply(update: ProducerUpdate): void {
    const { updated } = update;
    const { environment, switches } = this.#options;
    if (switches.producersExpireByAppend) updated.lastTimestampMs = environment.wallClockMs();
    const known = this.#producers.get(updated.producerId);
    if (known === undefined) this.#producers.set(updated.producerId, updated);
    else known.become(updated, this.#retainedBatches);
    for (const span of update.started) this.transactions.open(span);
  }

  removeExpired(nowMs: number): void {
    for (const [producerId, entry] of this.#producers) {
      if (!this.#isExpired(entry, nowMs)) continue;
      this.#producers.delete(producerId);
      this.hasForgotten = true;
    }
    this.verifications.expire(nowMs, this.#options.expirationMs);
  }

  /** What a snapshot would hold now. */
  snapshot(): ProducerSnapshotEntry[] {
    return [...this.#producers.values()].map((entry) => entry.snapshot());
  }

  /** Writes what is known at the map's end, unless it has been written. Returns its offset, or -1. */
  takeSnapshot(): Offset {
    if (this.#mapEndOffset <= this.#snapshotOffset) return -1;
    this.#options.snapshots.write(this.#mapEndOffset, this.snapshot());
    this.#snapshotOffset = this.#mapEndOffset;
    return this.#snapshotOffset;
  }

  takeFlushedSnapshot(): void {
    const offset = this.takeSnapshot();
    if (offset >= 0) this.#options.snapshots.flush(offset);
  }

  /** Falls back to the latest snapshot inside the log, if the log has become shorter or longer. */
  truncateAndReload(logStartOffset: Offset, logEndOffset: Offset, nowMs: number): void {
    const { snapshots } = this.#options;
    for (const offset of [...snapshots.offsets]) {
      if (offset > logEndOffset || offset <= logStartOffset) snapshots.delete(offset);
    }
    if (logEndOffset === this.#mapEndOffset) {
      this.onLogStartIncremented(logStartOffset);
      return;
    }
    this.#producers.clear();
    this.transactions.clear();
    this.#loadSnapshot(logStartOffset, nowMs);
  }

  truncateFullyAndStartAt(offset: Offset): void {
    this.#producers.clear();
    this.transactions.clear();
    this.#options.snapshots.deleteAll();
    this.#snapshotOffset = 0;
    this.#mapEndOffset = offset;
  }

  /** Producers are kept although their records are gone; only ended transactions are not. */
  onLogStartIncremented(logStartOffset: Offset): void {
    this.transactions.forgetEndedBelow(logStartOffset);
    if (this.#mapEndOffset < logStartOffset) this.#mapEndOffset = logStartOffset;
    this.#snapshotOffset = this.#options.snapshots.latest ?? logStartOffset;
  }

  views(): ProducerStateView[] {
    return [...this.#producers.values()].map((entry) => ({
      producerId: entry.producerId,
      producerEpoch: entry.producerEpoch,
      batches: [...entry.batches],
      currentTxnFirstOffset:
        entry.currentTxnFirstOffset === noTransaction ? null : entry.currentTxnFirstOffset,
    }));
  }

  #loadSnapshot(logStartOffset: Offset, nowMs: number): void {
    const { snapshots } = this.#options;
    for (let offset = snapshots.latest; offset !== undefined; offset = snapshots.latest) {
      const entries = snapshots.read(offset);
      if (entries !== undefined) {
        for (const snapshot of entries) this.#load(ProducerEntry.fromSnapshot(snapshot), nowMs);
        this.#snapshotOffset = offset;
        this.#mapEndOffset = offset;
        return;
      }
      snapshots.delete(offset);
    }
    this.#snapshotOffset = logStartOffset;
    this.#mapEndOffset = logStartOffset;
  }

  #load(entry: ProducerEntry, nowMs: number): void {
    if (this.#isExpired(entry, nowMs)) {
      this.hasForgotten = true;
      return;
    }
    const { producerId, currentTxnFirstOffset } = entry;
    this.#producers.set(producerId, entry);
    if (currentTxnFirstOffset === noTransaction) return;
    const first = offsetOnly(currentTxnFirstOffset);
    this.transactions.open({ producerId, first, lastOffset: -1 });
  }

  #isExpired(entry: ProducerEntry, nowMs: number): boolean {
    if (entry.currentTxnFirstOffset !== noTransaction) return false;
    return nowMs - entry.lastTimestampMs >= this.#options.expirationMs;
  }
}
