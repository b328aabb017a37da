import { type Context } from '../../../kernel/process.ts';
import { type Duration, milliseconds } from '../../../kernel/time.ts';
import { type Frame } from '../../../protocol/api.ts';
import { BatchBuilder } from '../../../protocol/batch-builder.ts';
import { endTransactionBatch, type EndTransactionMarker } from '../../../protocol/control-batch.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import {
  type CompressionType,
  isControlRecord,
  isCoordinatorData,
  type Offset,
  type RecordBatch,
} from '../../../protocol/record-batch.ts';
import { type Fact } from '../../../trace.ts';
import { type AppendResult } from '../../log/append-result.ts';
import { notVerified, type Verification } from '../../log/leader-append.ts';
import { noGuard } from '../../log/transaction-verification.ts';
import { appendToLeader } from '../../replica/leader-append.ts';
import { type Partition } from '../../replica/partition.ts';
import { type PurgatoryChecks } from '../../replica/purgatory-checks.ts';
import {
  answeredError,
  nothing,
  type Operation,
  ReplayError,
  type StateMachine,
} from './coordinator-operation.ts';
import { CoordinatorTimers } from './coordinator-timers.ts';
import { DelayedWrite } from './delayed-write.ts';
import { LogReplay } from './log-replay.ts';

/** Of records that belong to no transaction. */
const noProducerId = -1;
/** How long another thread may take. */
const lateEndMs = 50;

/** What the shards of one coordinator share. */
export interface ShardHost<S extends StateMachine> {
  readonly context: Context<Frame, Fact>;
  readonly checks: PurgatoryChecks;
  /** How long an operation waits for its records to be committed. */
  readonly writeTimeoutMs: number;
  readonly compressionType: CompressionType;
  readonly createMachine: (shard: ShardView) => S;
  /** Switch: a marker is answered before its transaction has ended for readers (KAFKA-17507). */
  readonly endsTransactionsLate?: boolean;
}

/** What a state machine may know and use of its partition. */
export interface ShardView {
  readonly timers: CoordinatorTimers;
  readonly highWatermark: () => Offset;
  /** When the high watermark is there, what the running operation writes first is committed. */
  readonly nextCommittedAt: () => Offset;
}

/**
 * A coordinator's state for one partition that this broker leads, replicated by the partition's log
 * (`CoordinatorRuntime.CoordinatorContext`):
 *
 * | state          | becomes                                                         |
 * | -------------- | --------------------------------------------------------------- |
 * | loading        | active when the log has been replayed; failed if it cannot be   |
 * | active, failed | closed when another broker leads, or the replica goes           |
 * | closed         | nothing: an election makes another shard                        |
 *
 * Each operation runs on the newest state, writes its records as one batch, and is answered when they
 * are committed. Kafka lets operations that are queued share a batch; here each has its own.
 */
