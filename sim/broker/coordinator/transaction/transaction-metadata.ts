import { assert } from '../../../kernel/assert.ts';
import { type TxnUid } from '../../../protocol/record-batch.ts';
import { type PartitionName } from '../../../trace.ts';
import { transitProblem } from './transit-check.ts';
import { type TransactionState, transactionStates } from './transaction-state.ts';
import {
  noPartitions,
  supportsEpochBump,
  type TopicPartition,
  type TransactionPartitions,
  type TransactionTransit,
  type TransitRefusal,
} from './transaction-transit.ts';

export const noProducerId = -1;
export const noProducerEpoch = -1;
/** Of a producer's int16. */
const maxProducerEpoch = 32_767;
/** A client never gets the largest epoch, so that its producer can always be fenced. */
export const lastClientEpoch = maxProducerEpoch - 1;
/** The timeout of two-phase commits: none. */
const noTimeoutMs = 2_147_483_647;

/** The producer needs another id. */
export function isEpochExhausted(producerEpoch: number): boolean {
  return producerEpoch >= lastClientEpoch;
}

/** What the client has said at its InitProducerId (KIP-360). */
export interface EpochIncrement {
  readonly timeoutMs: number;
  /** Undefined if it gave none. */
  readonly expectedEpoch: number | undefined;
  readonly nowMs: number;
}

/** A fresh id for a producer whose epochs are used up. */
export interface ProducerIdRotation {
  readonly producerId: number;
  readonly timeoutMs: number;
  readonly recordLastEpoch: boolean;
  readonly nowMs: number;
}

/** A commit or an abort. */
export interface TransactionEnd {
  readonly state: 'PREPARE_COMMIT' | 'PREPARE_ABORT';
  readonly clientVersion: number;
  readonly nextProducerId: number;
  /** An abort with transactions v2 of what may be no transaction at all. */
  readonly noPartitionAdded: boolean;
  readonly nowMs: number;
  readonly txnUid: TxnUid;
}

/**
 * What a coordinator knows of one transactional id (`TransactionMetadata`). A change is prepared, then
 * written, and takes effect when its record is committed; until then it is pending, and no other may
 * begin.
 */
export class TransactionMetadata {
  readonly transactionalId: string;
  /** To what state a change is under way. */
  pendingState: TransactionState | undefined = undefined;
  /** An epoch that was to fence could not be written: it is not raised again (KAFKA-9666). */
  hasFailedEpochFence = false;
  #now: TransactionTransit;

  constructor(transactionalId: string, now: TransactionTransit) {
    this.transactionalId = transactionalId;
    this.#now = now;
  }

  /** As it was last committed. */
  get now(): TransactionTransit {
    return this.#now;
  }

  get state(): TransactionState {
    return this.#now.state;
  }

  get producerId(): number {
    return this.#now.producerId;
  }

  get producerEpoch(): number {
    return this.#now.producerEpoch;
  }

