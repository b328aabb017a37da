import { type CellKind } from '../../kernel/disk.ts';
import { type BrokerConfig } from '../../protocol/config/broker-config.ts';
import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { topicOfPartition } from '../../protocol/topic-name.ts';
import { type Switches } from '../../switches/switches.ts';
import { type CleanerListener, LogCleaner } from './cleaner/log-cleaner.ts';
import { type LogEnvironment } from './log-environment.ts';
import {
  offsetsByPartition,
  producerSnapshotFiles,
  segmentFiles,
  transactionIndexFiles,
} from './log-files.ts';
import { type LogSwitches, logSwitches } from './log-switches.ts';
import { noFiles, PartitionLog, type ProducerSettings } from './partition-log.ts';

/** What the start of a broker found in one log. */
export interface LoadedLog {
  readonly log: PartitionLog;
  readonly wasClean: boolean;
  /** Log end before recovery cut it; equal to the log end where nothing was cut. */
  readonly endBeforeRecovery: Offset;
}

type OffsetsByPartition = ReadonlyMap<string, Offset>;

const highWatermarks: CellKind<OffsetsByPartition> = { name: 'replication-offset-checkpoint' };
const recoveryPoints: CellKind<OffsetsByPartition> = { name: 'recovery-point-offset-checkpoint' };
const logStarts: CellKind<OffsetsByPartition> = { name: 'log-start-offset-checkpoint' };

/** Its value is the epoch that the broker had when it ended in good order. */
const cleanShutdownMarker: CellKind<number> = { name: '.kafka_cleanshutdown' };

/** The name of what a log directory has once. */
const once = '';

/**
 * All logs of a broker, in its one log directory, and the checkpoints that say of each how far it is
 * replicated, on disk, and deleted (`LogManager`). Every checkpoint is on disk when it is written.
 */
export class LogManager {
  /** Epoch in the clean-shutdown marker; -1 if the last life did not end in good order. */
  readonly previousBrokerEpoch: number;
  readonly #environment: LogEnvironment;
  readonly #switches: LogSwitches;
  readonly #settings: ProducerSettings;
  readonly #logs = new Map<string, PartitionLog>();
  #cleaner: LogCleaner | undefined = undefined;

