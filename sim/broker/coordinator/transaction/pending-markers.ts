import { type TransactionMetadata } from './transaction-metadata.ts';
import { type TransactionPartitions, type TransactionTransit } from './transaction-transit.ts';

/** A transaction that will be complete when all its markers are written (`PendingCompleteTxn`). */
export interface PendingCompletion {
  readonly coordinatorEpoch: number;
  readonly metadata: TransactionMetadata;
  readonly transit: TransactionTransit;
  readonly isCommit: boolean;
}

/** Markers of one transaction for partitions of one leader (`PendingCompleteTxnAndMarkerEntry`). */
export interface PendingMarker {
  readonly completion: PendingCompletion;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly partitions: TransactionPartitions;
  readonly transactionVersion: number;
}

/** Markers for one broker that are still to be sent (`TxnMarkerQueue`). */
export class MarkerQueue {
  /** By partition of `__transaction_state`, to be forgotten when another broker leads it. */
  readonly #byPartition = new Map<number, PendingMarker[]>();

  add(statePartition: number, marker: PendingMarker): void {
    const known = this.#byPartition.get(statePartition);
    if (known === undefined) this.#byPartition.set(statePartition, [marker]);
    else known.push(marker);
  }

  takeAll(): PendingMarker[] {
    const taken = [...this.#byPartition.values()].flat();
    this.#byPartition.clear();
    return taken;
  }

  takeOf(statePartition: number): readonly PendingMarker[] {
    const taken = this.#byPartition.get(statePartition);
    this.#byPartition.delete(statePartition);
    return taken ?? [];
  }
}
