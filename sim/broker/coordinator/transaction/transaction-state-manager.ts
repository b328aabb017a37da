import { type Context } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { BatchBuilder } from '../../../protocol/batch-builder.ts';
import { type BrokerConfig } from '../../../protocol/config/broker-config.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { featureName } from '../../../protocol/features.ts';
import { javaHashCode, positiveHash } from '../../../protocol/java-hash.ts';
import { isTransactionData, type RecordBatch } from '../../../protocol/record-batch.ts';
import { transactionStateTopic } from '../../../protocol/topic-name.ts';
import { type Fact } from '../../../trace.ts';
import { type UsedTransactionalId } from '../../broker-options.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { appendReplicated } from '../../produce/replicated-append.ts';
import { type HostedPartitions } from '../../replica/hosted-partitions.ts';
import { type PurgatoryChecks } from '../../replica/purgatory-checks.ts';
import { replayLog, replayTime } from '../runtime/log-replay.ts';
import { newTransaction } from './init-transaction.ts';
import { noProducerId, TransactionMetadata } from './transaction-metadata.ts';
import {
  restoredTransit,
  type TransactionRecord,
  transactionRecord,
} from './transaction-records.ts';
import { type TransactionSwitches } from './transaction-switches.ts';
import { type TransactionTransit } from './transaction-transit.ts';

export interface StateManagerParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly config: BrokerConfig;
  readonly image: MetadataImage;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
  readonly switches: TransactionSwitches;
  readonly usedTransactionalIds: readonly UsedTransactionalId[];
}

/** The transactional ids of one partition of `__transaction_state` that this broker leads. */
export interface CachedPartition {
  /** Epoch of the leadership in which it was read: what is begun in one is not ended in another. */
  readonly coordinatorEpoch: number;
  readonly byId: Map<string, TransactionMetadata>;
}

/** A transactional id with the epoch of its coordinator. */
export interface CoordinatedTransaction {
  readonly coordinatorEpoch: number;
  readonly metadata: TransactionMetadata;
}

/** A change that is to be written. */
export interface TransitAppend extends CoordinatedTransaction {
  readonly transit: TransactionTransit;
  /** Called once: with NONE when the change has taken effect, else with why it has not. */
  readonly done: (error: ErrorName) => void;
  /** Whether the change stays pending on that error, because it will be tried again. */
  readonly staysPending?: (error: ErrorName) => boolean;
}

interface PartitionLoad {
  readonly partition: number;
  readonly coordinatorEpoch: number;
}

/** Of ids that were used before: the default of `transaction.timeout.ms`. */
const usedTimeoutMs = 60_000;
/** Where nothing limits a batch of one record. */
const anySize = Number.MAX_SAFE_INTEGER;

/**
 * The transactional ids that this broker coordinates, in memory and in the log
 * (`TransactionStateManager`). What is in memory changes only when the record of the change is
 * committed.
 */
export class TransactionStateManager {
  readonly #parts: StateManagerParts;
  readonly #cache = new Map<number, CachedPartition>();
  #loads: readonly PartitionLoad[] = [];

  constructor(parts: StateManagerParts) {
    this.#parts = parts;
  }

  /** The level of `transaction.version` that the cluster has agreed on. */
  get transactionVersion(): number {
    return this.#parts.image.features.get(featureName.transactionVersion) ?? 0;
  }

  get isLoading(): boolean {
    return this.#loads.length > 0;
  }

  /** By partition number. */
  get cachedPartitions(): ReadonlyMap<number, CachedPartition> {
    return this.#cache;
  }

  /** The partition of `__transaction_state` that a transactional id belongs to. */
  partitionOf(transactionalId: string): number {
    const { image, config } = this.#parts;
    const count = image.topicsByName.get(transactionStateTopic)?.partitions.length;
    return (
      positiveHash(javaHashCode(transactionalId)) %
      (count ?? config.transactionStateLogNumPartitions)
    );
  }

