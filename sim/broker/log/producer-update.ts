import {
  type ControlRecord,
  isControlRecord,
  maxSequence,
  type RecordBatch,
} from '../../protocol/record-batch.ts';
import { type LogPosition } from './log-position.ts';
import { noTransaction, type ProducerEntry } from './producer-entry.ts';
import { type LogSwitches } from './log-switches.ts';
import { type Refusal, refusal } from './refusal.ts';
import { type CompletedTransaction, type TransactionSpan } from './transaction-spans.ts';
import { type PendingVerification } from './transaction-verification.ts';

/** A follower takes over whatever its leader has accepted. */
export type ProducerUpdateOrigin = 'client' | 'coordinator' | 'replication';

/** What the checks of an update know besides the producer's entry. */
export interface ProducerUpdateContext {
  readonly partition: string;
  readonly origin: ProducerUpdateOrigin;
  readonly verification: PendingVerification | undefined;
  readonly switches: LogSwitches;
  readonly retainedBatches: number;
  /** An unknown producer cannot have written here before. */
  readonly unknownBeginsAtZero: boolean;
}

/** Of data; a marker names its own. */
const unknownTransactionVersion = -1;

const maxProducerEpoch = 32_767;

/**
 * What one append does to one producer, collected before it is done (`ProducerAppendInfo`): the entry
 * changes only once the batches are in the log.
 */
export class ProducerUpdate {
  readonly updated: ProducerEntry;
  readonly started: TransactionSpan[] = [];
  readonly #current: ProducerEntry;
  readonly #context: ProducerUpdateContext;
  readonly #completed: CompletedTransaction[];

  /** The transactions that the update ends go to `completed`, which updates of one append share. */
  constructor(
    current: ProducerEntry,
    context: ProducerUpdateContext,
    completed: CompletedTransaction[],
  ) {
    this.#current = current;
    this.#context = context;
    this.#completed = completed;
    this.updated = current.successor();
  }

  /**
   * Adds a batch that is to lie at `position`. A marker says by which version of the transaction
   * protocol it is to be judged; null if the batch may be appended.
   */
  append(batch: RecordBatch, position: LogPosition, transactionVersion: number): Refusal | null {
    if (!batch.isControl) return this.#appendData(batch, position);
    const marker = markerOf(batch);
    return marker === undefined ? null : this.#appendMarker(batch, marker, transactionVersion);
  }

  #appendData(batch: RecordBatch, position: LogPosition): Refusal | null {
    const { updated } = this;
    const refused = this.#checkData(batch);
    if (refused !== null) return refused;

    updated.addBatch(batch, this.#context.retainedBatches);
    const hasTransaction = updated.currentTxnFirstOffset !== noTransaction;
    if (hasTransaction && !batch.isTransactional) return this.#notTransactional(batch);
    if (!hasTransaction && batch.isTransactional) {
      updated.currentTxnFirstOffset = position.offset;
      this.started.push({ producerId: batch.producerId, first: position, lastOffset: -1 });
    }
    return null;
  }