export class CoordinatorShard<S extends StateMachine> {
  readonly #host: ShardHost<S>;
  readonly #partition: Partition;
  readonly #timers: CoordinatorTimers;
  readonly #machine: S;
  readonly #log: LogReplay;
  #state: 'loading' | 'active' | 'failed' | 'closed' = 'loading';

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
    this.#log = new LogReplay(partition);
    this.#loadIn(this.#log.firstTime);
  }

  /** The state, or why it cannot be asked. */
  get machine(): S | ErrorName {
    if (this.#state === 'active') return this.#machine;
    return this.#state === 'loading' ? 'COORDINATOR_LOAD_IN_PROGRESS' : 'NOT_COORDINATOR';
  }

  /** Writes what an operation has led to. */
  perform(operation: Operation): void {
    const { records, replays, settled, transaction } = operation;
    const producerId = transaction?.producerId ?? noProducerId;
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
          this.#machine.replay(data, start + index + 1, producerId);
        }
      }
      this.#machine.applied();
    }
    this.#whenCommitted((error) => {
      settled(answeredError(error));
    });
  }

  /**
   * Writes the marker that ends a producer's transaction. `settled` is called once: with NONE when it is
   * committed, else with the error of its append (`CoordinatorRuntime.scheduleTransactionCompletion`).
   */
  completeTransaction(
    marker: EndTransactionMarker,
    transactionVersion: number,
    settled: (error: ErrorName) => void,
  ): void {
    if (typeof this.machine === 'string') {
      settled(this.machine);
      return;
    }
    const verification = { guard: noGuard, transactionVersion };
    const { error } = this.#write(endTransactionBatch(marker), verification);
    if (error !== 'NONE') {
      settled(error);
      return;
    }
    this.#endTransaction(marker, this.#logEnd);
    this.#whenCommitted(settled);
  }

  /** Another broker leads the partition, or nobody. */
  close(): void {
    if (this.#state === 'closed') return;
    const wasActive = this.#state === 'active';
    this.#state = 'closed';
    this.#timers.cancelAll();
    if (!wasActive) return;
    const { name: partition, host } = this.#partition;
    this.#host.context.record({ kind: 'coordinatorUnloaded', partition, broker: host.brokerId });
    this.#machine.unloaded();
  }

  /** In old brokers another thread did it, after the answer. */
  #endTransaction({ producerId, type }: EndTransactionMarker, committedAt: Offset): void {
    const end = (): void => {
      this.#machine.replayMarker(producerId, type === 'commit', committedAt);
    };
    if (this.#host.endsTransactionsLate !== true) {
      end();
      return;
    }
    this.#timers.schedule(`end-transaction-${producerId}`, lateEndMs, () => {
      end();
      return nothing;
    });
  }

  get #logEnd(): Offset {
    return this.#partition.log?.logEndOffset ?? 0;
  }

  #whenCommitted(settled: (error: ErrorName) => void): void {
    const delayed = new DelayedWrite(this.#partition, this.#logEnd, settled);
    const { context, writeTimeoutMs } = this.#host;
    const { waitingProduces } = this.#partition;
    delayed.completeOrWatch(context, milliseconds(writeTimeoutMs), [waitingProduces]);
  }

  #append({ records, transaction }: Operation): ErrorName {
    const { context, compressionType } = this.#host;
    const nowMs = context.wallClockMs();
    const writeLimitBytes = this.#partition.log?.config.maxMessageBytes ?? 0;
    const builder = new BatchBuilder({ writeLimitBytes, compressionType });
    for (const { key, value, data } of records) {
      builder.append(nowMs, { key, value, headers: [] }, undefined, data);
    }
    if (transaction === undefined) return this.#write(builder.build(), notVerified).error;
    const producer = { ...transaction, baseSequence: -1, isTransactional: true };
    const { guard } = transaction;
    return this.#write(builder.build(producer), { ...notVerified, guard }).error;
  }

  #write(batch: RecordBatch, verification: Verification): AppendResult {
    const terms = { acks: 1, origin: 'coordinator', verification } as const;
    return appendToLeader(this.#partition, [batch], terms, this.#host.checks);
  }

  #loadIn(span: Duration): void {
    this.#host.context.setTimer(span, {
      taskName: 'load-coordinator',
      run: () => {
        this.#load();
      },
    });
  }

  /** Goes on replaying the log to its end, also what is not committed yet (`CoordinatorLoaderImpl`). */
  #load(): void {
    if (this.#state !== 'loading') return;
    try {
      const isOver = this.#log.read((batch) => {
        this.#replay(batch);
      });
      if (isOver) this.#loaded();
      else this.#loadIn(this.#log.nextTime);
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      this.#state = 'failed';
    }
  }

  #loaded(): void {
    this.#state = 'active';
    const { name: partition, host, leaderEpoch } = this.#partition;
    const { context, checks } = this.#host;
    context.record({ kind: 'coordinatorLoaded', partition, broker: host.brokerId, leaderEpoch });
    this.#machine.loaded();
    checks.run();
  }

  #replay({ records, baseOffset, isTransactional, producerId }: RecordBatch): void {
    for (const { data, offsetDelta } of records) {
      if (data === null) continue;
      const committedAt = baseOffset + offsetDelta + 1;
      if (isControlRecord(data)) {
        this.#machine.replayMarker(producerId, data.type === 'commit', committedAt);
      } else if (isCoordinatorData(data)) {
        this.#machine.replay(data, committedAt, isTransactional ? producerId : noProducerId);
      }
    }
  }
}
