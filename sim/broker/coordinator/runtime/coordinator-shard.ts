import { type Context } from '../../../kernel/process.ts';
import { milliseconds } from '../../../kernel/time.ts';
import { type Frame } from '../../../protocol/api.ts';
import { BatchBuilder } from '../../../protocol/batch-builder.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import {
  type CompressionType,
  isCoordinatorData,
  type Offset,
  type RecordData,
} from '../../../protocol/record-batch.ts';
import { type Fact } from '../../../trace.ts';
import { appendToLeader } from '../../replica/leader-append.ts';
import { type Partition } from '../../replica/partition.ts';
import { type PurgatoryChecks } from '../../replica/purgatory-checks.ts';
import { answeredError, type Operation, type StateMachine } from './coordinator-operation.ts';
import { CoordinatorTimers } from './coordinator-timers.ts';
import { DelayedWrite } from './delayed-write.ts';

/** What the shards of one coordinator share. */
export interface ShardHost<S extends StateMachine> {
  readonly context: Context<Frame, Fact>;
  readonly checks: PurgatoryChecks;
  /** How long an operation waits for its records to be committed. */
  readonly writeTimeoutMs: number;
  readonly compressionType: CompressionType;
  readonly createMachine: (shard: ShardView) => S;
}

/** What a state machine may know and use of its partition. */
export interface ShardView {
  readonly timers: CoordinatorTimers;
  readonly highWatermark: () => Offset;
  /** When the high watermark is there, what the running operation writes first is committed. */
  readonly nextCommittedAt: () => Offset;
}

/** How fast a log is read, besides the one millisecond that a load takes at least. */
const loadedBytesPerUs = 100;
const shortestLoad = milliseconds(1);
const readBytes = 1_048_576;

/**
 * A coordinator's state for one partition that this broker leads, replicated by the partition's log
 * (`CoordinatorRuntime.CoordinatorContext`):
 *
 * | state   | becomes                                                             |
 * |---------|---------------------------------------------------------------------|
 * | loading | active when the log has been replayed                               |
 * | active  | closed when another broker leads, or the replica goes               |
 * | closed  | nothing: an election makes another shard                            |
 *
 * Each operation runs on the newest state, writes its records as one batch, and is answered when they
 * are committed. Kafka lets operations that are queued share a batch; here each has its own.
 */
export class CoordinatorShard<S extends StateMachine> {
  readonly #host: ShardHost<S>;
  readonly #partition: Partition;
  readonly #timers: CoordinatorTimers;
  readonly #machine: S;
  #state: 'loading' | 'active' | 'closed' = 'loading';

  constructor(host: ShardHost<S>, partition: Partition) {
    this.#host = host;
    this.#partition = partition;
    this.#timers = new CoordinatorTimers(host.context, (operate) => {
      if (this.#state === 'active') this.perform(operate());
      host.checks.run();
    });
    this.#machine = host.createMachine({
      timers: this.#timers,
      highWatermark: () => partition.log?.highWatermark ?? 0,
      nextCommittedAt: () => this.#logEnd + 1,
    });
    const bytes = partition.log?.sizeInBytes ?? 0;
    host.context.setTimer(shortestLoad + Math.trunc(bytes / loadedBytesPerUs), {
      taskName: 'load-coordinator',
      run: () => {
        this.#load();
      },
    });
  }

  /** The state, or why it cannot be asked. */
  get machine(): S | ErrorName {
    if (this.#state === 'active') return this.#machine;
    return this.#state === 'loading' ? 'COORDINATOR_LOAD_IN_PROGRESS' : 'NOT_COORDINATOR';
  }

  /** Writes what an operation has led to. */
  perform(operation: Operation): void {
    const { records, replays, settled } = operation;
    const start = this.#logEnd;
    if (records.length > 0) {
      const error = this.#append(operation);
      if (error !== 'NONE') {
        this.#machine.revertTo(start);
        settled(answeredError(error));
        return;
      }
      if (replays) {
        for (const [index, { data }] of records.entries()) {
          this.#machine.replay(data, start + index + 1);
        }
      }
    }
    const delayed = new DelayedWrite(this.#partition, this.#logEnd, settled);
    const { context, writeTimeoutMs } = this.#host;
    const { waitingProduces } = this.#partition;
    delayed.completeOrWatch(context, milliseconds(writeTimeoutMs), [waitingProduces]);
  }

  /** Another broker leads the partition, or nobody. */
  close(): void {
    if (this.#state === 'closed') return;
    const wasActive = this.#state === 'active';
    this.#state = 'closed';
    this.#timers.cancelAll();
    if (wasActive) this.#machine.unloaded();
  }

  get #logEnd(): Offset {
    return this.#partition.log?.logEndOffset ?? 0;
  }

  #append({ records }: Operation): ErrorName {
    const { context, compressionType, checks } = this.#host;
    const partition = this.#partition;
    const nowMs = context.wallClockMs();
    const writeLimitBytes = partition.log?.config.maxMessageBytes ?? 0;
    const builder = new BatchBuilder({ writeLimitBytes, compressionType });
    for (const { key, value, data } of records) {
      builder.append(nowMs, { key, value, headers: [] }, undefined, data);
    }
    return appendToLeader(partition, [builder.build()], 1, 'coordinator', checks).error;
  }

  /** Replays the log to its end, also what is not committed yet (`CoordinatorLoaderImpl`). */
  #load(): void {
    if (this.#state !== 'loading') return;
    const log = this.#partition.leaderLog;
    let offset = log?.logStartOffset ?? 0;
    while (log !== undefined && offset < log.logEndOffset) {
      const { batches } = log.read(offset, readBytes, 'logEnd', true);
      const last = batches.at(-1);
      if (last === undefined) break;
      for (const batch of batches) {
        for (const { data, offsetDelta } of batch.records) {
          this.#replay(data, batch.baseOffset + offsetDelta);
        }
      }
      offset = last.lastOffset + 1;
    }
    this.#state = 'active';
    this.#machine.loaded();
    this.#host.checks.run();
  }

  #replay(data: RecordData | null, offset: Offset): void {
    if (data !== null && isCoordinatorData(data)) this.#machine.replay(data, offset + 1);
  }
}
