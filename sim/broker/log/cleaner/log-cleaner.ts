import { type CellKind } from '../../../kernel/disk.ts';
import { type Task } from '../../../kernel/process.ts';
import { type Duration, milliseconds, seconds } from '../../../kernel/time.ts';
import { type BrokerConfig } from '../../../protocol/config/broker-config.ts';
import { type Offset } from '../../../protocol/record-batch.ts';
import { type LogEnvironment } from '../log-environment.ts';
import { type PartitionLog } from '../partition-log.ts';
import { type CleanableRange, cleanableRange } from './cleanable-range.ts';
import { type CleanedGroup, Cleaning } from './cleaning.ts';

/** Who is told what a cleaner does. */
export interface CleanerListener {
  readonly groupCleaned: (group: CleanedGroup) => void;
  /** Old segments were deleted. */
  readonly logStartMoved: (log: PartitionLog) => void;
}

const checkpoints: CellKind<ReadonlyMap<string, Offset>> = { name: 'cleaner-offset-checkpoint' };
/** The name of what a log directory has once. */
const once = '';
/** In Kafka's map of keys: an MD5 hash and an offset. */
const bytesPerKey = 24;
const maxMapBytes = 2_147_483_647;
/** What a disk reads and writes, where `log.cleaner.io.max.bytes.per.second` allows it. */
const diskBytesPerSecond = 100 * 1024 * 1024;

/**
 * Compacts the logs with `cleanup.policy=compact` of a broker, the dirtiest first, and remembers up
 * to where each is clean (`LogCleaner`, `LogCleanerManager`).
 *
 * Simplified: one thread, whatever `log.cleaner.threads` says, with the configs of the broker's start.
 */
export class LogCleaner implements Task {
  readonly taskName = 'kafka-log-cleaner-thread-0';
  readonly #environment: LogEnvironment;
  readonly #logs: ReadonlyMap<string, PartitionLog>;
  readonly #listener: CleanerListener;
  readonly #maxKeys: number;
  readonly #bytesPerSecond: number;
  readonly #backoff: Duration;
  #running: Cleaning | undefined = undefined;

  constructor(
    environment: LogEnvironment,
    config: BrokerConfig,
    logs: ReadonlyMap<string, PartitionLog>,
    listener: CleanerListener,
  ) {
    this.#environment = environment;
    this.#logs = logs;
    this.#listener = listener;
    const { logCleanerDedupeBufferSize, logCleanerThreads, logCleanerIoBufferLoadFactor } = config;
    const mapBytes = Math.trunc(logCleanerDedupeBufferSize / Math.max(logCleanerThreads, 1));
    const slots = Math.trunc(Math.min(mapBytes, maxMapBytes) / bytesPerKey);
    this.#maxKeys = Math.trunc(slots * logCleanerIoBufferLoadFactor);
    this.#bytesPerSecond = Math.min(config.logCleanerIoMaxBytesPerSecond, diskBytesPerSecond);
    this.#backoff = milliseconds(Math.max(config.logCleanerBackoffMs, 1));
  }

  start(): void {
    this.#environment.setTimer(0, this);
  }

  /** One step; the next comes when the disk has done what this one takes. */
  run(): void {
    this.#environment.setTimer(this.#step(), this);
  }

  /** The log was cut below its active segment: what is written there next is dirty. */
  truncated(log: PartitionLog): void {
    this.#abort(log);
    if (!log.config.isCompacted) return;
    const { baseOffset } = log.local.segments.active;
    if ((this.#checkpoints().get(log.partition) ?? 0) > baseOffset) this.#update(log, baseOffset);
  }

  removed(log: PartitionLog): void {
    this.#abort(log);
    this.#write((kept) => kept.delete(log.partition));
  }

  #abort(log: PartitionLog): void {
    if (this.#running?.log === log) this.#running = undefined;
  }

  /** Returns how long it takes. */
  #step(): Duration {
    const cleaning = this.#running;
    if (cleaning === undefined) return this.#begin();
    const { log } = cleaning;
    const isWanted = log.config.isCompacted && log.isWritable;
    const group = isWanted ? cleaning.cleanNextGroup() : undefined;
    if (group !== undefined) {
      this.#listener.groupCleaned(group);
      return this.#timeFor(group.readBytes + group.writtenBytes);
    }
    this.#running = undefined;
    if (isWanted) this.#update(log, cleaning.endOffset);
    this.#deleteOldSegments();
    return 0;
  }

  #begin(): Duration {
    const dirtiest = this.#dirtiest();
    if (dirtiest === undefined) {
      this.#deleteOldSegments();
      return this.#backoff;
    }
    const nowMs = this.#environment.wallClockMs();
    this.#running = new Cleaning(dirtiest, nowMs, this.#maxKeys);
    return this.#timeFor(this.#running.dirtyBytes);
  }

  #timeFor(bytes: number): Duration {
    return Math.ceil((bytes / this.#bytesPerSecond) * seconds(1));
  }

  #dirtiest(): CleanableRange | undefined {
    const nowMs = this.#environment.wallClockMs();
    let dirtiest: CleanableRange | undefined = undefined;
    for (const log of this.#compactedLogs()) {
      const range = cleanableRange(log, this.#checkpoints().get(log.partition), nowMs);
      if (range.isCheckpointInvalid) this.#update(log, range.firstDirtyOffset);
      if (!isWorthCleaning(range)) continue;
      if (range.cleanableRatio > (dirtiest?.cleanableRatio ?? -1)) dirtiest = range;
    }
    return dirtiest;
  }

  #deleteOldSegments(): void {
    for (const log of this.#compactedLogs()) {
      const before = log.logStartOffset;
      log.deleteOldSegments();
      if (log.logStartOffset !== before) this.#listener.logStartMoved(log);
    }
  }

  *#compactedLogs(): Iterable<PartitionLog> {
    for (const log of this.#logs.values()) if (log.config.isCompacted && log.isWritable) yield log;
  }

  #checkpoints(): ReadonlyMap<string, Offset> {
    return this.#environment.disk.cell(checkpoints, once).value ?? new Map<string, Offset>();
  }

  #update({ partition }: PartitionLog, offset: Offset): void {
    this.#write((kept) => kept.set(partition, offset));
  }

  /** Entries of logs that are gone are left out. */
  #write(change: (kept: Map<string, Offset>) => unknown): void {
    const { disk } = this.#environment;
    if (disk.state !== 'ok') return;
    const known = [...this.#checkpoints()].filter(([partition]) => this.#logs.has(partition));
    const kept = new Map(known);
    change(kept);
    disk.cell(checkpoints, once).writeAndFlush(kept);
  }
}

/** An empty log never is: its ratio is no number. */
function isWorthCleaning({ log, cleanableBytes, cleanableRatio, isOverdue }: CleanableRange) {
  if (isOverdue && cleanableBytes > 0) return true;
  return cleanableRatio > log.config.minCleanableDirtyRatio;
}