  /** Undefined if the id is not known here; or why it cannot be asked. */
  find(transactionalId: string): CoordinatedTransaction | ErrorName | undefined {
    const partition = this.partitionOf(transactionalId);
    if (this.#isBeingLoaded(partition)) return 'COORDINATOR_LOAD_IN_PROGRESS';
    const cached = this.#cache.get(partition);
    if (cached === undefined) return 'NOT_COORDINATOR';
    const metadata = cached.byId.get(transactionalId);
    if (metadata === undefined) return undefined;
    return { coordinatorEpoch: cached.coordinatorEpoch, metadata };
  }

  /** The same for requests that need it to be known. */
  findKnown(transactionalId: string): CoordinatedTransaction | ErrorName {
    if (transactionalId === '') return 'INVALID_REQUEST';
    return this.find(transactionalId) ?? 'INVALID_PRODUCER_ID_MAPPING';
  }

  /** Keeps a new id, of which nothing is written yet; its partition is here. */
  put(metadata: TransactionMetadata): CoordinatedTransaction | ErrorName {
    const cached = this.#cache.get(this.partitionOf(metadata.transactionalId));
    if (cached === undefined) return 'NOT_COORDINATOR';
    cached.byId.set(metadata.transactionalId, metadata);
    return { coordinatorEpoch: cached.coordinatorEpoch, metadata };
  }

  /** Writes a change; it waits for the in-sync replicas as long as the transaction may take. */
  append(append: TransitAppend): void {
    const { metadata, coordinatorEpoch, transit, done } = append;
    const { transactionalId } = metadata;
    const found = this.find(transactionalId);
    if (typeof found === 'string') {
      done(found);
    } else if (found?.coordinatorEpoch !== coordinatorEpoch) {
      done('NOT_COORDINATOR');
    } else {
      const { rotationNotWritten, lastEpochWritten: keepsLastEpoch } = this.#parts.switches;
      const { transactionVersion } = this;
      const written = rotationNotWritten ? withoutRotation(transit) : transit;
      const format = { transactionVersion, keepsLastEpoch };
      const record = transactionRecord(transactionalId, written, format);
      const partition = this.partitionOf(transactionalId);
      this.write(partition, [record], transit.timeoutMs, (error) => {
        const written = this.#written(append, coordinatorError(error));
        if (written !== undefined) done(written);
      });
    }
  }

  /** Writes records as one batch; `done` gets the error of the append. */
  write(
    partition: number,
    records: readonly TransactionRecord[],
    timeoutMs: number,
    done: (error: ErrorName) => void,
  ): void {
    const builder = new BatchBuilder({ writeLimitBytes: anySize });
    const nowMs = this.#parts.context.wallClockMs();
    for (const { key, value, data } of records) {
      builder.append(nowMs, { key, value, headers: [] }, undefined, data);
    }
    appendReplicated(this.#parts, {
      writes: [{ topic: transactionStateTopic, index: partition, batch: builder.build() }],
      timeoutMs,
      transactionVersion: -1,
      done: ([written]) => {
        done(written?.error ?? 'NONE');
      },
    });
  }

