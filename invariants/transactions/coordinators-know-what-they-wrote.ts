import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { storedStates } from '../ground-truth/stored-states.ts';
import { partitionNames } from '../ground-truth/transaction-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * T2: memory is compared at quiet points; what has been appended and is not applied yet may be ahead of
 * it by one record. That there is one coordinator at a time follows from one leader per epoch.
 */
export const coordinatorsKnowWhatTheyWrote: Invariant = {
  id: 'T2',
  name: 'coordinators-know-what-they-wrote',
  promise:
    'What a transaction coordinator has in memory is what its log says, and of two coordinators only the later one ends transactions.',
  kind: 'safety',
  source:
    'TransactionStateManager.loadTransactionMetadata, ProducerAppendInfo.checkCoordinatorEpoch',
  promised: alwaysPromised,

  start(truth, report) {
    const states = storedStates();
    const epochs = new CoordinatorEpochs();
    return {
      transactionInspected: (fact) => {
        for (const partition of truth.partitions.values()) {
          if (partition.coordinates !== 'transactions') continue;
          const replica = partition.replica(fact.broker);
          if (!replica.isLeader || partition.isDeposed(replica)) continue;
          const stored = states.of(replica, fact.transactionalId);
          if (stored === undefined) continue;
          report.exercised();
          if (isSame(fact, stored.current) || isBefore(fact, stored.previous)) continue;
          report.broken({
            message: `broker ${fact.broker} has ${fact.transactionalId} ${shown(fact, fact.partitions)} in memory, and its log says ${loggedWords(stored.current)}`,
            standing: coordinatorStanding(truth),
            evidence: { facts: [fact], partition: partition.name, brokers: [fact.broker] },
          });
        }
      },
      transactionalAppended: (fact, _moment, partition) => {
        const data = fact.batch.isControl ? fact.batch.records[0]?.data : null;
        if (data?.type !== 'commit' && data?.type !== 'abort') return;
        const { producerId } = fact.batch;
        const replica = partition.replica(fact.broker);
        if (partition.isDeposed(replica)) return;
        const highest = epochs.note(partition, producerId, data.coordinatorEpoch);
        if (data.coordinatorEpoch >= highest) return;
        report.broken({
          message: `broker ${fact.broker} appended a marker of producer ${producerId} from coordinator epoch ${data.coordinatorEpoch} to ${partition.name}, though one of epoch ${highest} is there`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.batch.baseOffset],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

/** `Ongoing with transaction 7 of producer 3, epoch 0, in orders-0 payments-1` */
function shown(
  { state, txnUid, producerId, producerEpoch }: Shown,
  partitions: readonly PartitionName[],
): string {
  const transaction = txnUid < 0 ? 'no transaction' : `transaction ${txnUid}`;
  const places = partitions.length === 0 ? '' : `, in ${partitions.join(' ')}`;
  return `${state} with ${transaction} of producer ${producerId}, epoch ${producerEpoch}${places}`;
}

type Shown = Pick<
  FactOf<'transactionInspected'>,
  'state' | 'txnUid' | 'producerId' | 'producerEpoch'
>;

function loggedWords(stored: StoredTransaction | null): string {
  return stored === null ? 'that it is gone' : shown(stored, partitionNames(stored));
}

function isSame(fact: FactOf<'transactionInspected'>, stored: StoredTransaction | null): boolean {
  if (stored?.state !== fact.state || stored.txnUid !== fact.txnUid) return false;
  if (stored.producerId !== fact.producerId) return false;
  return stored.producerEpoch === fact.producerEpoch && hasPartitions(fact, stored);
}

/** Once it is decided, a partition that has its marker is forgotten in memory. */
function hasPartitions(
  { partitions }: FactOf<'transactionInspected'>,
  stored: StoredTransaction,
): boolean {
  const named = new Set(partitionNames(stored));
  if (!partitions.every((name) => named.has(name))) return false;
  const isBeingEnded = stored.state === 'PrepareCommit' || stored.state === 'PrepareAbort';
  return isBeingEnded || partitions.length === named.size;
}

/** An append that has timed out stands in the log all the same: memory stays as it was before it. */
function isBefore(
  fact: FactOf<'transactionInspected'>,
  previous: StoredTransaction | null,
): boolean {
  if (previous !== null) return isSame(fact, previous);
  return fact.state === 'Empty' && fact.producerEpoch === -1;
}

/** The highest epoch of a coordinator that has ended something, by partition and producer. */
class CoordinatorEpochs {
  readonly #highest = new Map<PartitionTruth, Map<number, number>>();

  /** @returns The highest so far, this one included. */
  note(partition: PartitionTruth, producerId: number, epoch: number): number {
    const mine = this.#highest.get(partition) ?? new Map<number, number>();
    this.#highest.set(partition, mine);
    const highest = Math.max(epoch, mine.get(producerId) ?? -1);
    mine.set(producerId, highest);
    return highest;
  }
}
