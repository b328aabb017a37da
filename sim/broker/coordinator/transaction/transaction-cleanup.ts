import { type Duration, type Instant, milliseconds } from '../../../kernel/time.ts';
import { ScheduledTask } from '../../scheduled-task.ts';
import { transactionStateTopic } from '../../../protocol/topic-name.ts';
import { transactionStates } from './transaction-state.ts';
import { type TransactionEnds } from './transaction-ends.ts';
import { type TransactionMetadata } from './transaction-metadata.ts';
import { transactionTombstone } from './transaction-records.ts';
import {
  type CachedPartition,
  type CoordinatedTransaction,
  type StateManagerParts,
  type TransactionStateManager,
} from './transaction-state-manager.ts';
import { isRefusal } from './transaction-transit.ts';

export interface CleanupParts extends StateManagerParts {
  readonly states: TransactionStateManager;
  readonly ends: TransactionEnds;
}

/** From time to time: aborts transactions that take too long, and forgets ids that nobody uses. */
export class TransactionCleanup {
  readonly #parts: CleanupParts;
  /** In Kafka the rhythm begins with the broker; a broker that coordinates nothing needs none. */
  readonly #begunAt: Instant;
  #isRunning = false;

  constructor(parts: CleanupParts) {
    this.#parts = parts;
    this.#begunAt = parts.context.monotonic();
  }

  /** The broker coordinates transactions now. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { config } = this.#parts;
    this.#every(
      'transaction-abort',
      milliseconds(config.transactionAbortTimedOutTransactionCleanupIntervalMs),
      () => {
        this.#abortTimedOut();
      },
    );
    this.#every(
      'transactional-id-expiration',
      milliseconds(config.transactionRemoveExpiredTransactionCleanupIntervalMs),
      () => {
        for (const [partition, cached] of this.#parts.states.cachedPartitions) {
          this.#expire(partition, cached);
        }
      },
    );
  }

  #every(taskName: string, period: Duration, work: () => void): void {
    const { context } = this.#parts;
    const sinceLast = (context.monotonic() - this.#begunAt) % period;
    new ScheduledTask(context, taskName, period, work).start(period - sinceLast);
  }

  #abortTimedOut(): void {
    for (const { coordinatorEpoch, byId } of this.#parts.states.cachedPartitions.values()) {
      for (const metadata of byId.values()) {
        if (this.#isTimedOut(metadata)) this.#abort({ coordinatorEpoch, metadata });
      }
    }
  }

  #isTimedOut(metadata: TransactionMetadata): boolean {
    const { pendingState, state, isTwoPhaseCommit, now } = metadata;
    if (pendingState !== undefined || state !== 'ONGOING' || isTwoPhaseCommit) return false;
    return now.startTimestampMs + now.timeoutMs < this.#nowMs;
  }

  #abort({ metadata }: CoordinatedTransaction): void {
    const { context, brokerId: broker, states, ends } = this.#parts;
    const { transactionalId, producerId, producerEpoch, now } = metadata;
    // A partition that is being read again has no transactions meanwhile.
    if (typeof states.find(transactionalId) === 'string') return;
    const transit = metadata.prepareFenceEpoch();
    if (isRefusal(transit)) return;
    context.record({
      kind: 'transactionTimedOut',
      transactionalId,
      broker,
      producerId,
      producerEpoch,
      txnUid: now.txnUid,
    });
    ends.abortFenced(metadata, transit, () => undefined);
  }

  /** Writes tombstones for ids that have long been idle. */
  #expire(partition: number, { byId, coordinatorEpoch }: CachedPartition): void {
    const { hosted, config, states, switches } = this.#parts;
    const log = hosted.get(transactionStateTopic, partition)?.log;
    if (log === undefined) return;
    const expired = [...byId.values()].filter((metadata) => this.#isExpired(metadata));
    const dying = expired.filter((metadata) => !isRefusal(metadata.prepareDead()));
    if (dying.length === 0) return;
    const records = dying.map(({ transactionalId }) => transactionTombstone(transactionalId));
    states.write(partition, records, config.requestTimeoutMs, (error) => {
      for (const metadata of dying) {
        const { transactionalId } = metadata;
        const current = states.cachedPartitions.get(partition);
        if (current?.byId.get(transactionalId) !== metadata) continue;
        const isOurs = current.coordinatorEpoch === coordinatorEpoch;
        if (error === 'NONE' && isOurs) current.byId.delete(transactionalId);
        else if (!switches.failedExpiryStaysPending) metadata.pendingState = undefined;
      }
    });
  }

  #isExpired({ pendingState, state, now }: TransactionMetadata): boolean {
    if (pendingState !== undefined || !transactionStates[state].mayExpire) return false;
    const { transactionalIdExpirationMs } = this.#parts.config;
    return now.lastUpdateTimestampMs <= this.#nowMs - transactionalIdExpirationMs;
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}