  get isEpochExhausted(): boolean {
    return isEpochExhausted(this.#now.producerEpoch);
  }

  /** A transaction of a two-phase commit has no timeout (KIP-939). */
  get isTwoPhaseCommit(): boolean {
    return this.#now.timeoutMs === noTimeoutMs;
  }

  /** A marker is in this partition, or the partition is gone. */
  removePartition(name: PartitionName): void {
    const { state, partitions } = this.#now;
    assert(state === 'PREPARE_COMMIT' || state === 'PREPARE_ABORT', 'markers are being written');
    const left = new Map(partitions);
    left.delete(name);
    this.#now = { ...this.#now, partitions: left };
  }

  /** The first step of aborting what another producer with this id has begun. */
  prepareFenceEpoch(): TransactionTransit | TransitRefusal {
    const { producerEpoch } = this.#now;
    const isKept = this.hasFailedEpochFence || producerEpoch === maxProducerEpoch;
    const bumped = isKept ? producerEpoch : producerEpoch + 1;
    return this.#prepare({ state: 'PREPARE_EPOCH_FENCE', producerEpoch: bumped });
  }

  /** An epoch that fences takes effect before it is written (transactions v1). */
  fence(producerEpoch: number): void {
    this.#now = { ...this.#now, producerEpoch, lastProducerEpoch: noProducerEpoch };
  }

  prepareIncrementEpoch(increment: EpochIncrement): TransactionTransit | TransitRefusal {
    if (this.isEpochExhausted) {
      const problem = 'Cannot allocate any more producer epochs for producerId';
      return illegalState(`${problem} ${this.producerId}`);
    }
    const epochs = this.#incremented(increment.expectedEpoch);
    if ('exception' in epochs) return epochs;
    return this.#prepare({
      state: 'EMPTY',
      ...epochs,
      timeoutMs: increment.timeoutMs,
      ...noTransaction,
      lastUpdateTimestampMs: increment.nowMs,
    });
  }

  prepareRotation(rotation: ProducerIdRotation): TransactionTransit | TransitRefusal {
    const { producerId, timeoutMs, recordLastEpoch, nowMs } = rotation;
    const { state, producerEpoch } = this.#now;
    if (state === 'ONGOING' || state === 'PREPARE_ABORT' || state === 'PREPARE_COMMIT') {
      return illegalState('Cannot rotate producer ids while a transaction is still pending');
    }
    return this.#prepare({
      state: 'EMPTY',
      producerId,
      producerEpoch: 0,
      lastProducerEpoch: recordLastEpoch ? producerEpoch : noProducerEpoch,
      timeoutMs,
      ...noTransaction,
      lastUpdateTimestampMs: nowMs,
    });
  }

  prepareAddPartitions(
    added: Iterable<readonly [PartitionName, TopicPartition]>,
    clientVersion: number,
    nowMs: number,
    txnUid: TxnUid,
  ): TransactionTransit | TransitRefusal {
    const { state, partitions, startTimestampMs, txnUid: knownTxnUid } = this.#now;
    const isOngoing = state === 'ONGOING';
    const begins = state === 'EMPTY' || state === 'COMPLETE_ABORT' || state === 'COMPLETE_COMMIT';
    return this.#prepare({
      state: 'ONGOING',
      partitions: new Map([...partitions, ...added]),
      startTimestampMs: begins ? nowMs : startTimestampMs,
      lastUpdateTimestampMs: nowMs,
      clientVersion,
      txnUid: isOngoing ? knownTxnUid : txnUid,
    });
  }

  prepareEnd(end: TransactionEnd): TransactionTransit | TransitRefusal {
    const { state, clientVersion, nextProducerId, noPartitionAdded, nowMs } = end;
    const { producerEpoch, lastProducerEpoch, startTimestampMs, txnUid } = this.#now;
    const bumps = supportsEpochBump(clientVersion);
    // An epoch that should not be: the abort goes through, so that the id may go on.
    const isAtEnd = producerEpoch === maxProducerEpoch && state === 'PREPARE_ABORT';
    return this.#prepare({
      state,
      producerEpoch: bumps && !isAtEnd ? nextEpoch(producerEpoch) : producerEpoch,
      lastProducerEpoch: bumps ? producerEpoch : lastProducerEpoch,
      nextProducerId,
      startTimestampMs: noPartitionAdded ? nowMs : startTimestampMs,
      lastUpdateTimestampMs: nowMs,
      clientVersion,
      txnUid: noPartitionAdded ? end.txnUid : txnUid,
    });
  }

  /** All markers are written, or about to be. A next producer id takes over with epoch 0. */
  prepareComplete(nowMs: number): TransactionTransit | TransitRefusal {
    // The change before this one is in the log.
    this.hasFailedEpochFence = false;
    const { state, producerId, producerEpoch, nextProducerId, clientVersion } = this.#now;
    const rotates = supportsEpochBump(clientVersion) && nextProducerId !== noProducerId;
    return this.#prepare({
      state: state === 'PREPARE_COMMIT' ? 'COMPLETE_COMMIT' : 'COMPLETE_ABORT',
      producerId: rotates ? nextProducerId : producerId,
      producerEpoch: rotates ? 0 : producerEpoch,
      nextProducerId: noProducerId,
      partitions: noPartitions,
      lastUpdateTimestampMs: nowMs,
    });
  }

  /** It has not been used for long. */
  prepareDead(): TransactionTransit | TransitRefusal {
    return this.#prepare({ state: 'DEAD', partitions: noPartitions });
  }

  /** The record of the pending change is committed. */
  complete(transit: TransactionTransit): void {
    const problem = transitProblem(this.#now, this.pendingState, transit);
    assert(problem === undefined, `${this.transactionalId}: ${problem ?? ''}`);
    this.#now = transit;
    this.pendingState = undefined;
  }

  #incremented(
    expectedEpoch: number | undefined,
  ): { readonly producerEpoch: number; readonly lastProducerEpoch: number } | TransitRefusal {
    const { producerEpoch, lastProducerEpoch } = this.#now;
    const bumped = producerEpoch + 1;
    if (expectedEpoch === undefined) {
      return { producerEpoch: bumped, lastProducerEpoch: noProducerEpoch };
    }
    if (producerEpoch === noProducerEpoch || expectedEpoch === producerEpoch) {
      return { producerEpoch: bumped, lastProducerEpoch: producerEpoch };
    }
    // A retry of a call that has succeeded.
    if (expectedEpoch === lastProducerEpoch) return { producerEpoch, lastProducerEpoch };
    const message =
      'There is a newer producer with the same transactionalId which fences the current one.';
    return { exception: 'ProducerFencedException', message };
  }

  #prepare(
    change: Partial<TransactionTransit> & { readonly state: TransactionState },
  ): TransactionTransit | TransitRefusal {
    const { state: current, producerId } = this.#now;
    const { state } = change;
    if (this.pendingState !== undefined) {
      const pending = `while it already a pending state ${this.pendingState}`;
      return illegalState(`Preparing transaction state transition to ${current} ${pending}`);
    }
    const transit = { ...this.#now, ...change, prevProducerId: producerId };
    if (transit.producerId < 0) {
      const message = `Illegal new producer id ${transit.producerId}`;
      return { exception: 'IllegalArgumentException', message };
    }
    if (state !== 'DEAD' && transit.producerEpoch < 0) {
      const message = `Illegal new producer epoch ${transit.producerEpoch}`;
      return { exception: 'IllegalArgumentException', message };
    }
    if (!transactionStates[state].validPrevious.includes(current)) {
      return illegalState(
        `Preparing transaction state transition to ${state} failed since the target state ` +
          `${state} is not a valid previous state of the current state ${current}`,
      );
    }
    this.pendingState = state;
    return transit;
  }
}

const noTransaction: {
  readonly partitions: TransactionPartitions;
  readonly startTimestampMs: number;
  readonly txnUid: TxnUid;
} = { partitions: noPartitions, startTimestampMs: -1, txnUid: -1 };

/** An int16: after the largest comes one that is refused. */
function nextEpoch(producerEpoch: number): number {
  return producerEpoch === maxProducerEpoch ? -maxProducerEpoch - 1 : producerEpoch + 1;
}

function illegalState(message: string): TransitRefusal {
  return { exception: 'IllegalStateException', message };
}
