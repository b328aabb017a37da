import { type TopicPartition } from '../../topic-partition.ts';
import { type AssignedPartition } from '../assigned-partition.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type GroupOffset } from '../group/group-offset.ts';
import { type OffsetResetter } from '../offset-resetter.ts';
import { type PositionValidator } from '../position-validator.ts';
import { type AsyncParts } from './async-parts.ts';
import { type CommitRequestManager } from './commit-request-manager.ts';
import { type Failure } from './failure.ts';
import { Future } from './future.ts';

export interface PositionsOptions {
  readonly validator: PositionValidator;
  readonly resetter: OffsetResetter;
  /** Undefined without a group. */
  readonly commits: CommitRequestManager | undefined;
}

/** A question what is committed for these partitions, which may outlast the poll that has asked it. */
interface OpenQuestion {
  readonly partitions: readonly TopicPartition[];
  readonly result: Future<undefined>;
}

/** Finds a position for each partition (the part of `OffsetsRequestManager` that polls need). */
export class PositionsRequestManager {
  readonly #parts: AsyncParts;
  readonly #validator: PositionValidator;
  readonly #resetter: OffsetResetter;
  readonly #commits: CommitRequestManager | undefined;
  #open: OpenQuestion | undefined = undefined;
  /** Came too late for the poll that it was for. */
  #lateFailure: Failure | undefined = undefined;

  constructor(parts: AsyncParts, { validator, resetter, commits }: PositionsOptions) {
    this.#parts = parts;
    this.#validator = validator;
    this.#resetter = resetter;
    this.#commits = commits;
  }

  /** @returns When all that can be found out is found out, or what went wrong. */
  updateFetchPositions(deadlineMs: number): Future<undefined> {
    const late = this.#lateFailure;
    this.#lateFailure = undefined;
    if (late !== undefined) return Future.failed(late);
    const exception = this.#validator.validateIfNeeded();
    if (exception !== undefined) return Future.failed(final(exception));
    if (this.#parts.subscriptions.hasAllPositions) return Future.completed(undefined);
    const result = this.#findPositions(deadlineMs);
    result.whenDone(doNothing, (failure) => {
      if (this.#nowMs >= deadlineMs) this.#lateFailure = failure;
    });
    return result;
  }

  #findPositions(deadlineMs: number): Future<undefined> {
    const initializing = this.#parts.subscriptions.initializing();
    const result = new Future<undefined>();
    this.#startAtCommitted(initializing, deadlineMs).whenDone(
      () => {
        this.#reset(initializing, result);
      },
      (failure) => {
        result.fail(failure);
      },
    );
    return result;
  }

  /** Resets what has no committed offset, and what awaits a reset for other reasons. */
  #reset(initializing: readonly AssignedPartition[], result: Future<undefined>): void {
    const hopeless = this.#parts.subscriptions.resetInitializing(initializing);
    if (hopeless.length > 0) {
      result.fail(final({ name: 'NoOffsetForPartitionException', partitions: hopeless }));
      return;
    }
    const exception = this.#resetter.resetIfNeeded(() => {
      result.complete(undefined);
    });
    if (exception !== undefined) result.fail(final(exception));
  }

  #startAtCommitted(
    initializing: readonly AssignedPartition[],
    deadlineMs: number,
  ): Future<undefined> {
    const commits = this.#commits;
    if (commits === undefined || initializing.length === 0) return Future.completed(undefined);
    const open = this.#open;
    if (open !== undefined && isSameSet(open.partitions, initializing)) return open.result;

    const result = new Future<undefined>();
    this.#open = { partitions: initializing, result };
    const { defaultApiTimeoutMs } = this.#parts.config;
    const fetchDeadlineMs = Math.max(deadlineMs, this.#nowMs + defaultApiTimeoutMs);
    commits.fetches.fetchOffsets(initializing, fetchDeadlineMs).whenDone(
      ({ offsets }) => {
        this.#open = undefined;
        for (const offset of offsets) this.#moveTo(offset);
        result.complete(undefined);
      },
      (failure) => {
        this.#open = undefined;
        result.fail(failure);
      },
    );
    return result;
  }

  #moveTo({ partition, offset, leaderEpoch }: GroupOffset): void {
    const { metadata, subscriptions } = this.#parts;
    if (offset < 0 || subscriptions.get(partition.name)?.mustInitialize !== true) return;
    const { topic, partition: number } = partition;
    const currentLeader = metadata.currentLeader(topic, number);
    subscriptions.takeCommitted(partition, { offset, offsetEpoch: leaderEpoch, currentLeader });
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

function final(exception: ConsumerException): Failure {
  return { ...exception, isRetriable: false };
}

function isSameSet(one: readonly TopicPartition[], other: readonly TopicPartition[]): boolean {
  if (one.length !== other.length) return false;
  const names = new Set(one.map(({ name }) => name));
  return other.every(({ name }) => names.has(name));
}

function doNothing(): void {
  // The positions are there.
}
