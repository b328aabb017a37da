import { type FinalizedFeatures } from '../finalized-features.ts';

/** The level of the feature `transaction.version` with which each transaction has its own epoch (KIP-890). */
const levelOfVersion2 = 2;

/** InitProducerId since then gives the next epoch of an id that the producer has (KIP-360). */
const firstVersionWithBump = 3;

/**
 * Which version a producer's transactions have, and who raises its epoch after an error: with version 2
 * the coordinator at the end of each transaction, before that the client, which asks for it.
 */
export class EpochBumps {
  readonly #features: FinalizedFeatures;
  #featuresEpoch = -1;
  #isVersion2 = false;
  #canBeAsked = false;
  #isRequired = false;

  constructor(features: FinalizedFeatures) {
    this.#features = features;
  }

  get isVersion2(): boolean {
    return this.#isVersion2;
  }

  /** A transaction that can only be aborted does not end the producer. */
  get areSupported(): boolean {
    return this.#canBeAsked || this.#isVersion2;
  }

  /** The client asks for another epoch when the transaction is over. */
  get isRequired(): boolean {
    return this.#isRequired;
  }

  /** The epoch has to change after this transaction. */
  request(): void {
    if (this.#canBeAsked && !this.#isVersion2) this.#isRequired = true;
  }

  done(): void {
    this.#isRequired = false;
  }

  /** `maxVersion`: of InitProducerId at the coordinator. */
  coordinatorReady(maxVersion: number): void {
    this.#canBeAsked = maxVersion >= firstVersionWithBump;
  }

  /**
   * Looks which version transactions have now (`maybeUpdateTransactionV2Enabled`). A producer that goes
   * over to version 2 later than at its first transaction needs another epoch, since the coordinator may
   * still have partitions of version 1 under the old one.
   */
  updateVersion(isInitial: boolean): void {
    const { epoch } = this.#features;
    if (this.#featuresEpoch >= epoch) return;
    this.#featuresEpoch = epoch;
    const wasVersion2 = this.#isVersion2;
    this.#isVersion2 = (this.#features.level('transaction.version') ?? 0) >= levelOfVersion2;
    if (!isInitial && !wasVersion2 && this.#isVersion2) this.#isRequired = true;
  }
}