  constructor(environment: LogEnvironment, config: BrokerConfig, switches: Switches) {
    this.#environment = environment;
    this.#switches = logSwitches(switches);
    this.#settings = {
      producerIdExpirationMs: config.producerIdExpirationMs,
      verifiesTransactions:
        config.transactionPartitionVerificationEnable && switches['txn.verify'] !== 'off',
    };
    this.previousBrokerEpoch = environment.disk.cell(cleanShutdownMarker, once).value ?? -1;
  }

  /**
   * Loads every log of the disk, at the first metadata. Those that are not ours any more go; Kafka
   * renames their directories to `-stray` and never looks at them again.
   */
  loadLogs(
    configOf: (topic: string) => TopicConfig,
    isStray: (partition: string, topicId: string | null) => boolean,
  ): readonly LoadedLog[] {
    const { disk } = this.#environment;
    const wasClean = disk.cell(cleanShutdownMarker, once).value !== undefined;
    disk.deleteCell(cleanShutdownMarker, once);
    const segments = offsetsByPartition(disk.fileNames(segmentFiles));
    const indexes = offsetsByPartition(disk.fileNames(transactionIndexFiles));
    const snapshots = offsetsByPartition(disk.fileNames(producerSnapshotFiles));
    for (const [partition, segmentOffsets] of segments) {
      const config = configOf(topicOfPartition(partition));
      const log = this.#open(partition, {
        topicId: null,
        config,
        wasClean,
        files: {
          segments: segmentOffsets,
          transactionIndexes: indexes.get(partition) ?? [],
          snapshots: snapshots.get(partition) ?? [],
        },
      });
      if (isStray(partition, log.topicId)) log.delete();
      else this.#logs.set(partition, log);
    }
    return [...this.#logs.values()].map((log) => {
      return { log, wasClean, endBeforeRecovery: log.endBeforeRecovery };
    });
  }

  log(partition: string): PartitionLog | undefined {
    return this.#logs.get(partition);
  }

  logs(): Iterable<PartitionLog> {
    return this.#logs.values();
  }

  getOrCreate(partition: string, topicId: string, config: TopicConfig): PartitionLog {
    const known = this.#logs.get(partition);
    if (known !== undefined) return known;
    const log = this.#open(partition, { topicId, config, wasClean: true, files: noFiles });
    this.#logs.set(partition, log);
    return log;
  }

  /** As it was at the last checkpoint, for a log that takes its first role; 0 if it was in none. */
  checkpointedHighWatermark(partition: string): Offset {
    return this.#checkpoint(highWatermarks).get(partition) ?? 0;
  }

  /** Returns whether anything was cut off. */
  truncateTo(partition: string, offset: Offset): boolean {
    const log = this.#logs.get(partition);
    if (log === undefined) return false;
    const isBelowActive = offset < log.local.segments.active.baseOffset;
    const isCut = log.truncateTo(offset);
    if (isBelowActive) this.#cleaner?.truncated(log);
    // A recovery point beyond the cut would hide what is written there next.
    if (isCut) this.checkpointRecoveryPoints();
    return isCut;
  }

  truncateFullyAndStartAt(partition: string, offset: Offset): void {
    const log = this.#logs.get(partition);
    if (log === undefined) return;
    log.truncateFullyAndStartAt(offset);
    this.#cleaner?.truncated(log);
    this.checkpointRecoveryPoints();
  }

  /** The replica goes away; Kafka renames the directory to `-delete` and removes it a minute later. */
  deleteLog(partition: string): void {
    const log = this.#logs.get(partition);
    if (log === undefined) return;
    this.#logs.delete(partition);
    log.delete();
    this.#cleaner?.removed(log);
    this.checkpointRecoveryPoints();
    this.checkpointLogStarts();
  }

  checkpointHighWatermarks(): void {
    this.#write(highWatermarks, (log) => log.highWatermark);
  }

  checkpointRecoveryPoints(): void {
    this.#write(recoveryPoints, (log) => log.recoveryPoint);
  }

  /** Only of logs that start inside their first segment. */
  checkpointLogStarts(): void {
    this.#write(logStarts, ({ logStartOffset, local }) => {
      return logStartOffset > local.segments.first.baseOffset ? logStartOffset : undefined;
    });
  }

  /** `kafka-log-retention`, for all logs that are not compacted. Tells whose log start moved. */
  cleanup(): readonly PartitionLog[] {
    const moved: PartitionLog[] = [];
    for (const log of this.#logs.values()) {
      if (log.config.isCompacted || !log.isWritable) continue;
      const before = log.logStartOffset;
      log.deleteOldSegments();
      if (log.logStartOffset !== before) moved.push(log);
    }
    return moved;
  }

  /** From now on the compacted logs are cleaned, and retention has its turn with them, too. */
  startCleaner(config: BrokerConfig, listener: CleanerListener): void {
    if (!config.logCleanerEnable) return;
    this.#cleaner = new LogCleaner(this.#environment, config, this.#logs, listener);
    this.#cleaner.start();
  }

  /** `kafka-log-flusher`: `flush.ms` has passed since the last flush. */
  flushDirtyLogs(): void {
    const nowMs = this.#environment.wallClockMs();
    for (const log of this.#logs.values()) {
      if (nowMs - log.local.lastFlushedMs >= log.config.flushMs) log.flush(false);
    }
  }

  removeExpiredProducers(): void {
    for (const log of this.#logs.values()) log.removeExpiredProducers();
  }

  /** Ends in good order: nothing has to be recovered. Without a working disk there is no good order. */
  shutdown(brokerEpoch: number): void {
    const { disk } = this.#environment;
    if (disk.state !== 'ok') return;
    for (const log of this.#logs.values()) log.close();
    this.checkpointRecoveryPoints();
    this.checkpointLogStarts();
    disk.cell(cleanShutdownMarker, once).writeAndFlush(brokerEpoch);
  }

  #open(
    partition: string,
    found: Pick<
      ConstructorParameters<typeof PartitionLog>[0],
      'topicId' | 'config' | 'wasClean' | 'files'
    >,
  ): PartitionLog {
    const isOnDisk = found.files !== noFiles;
    return new PartitionLog({
      environment: this.#environment,
      ...found,
      partition,
      switches: this.#switches,
      settings: this.#settings,
      logStartOffset: isOnDisk ? (this.#checkpoint(logStarts).get(partition) ?? 0) : 0,
      recoveryPoint: isOnDisk ? (this.#checkpoint(recoveryPoints).get(partition) ?? 0) : 0,
    });
  }

  #checkpoint(kind: CellKind<OffsetsByPartition>): OffsetsByPartition {
    return this.#environment.disk.cell(kind, once).value ?? new Map<string, Offset>();
  }

  /** Logs for which `offsetOf` is undefined are left out. */
  #write(
    kind: CellKind<OffsetsByPartition>,
    offsetOf: (log: PartitionLog) => Offset | undefined,
  ): void {
    const { disk } = this.#environment;
    if (disk.state !== 'ok') return;
    const offsets = new Map<string, Offset>();
    for (const [partition, log] of this.#logs) {
      const offset = offsetOf(log);
      if (offset !== undefined) offsets.set(partition, offset);
    }
    disk.cell(kind, once).writeAndFlush(offsets);
  }
}