  /** This broker leads the partition: `resume` is called with it once it has been read. */
  load(
    partition: number,
    coordinatorEpoch: number,
    resume: (transactions: Iterable<CoordinatedTransaction>) => void,
  ): void {
    const { context, hosted } = this.#parts;
    const replica = hosted.get(transactionStateTopic, partition);
    if (replica === undefined) return;
    if (replica.log?.logEndOffset === 0) this.#writeUsed(partition);
    const load = { partition, coordinatorEpoch };
    this.#loads = [...this.#loads, load];
    context.setTimer(replayTime(replica), {
      taskName: 'load-transactions',
      run: () => {
        if (this.#loads.includes(load)) this.#loaded(load, resume);
      },
    });
  }

  /**
   * Another broker leads the partition, or nobody.
   * @param coordinatorEpoch The other's; undefined if the replica is no longer here.
   */
  unload(partition: number, coordinatorEpoch: number | undefined): void {
    const isOver = (load: PartitionLoad): boolean =>
      load.partition === partition &&
      (coordinatorEpoch === undefined || load.coordinatorEpoch < coordinatorEpoch);
    this.#loads = this.#loads.filter((load) => !isOver(load));
    if (!this.#cache.delete(partition)) return;
    const { context, brokerId: broker } = this.#parts;
    const name = `${transactionStateTopic}-${partition}`;
    context.record({ kind: 'coordinatorUnloaded', partition: name, broker });
  }

  /** Writes to a new log what a cluster has that is not new. */
  #writeUsed(partition: number): void {
    const { usedTransactionalIds, context } = this.#parts;
    const format = { transactionVersion: this.transactionVersion, keepsLastEpoch: false };
    const init = { timeoutMs: usedTimeoutMs, expected: undefined, nowMs: context.wallClockMs() };
    const records = usedTransactionalIds
      .filter(({ transactionalId }) => this.partitionOf(transactionalId) === partition)
      .map(({ transactionalId, producerId, producerEpoch }) => {
        const { now } = newTransaction(transactionalId, producerId, init);
        return transactionRecord(transactionalId, { ...now, producerEpoch }, format);
      });
    if (records.length > 0) this.write(partition, records, usedTimeoutMs, () => undefined);
  }

  #isBeingLoaded(partition: number): boolean {
    return this.#loads.some((load) => load.partition === partition);
  }

  #loaded(
    load: PartitionLoad,
    resume: (transactions: Iterable<CoordinatedTransaction>) => void,
  ): void {
    const { partition, coordinatorEpoch } = load;
    const { context, hosted, brokerId: broker } = this.#parts;
    const replica = hosted.get(transactionStateTopic, partition);
    const byId = new Map<string, TransactionMetadata>();
    if (replica !== undefined) {
      replayLog(replica, (batch) => {
        replay(batch, byId);
      });
    }
    this.#cache.set(partition, { coordinatorEpoch, byId });
    this.#loads = this.#loads.filter((other) => other !== load);
    context.record({
      kind: 'coordinatorLoaded',
      partition: `${transactionStateTopic}-${partition}`,
      broker,
      leaderEpoch: coordinatorEpoch,
    });
    resume([...byId.values()].map((metadata) => ({ coordinatorEpoch, metadata })));
  }

  /**
   * The record is committed, or is not: the change takes effect, or is pending no more. Undefined: who
   * waits is never answered.
   */
  #written(append: TransitAppend, error: ErrorName): ErrorName | undefined {
    const { metadata, coordinatorEpoch, transit, staysPending } = append;
    const found = this.find(metadata.transactionalId);
    if (error !== 'NONE') {
      const isOurs = typeof found === 'object' && found.coordinatorEpoch === coordinatorEpoch;
      if (isOurs && staysPending?.(error) !== true) found.metadata.pendingState = undefined;
      return error;
    }
    if (typeof found === 'string') return found;
    // Another leadership has read the log meanwhile, with or without the record.
    if (found?.coordinatorEpoch !== coordinatorEpoch) return 'NOT_COORDINATOR';
    const isBack = transit.lastUpdateTimestampMs < found.metadata.now.lastUpdateTimestampMs;
    // An exception of old brokers, which nothing caught.
    if (isBack && this.#parts.switches.clockMustNotGoBack) return undefined;
    found.metadata.complete(transit);
    return 'NONE';
  }
}

function replay({ records }: RecordBatch, byId: Map<string, TransactionMetadata>): void {
  for (const { data } of records) {
    if (data === null || !isTransactionData(data)) continue;
    const { transactionalId: id, value } = data;
    byId.delete(id);
    if (value !== null) byId.set(id, new TransactionMetadata(id, restoredTransit(value)));
  }
}

function withoutRotation(transit: TransactionTransit): TransactionTransit {
  return { ...transit, prevProducerId: noProducerId, nextProducerId: noProducerId };
}

/** What the coordinator says of an append that failed. */
function coordinatorError(error: ErrorName): ErrorName {
  switch (error) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE';
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR';
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return 'UNKNOWN_SERVER_ERROR';
    default:
      return error;
  }
}