  #appendMarker(
    batch: RecordBatch,
    marker: ControlRecord,
    transactionVersion: number,
  ): Refusal | null {
    const { updated } = this;
    const version = Math.max(transactionVersion, 0);
    const refused = this.#checkEpoch(batch, version) ?? this.#checkCoordinator(batch, marker);
    if (refused !== null) return refused;

    const firstOffset = updated.currentTxnFirstOffset;
    const timestampMs = this.#context.switches.markerTimestampIgnored
      ? updated.lastTimestampMs
      : batch.maxTimestampMs;
    updated.endTransaction(batch.producerEpoch, marker.coordinatorEpoch, timestampMs);
    if (firstOffset === noTransaction) return null;
    const { producerId, baseOffset } = batch;
    const isAborted = marker.type === 'abort';
    this.#completed.push({ producerId, firstOffset, lastOffset: baseOffset, isAborted });
    return null;
  }

  #notTransactional({ producerId, baseOffset }: RecordBatch): Refusal {
    return refusal(
      'INVALID_TXN_STATE',
      `Expected transactional write from producer ${producerId} at offset ` +
        `(offset=${baseOffset}, segment=[-1:-1]) in partition ${this.#context.partition}`,
    );
  }

  #checkData(batch: RecordBatch): Refusal | null {
    const refused = this.#checkEpoch(batch, unknownTransactionVersion);
    if (refused !== null || this.#context.origin !== 'client') return refused;
    return this.#checkVerifiedSequence(batch) ?? this.#checkSequence(batch);
  }

  /** A marker of version 2 has the epoch of the next transaction, unless it is written again. */
  #checkEpoch(batch: RecordBatch, transactionVersion: number): Refusal | null {
    const { producerId, producerEpoch, baseOffset } = batch;
    const { producerEpoch: current, currentTxnFirstOffset } = this.updated;
    const { switches } = this.#context;
    const mustBeHigher = transactionVersion >= 2 && !switches.equalMarkerEpochEnds;
    if (mustBeHigher ? producerEpoch > current : producerEpoch >= current) return null;
    const isRetry =
      mustBeHigher &&
      !switches.repeatedMarkerRefused &&
      producerEpoch === current &&
      (currentTxnFirstOffset === noTransaction || producerEpoch === maxProducerEpoch);
    if (isRetry || this.#context.origin === 'replication') return null;
    return refusal(
      'INVALID_PRODUCER_EPOCH',
      `Epoch of producer ${producerId} at offset ${baseOffset} in ${this.#context.partition} is ` +
        `${producerEpoch}, which is ${mustBeHigher ? '<=' : '<'} the last seen epoch ${current} ` +
        `(TV${transactionVersion})`,
    );
  }

  #checkCoordinator(batch: RecordBatch, marker: ControlRecord): Refusal | null {
    const { coordinatorEpoch: current } = this.updated;
    if (current <= marker.coordinatorEpoch) return null;
    if (this.#context.origin === 'replication') return null;
    return refusal(
      'TRANSACTION_COORDINATOR_FENCED',
      `Invalid coordinator epoch for producerId ${batch.producerId} at offset ` +
        `${batch.baseOffset} in partition ${this.#context.partition}: ` +
        `${marker.coordinatorEpoch} (zombie), ${current} (current)`,
    );
  }

  /** A transaction under verification begins with the lowest sequence that was seen. */
  #checkVerifiedSequence(batch: RecordBatch): Refusal | null {
    const { verification, unknownBeginsAtZero } = this.#context;
    const { baseSequence } = batch;
    const isUnknown = this.#current.batches.length === 0;
    const mustBeFirst = verification?.supportsEpochBump === true;
    if (mustBeFirst && isUnknown && baseSequence !== 0) {
      return this.#outOfOrder(
        `Invalid sequence number for producer ${batch.producerId} at offset ${batch.baseOffset} ` +
          `in partition ${this.#context.partition}: ${baseSequence} (incoming seq. number). ` +
          'Expected sequence 0 for transactions v2 idempotent producer with no existing state.',
      );
    }
    if (unknownBeginsAtZero && isUnknown && baseSequence !== 0) {
      return this.#outOfOrder(
        `Invalid sequence number for producer ${batch.producerId} at offset ${batch.baseOffset} ` +
          `in partition ${this.#context.partition}: ${baseSequence} (incoming seq. number). ` +
          'Expected sequence 0 of a producer that has not written here before.',
      );
    }
    const { noVerifiedSequence } = this.#context.switches;
    const lowest = noVerifiedSequence ? undefined : verification?.lowestSequence;
    if (lowest !== undefined && baseSequence > lowest) {
      return this.#outOfOrderAt(batch, `${lowest} (earliest seen sequence)`);
    }
    return null;
  }

  #checkSequence(batch: RecordBatch): Refusal | null {
    const { updated } = this;
    const { producerEpoch, baseSequence } = batch;
    if (producerEpoch !== updated.producerEpoch) {
      if (baseSequence === 0 || updated.producerEpoch === -1) return null;
      return this.#outOfOrder(
        `Invalid sequence number for new epoch of producer ${batch.producerId}at offset ` +
          `${batch.baseOffset} in partition ${this.#context.partition}: ${producerEpoch} ` +
          `(request epoch), ${baseSequence} (seq. number), ${updated.producerEpoch} ` +
          '(current producer epoch)',
      );
    }
    const lastSequence = this.#lastSequence(producerEpoch);
    if (this.#current.producerEpoch === -1) return null;
    if (this.#follows(lastSequence, baseSequence)) return null;
    return this.#outOfOrderAt(batch, `${lastSequence} (current end sequence number)`);
  }

  #lastSequence(producerEpoch: number): number {
    if (this.updated.batches.length > 0) return this.updated.lastSequence;
    return producerEpoch === this.#current.producerEpoch ? this.#current.lastSequence : -1;
  }

  #follows(lastSequence: number, sequence: number): boolean {
    if (sequence === lastSequence + 1) return true;
    if (this.#context.switches.noSequenceWrap) return false;
    return sequence === 0 && lastSequence === maxSequence;
  }

  #outOfOrderAt(batch: RecordBatch, expected: string): Refusal {
    return this.#outOfOrder(
      `Out of order sequence number for producer ${batch.producerId} at offset ` +
        `${batch.baseOffset} in partition ${this.#context.partition}: ${batch.baseSequence} ` +
        `(incoming seq. number), ${expected}`,
    );
  }

  #outOfOrder(reason: string): Refusal {
    return refusal('OUT_OF_ORDER_SEQUENCE_NUMBER', reason);
  }
}

/** The end of a transaction that a control batch says; undefined for other control batches. */
function markerOf(batch: RecordBatch): ControlRecord | undefined {
  const data = batch.records[0]?.data;
  if (data === undefined || data === null || !isControlRecord(data)) return undefined;
  return data.type === 'commit' || data.type === 'abort' ? data : undefined;
}
