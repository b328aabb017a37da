/** Proves that the coordinator knows the transaction (KIP-890); the one last issued counts. */
export type VerificationGuard = number;

/** The guard of an append that was not verified. */
export const noGuard: VerificationGuard = 0;

/** A producer whose transaction is being verified, or was and has not appended yet. */
export interface PendingVerification {
  readonly startedMs: number;
  readonly guard: VerificationGuard;
  /** Transactions v2: each transaction has its own epoch, so that its first sequence here is 0. */
  readonly supportsEpochBump: boolean;
  /** A batch above it must wait for the one with it (KAFKA-14920). */
  lowestSequence: number;
  producerEpoch: number;
}

/** The verifications that a partition waits for, by producer; in memory only. */
export class TransactionVerifications {
  readonly #pending = new Map<number, PendingVerification>();
  #issuedGuards = 0;

  get(producerId: number): PendingVerification | undefined {
    return this.#pending.get(producerId);
  }

  guardOf(producerId: number): VerificationGuard {
    return this.#pending.get(producerId)?.guard ?? noGuard;
  }

  start(
    producerId: number,
    producerEpoch: number,
    sequence: number,
    { supportsEpochBump, nowMs }: { supportsEpochBump: boolean; nowMs: number },
  ): VerificationGuard {
    const known = this.#pending.get(producerId);
    if (known === undefined) {
      const guard = ++this.#issuedGuards;
      const lowestSequence = sequence;
      const made = { startedMs: nowMs, guard, supportsEpochBump, lowestSequence, producerEpoch };
      this.#pending.set(producerId, made);
      return guard;
    }
    if (producerEpoch > known.producerEpoch) {
      known.producerEpoch = producerEpoch;
      known.lowestSequence = sequence;
    } else if (producerEpoch === known.producerEpoch && sequence < known.lowestSequence) {
      known.lowestSequence = sequence;
    }
    return known.guard;
  }

  /** The transaction has begun or ended here. */
  clear(producerId: number): void {
    this.#pending.delete(producerId);
  }

  expire(nowMs: number, expirationMs: number): void {
    for (const [producerId, { startedMs }] of this.#pending) {
      if (nowMs - startedMs >= expirationMs) this.#pending.delete(producerId);
    }
  }
}
