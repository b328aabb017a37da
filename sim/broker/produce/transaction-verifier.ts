import { type ErrorName } from '../../protocol/errors.ts';
import { type TxnUid } from '../../protocol/record-batch.ts';
import { type PartitionName } from '../../trace.ts';
import { noGuard, type VerificationGuard } from '../log/transaction-verification.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { type AddPartitionsSender, type TransactionOperation } from './add-partitions-sender.ts';

/** A transactional batch for a partition that this broker may lead. */
export interface VerifiedPlace {
  readonly topic: string;
  readonly partition: number;
  /** -1 for what coordinators write. */
  readonly baseSequence: number;
}

/** Records of one producer that are about to be appended to a transaction. */
export interface Verifying {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly places: readonly VerifiedPlace[];
  readonly operation: TransactionOperation;
  readonly txnUid: TxnUid;
}

/** What has come of it, by partition. One may have both: an error counts. */
export interface Verified {
  readonly errors: ReadonlyMap<PartitionName, ErrorName>;
  readonly guards: ReadonlyMap<PartitionName, VerificationGuard>;
}

export const nothingVerified: Verified = { errors: new Map(), guards: new Map() };

export interface VerifierParts {
  readonly hosted: HostedPartitions;
  readonly coordinators: AddPartitionsSender;
  /** `transaction.partition.verification.enable` */
  readonly isEnabled: boolean;
}

/**
 * Makes sure that the coordinator of a transaction knows the partitions to which its records are
 * appended (KIP-890, `ReplicaManager.maybeSendPartitionsToTransactionCoordinator`). Where the
 * transaction is open already nobody has to be asked.
 */
export class TransactionVerifier {
  readonly #parts: VerifierParts;

  constructor(parts: VerifierParts) {
    this.#parts = parts;
  }

  /** `done` may be called at once. */
  verify(verifying: Verifying, done: (verified: Verified) => void): void {
    const { operation, places } = verifying;
    if (operation !== 'addPartition' && !this.#parts.isEnabled) {
      done(nothingVerified);
      return;
    }
    const guards = new Map<PartitionName, VerificationGuard>();
    const errors = new Map<PartitionName, ErrorName>();
    for (const place of places) {
      const name = `${place.topic}-${place.partition}`;
      const guard = this.#start(verifying, place);
      if (typeof guard === 'string') errors.set(name, guard);
      else if (guard !== noGuard) guards.set(name, guard);
    }
    if (guards.size === 0) {
      done({ errors, guards });
      return;
    }
    this.#parts.coordinators.ask({
      ...verifying,
      partitions: places.filter(({ topic, partition }) => guards.has(`${topic}-${partition}`)),
      done: (unverified) => {
        done({ errors: new Map([...errors, ...unverified]), guards });
      },
    });
  }

  #start(
    { producerId, producerEpoch, operation }: Verifying,
    { topic, partition, baseSequence }: VerifiedPlace,
  ): VerificationGuard | ErrorName {
    const found = this.#parts.hosted.find(topic, partition);
    if (typeof found === 'string') return found;
    const log = found.leaderLog;
    if (log === undefined) return 'NOT_LEADER_OR_FOLLOWER';
    const bumpsEpoch = operation === 'addPartition';
    return log.startVerification(producerId, producerEpoch, baseSequence, bumpsEpoch);
  }
}
