import { type Context } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { noTxnUid } from '../../../protocol/record-batch.ts';
import { type Fact } from '../../../trace.ts';
import { type ProducerIds } from '../../handlers/producer-ids.ts';
import { decideEnd, type EndRequest, markersError } from './end-decision.ts';
import { noProducerEpoch, noProducerId, type TransactionMetadata } from './transaction-metadata.ts';
import { type TransactionMarkers } from './transaction-markers.ts';
import {
  type CoordinatedTransaction,
  type TransactionStateManager,
} from './transaction-state-manager.ts';
import { type TransactionSwitches } from './transaction-switches.ts';
import { isRefusal, supportsEpochBump, type TransactionTransit } from './transaction-transit.ts';

/** What a producer is told to be from now on; -1 if it is told nothing. */
export interface ProducerOutcome {
  readonly error: ErrorName;
  readonly producerId: number;
  readonly producerEpoch: number;
}

export function refusedProducer(error: ErrorName): ProducerOutcome {
  return { error, producerId: noProducerId, producerEpoch: noProducerEpoch };
}

export interface EndTransaction extends Omit<EndRequest, 'nowMs'> {
  readonly transactionalId: string;
}

interface EndParts {
  readonly context: Context<Frame, Fact>;
  readonly states: TransactionStateManager;
  readonly markers: TransactionMarkers;
  readonly producerIds: ProducerIds;
  readonly switches: TransactionSwitches;
}

/** Commits and aborts: first in the log, then by markers in the partitions. */
export class TransactionEnds {
  readonly #parts: EndParts;

  constructor(parts: EndParts) {
    this.#parts = parts;
  }

  /** Answered when the end is in the log, before the markers are written. */
  end(end: EndTransaction, answer: (outcome: ProducerOutcome) => void): void {
    const { states } = this.#parts;
    const found = states.findKnown(end.transactionalId);
    if (typeof found === 'string') {
      answer(refusedProducer(found));
      return;
    }
    const request = { ...end, nowMs: this.#nowMs };
    const { metadata } = found;
    const isFence = metadata.pendingState === 'PREPARE_EPOCH_FENCE';
    const transit = decideEnd(metadata, request, this.#parts);
    if (transit === 'NONE') {
      answer(toldOutcome(end, metadata));
    } else if (typeof transit === 'string') {
      answer(refusedProducer(transit));
    } else {
      const done = (error: ErrorName): void => {
        if (error === 'NONE') {
          this.#written(found, request, answer);
          return;
        }
        if (isFence) this.#fenceFailed(found, request);
        answer(refusedProducer(error));
      };
      states.append({ ...found, transit, done });
    }
  }

  /** Aborts the transaction of a producer whose epoch is to be fenced. */
  abortFenced(
    { transactionalId }: TransactionMetadata,
    { producerId, producerEpoch }: TransactionTransit,
    done: (error: ErrorName) => void,
  ): void {
    const { transactionVersion } = this.#parts.states;
    const end: EndTransaction = {
      transactionalId,
      producerId,
      producerEpoch,
      isCommit: false,
      isFromClient: false,
      transactionVersion,
      txnUid: noTxnUid,
    };
    this.end(end, ({ error }) => {
      done(error);
    });
  }

  /** Ids have been read from the log: ends that lack markers go on. */
  resume(transactions: Iterable<CoordinatedTransaction>): void {
    for (const { coordinatorEpoch, metadata } of transactions) {
      const { state } = metadata;
      if (state !== 'PREPARE_COMMIT' && state !== 'PREPARE_ABORT') continue;
      const transit = metadata.prepareComplete(this.#nowMs);
      if (isRefusal(transit)) continue;
      const isCommit = state === 'PREPARE_COMMIT';
      this.#parts.markers.add({ coordinatorEpoch, metadata, transit, isCommit });
    }
  }

  #written(
    { metadata, coordinatorEpoch }: CoordinatedTransaction,
    end: EndRequest,
    answer: (outcome: ProducerOutcome) => void,
  ): void {
    const error = markersError(metadata, end);
    if (error !== 'NONE') {
      answer(refusedProducer(error));
      return;
    }
    const transit = metadata.prepareComplete(this.#nowMs);
    if (isRefusal(transit)) {
      answer(refusedProducer('UNKNOWN_SERVER_ERROR'));
      return;
    }
    answer(toldOutcome(end, transit));
    this.#parts.markers.add({ coordinatorEpoch, metadata, transit, isCommit: end.isCommit });
  }

  /** With transactions v1 the epoch was raised in memory before: it is not raised again. */
  #fenceFailed({ metadata, coordinatorEpoch }: CoordinatedTransaction, end: EndRequest): void {
    const { switches } = this.#parts;
    if (supportsEpochBump(end.transactionVersion) || switches.failedFenceForgotten) return;
    const found = this.#parts.states.find(metadata.transactionalId);
    if (typeof found === 'object' && found.coordinatorEpoch === coordinatorEpoch) {
      found.metadata.hasFailedEpochFence = true;
    }
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

/** Only producers that speak transactions v2 are told their next epoch. */
function toldOutcome(
  { transactionVersion }: Pick<EndRequest, 'transactionVersion'>,
  { producerId, producerEpoch }: Pick<ProducerOutcome, 'producerId' | 'producerEpoch'>,
): ProducerOutcome {
  if (!supportsEpochBump(transactionVersion)) return refusedProducer('NONE');
  return { error: 'NONE', producerId, producerEpoch };
}
