import { type CellKind } from '../../../kernel/disk.ts';
import { type BrokerConfig } from '../../../protocol/config/broker-config.ts';
import { type Offset } from '../../../protocol/record-batch.ts';
import { type LogEnvironment } from '../log-environment.ts';
import { type PartitionLog } from '../partition-log.ts';
import { type CleanableRange, cleanableRange } from './cleanable-range.ts';
import { cleanLog } from './clean-log.ts';

const checkpoints: CellKind<ReadonlyMap<string, Offset>> = { name: 'cleaner-offset-checkpoint' };
/** The name of what a log directory has once. */
const once = '';
/** In Kafka's map of keys: an MD5 hash and an offset. */
const bytesPerKey = 24;
const maxMapBytes = 2_147_483_647;

/**
 * Compacts the logs with `cleanup.policy=compact` of a broker, the dirtiest first, and remembers up
 * to where each is clean (`LogCleaner`, `LogCleanerManager`).
 *
 * Simplified: one thread, whatever `log.cleaner.threads` says, without limits of I/O.
 */
export class LogCleaner {
  readonly #environment: LogEnvironment;
  readonly #logs: ReadonlyMap<string, PartitionLog>;
  readonly #maxKeys: number;

  constructor(
    environment: LogEnvironment,
    config: BrokerConfig,
    logs: ReadonlyMap<string, PartitionLog>,
  ) {
    this.#environment = environment;
    this.#logs = logs;
    const { logCleanerDedupeBufferSize, logCleanerThreads, logCleanerIoBufferLoadFactor } = config;
    const mapBytes = Math.trunc(logCleanerDedupeBufferSize / Math.max(logCleanerThreads, 1));
    const slots = Math.trunc(Math.min(mapBytes, maxMapBytes) / bytesPerKey);
    this.#maxKeys = Math.trunc(slots * logCleanerIoBufferLoadFactor);
  }

  /** Cleans until nothing is dirty enough, and lets retention have its turn after each. */
  run(): void {
    let dirtiest = this.#dirtiest();
    while (dirtiest !== undefined) {
      const nowMs = this.#environment.wallClockMs();
      this.#update(dirtiest.log, cleanLog(dirtiest, nowMs, this.#maxKeys));
      this.#deleteOldSegments();
      dirtiest = this.#dirtiest();
    }
    this.#deleteOldSegments();
  }

  /** A log was cut: what is written there next is dirty. */
  truncated(log: PartitionLog): void {
    if (!log.config.isCompacted) return;
    const { baseOffset } = log.local.segments.active;
    if ((this.#checkpoints().get(log.partition) ?? 0) > baseOffset) this.#update(log, baseOffset);
  }

  removed(partition: string): void {
    this.#write((kept) => kept.delete(partition));
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
    for (const log of this.#compactedLogs()) log.deleteOldSegments();
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
