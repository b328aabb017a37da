import { Api } from '../../../protocol/api.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type AsyncParts } from './async-parts.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { type Failure, timeoutFailure } from './failure.ts';
import { Future } from './future.ts';
import { type CommitManagerOptions } from './commit-switches.ts';
import { type GroupSender, staleEpochName } from './group-sender.ts';
import { type FetchedOffsets, OffsetFetchAttempts } from './offset-fetch-attempts.ts';
import { noteEpochs } from './offset-epochs.ts';
import { RequestState } from './request-state.ts';

/** Asks what the group has committed (the part of `CommitRequestManager` that does it). */
export class OffsetFetches {
  readonly #parts: AsyncParts;
  readonly #sender: GroupSender;
  readonly #coordinators: CoordinatorRequestManager;
  readonly #staleIsNothing: boolean;
  #unsent: OffsetFetchAttempts[] = [];
  #open: OffsetFetchAttempts[] = [];

  constructor(parts: AsyncParts, { sender, coordinators, switches }: CommitManagerOptions) {
    this.#staleIsNothing = switches.staleIsNothing;
    this.#parts = parts;
    this.#sender = sender;
    this.#coordinators = coordinators;
  }

  fetchOffsets(partitions: readonly TopicPartition[], deadlineMs: number): Future<FetchedOffsets> {
    const result = new Future<FetchedOffsets>();
    if (partitions.length === 0) {
      result.complete({ offsets: [], unknown: [] });
      return result;
    }
    const fetch = new OffsetFetchAttempts({
      groupId: this.#sender.groupId,
      partitions,
      deadlineMs,
      state: new RequestState(this.#parts.backoff),
      coordinators: this.#coordinators,
    });
    this.#fetchUntilDone(fetch, result);
    return result;
  }

  #fetchUntilDone(fetch: OffsetFetchAttempts, result: Future<FetchedOffsets>): void {
    const same =
      this.#unsent.find((other) => other.isSameQuestion(fetch)) ??
      this.#open.find((other) => other.isSameQuestion(fetch));
    if (same === undefined) this.#unsent.push(fetch);
    else same.future.passTo(fetch.future);
    fetch.future.whenDone(
      (fetched) => {
        this.#forget(fetch);
        this.#fetched(fetch, fetched, result);
      },
      (reason) => {
        this.#forget(fetch);
        if (this.#staleIsNothing && reason.name === staleEpochName) {
          result.complete({ offsets: [], unknown: fetch.partitions });
          return;
        }
        if (!reason.isRetriable && !this.#sender.hasNewerEpoch(reason)) result.fail(reason);
        else if (fetch.isExpired(this.#nowMs)) result.fail(timeoutFailure);
        else this.#fetchAgain(fetch, result);
      },
    );
  }

  #fetched(
    fetch: OffsetFetchAttempts,
    fetched: FetchedOffsets,
    result: Future<FetchedOffsets>,
  ): void {
    const nowMs = this.#nowMs;
    const mayWait = fetch.remainingMs(nowMs) > fetch.state.remainingBackoffMs(nowMs);
    if (fetched.unknown.length > 0 && mayWait) {
      this.#fetchAgain(fetch, result);
      return;
    }
    noteEpochs(this.#parts, fetched.offsets);
    this.#parts.context.record({
      kind: 'committedOffsetsReceived',
      groupId: this.#sender.groupId,
      from: fetch.askedOf,
      offsets: fetched.offsets.map(({ partition, offset }) => {
        return { partition: partition.name, offset };
      }),
      topicIds: fetched.offsets.map(({ partition }) => fetch.idOf(partition.topic)),
      requireStable: true,
      askedAt: fetch.askedAt,
    });
    result.complete(fetched);
  }

  #fetchAgain(fetch: OffsetFetchAttempts, result: Future<FetchedOffsets>): void {
    fetch.retry();
    this.#fetchUntilDone(fetch, result);
  }

  #forget(fetch: OffsetFetchAttempts): void {
    this.#open = this.#open.filter((other) => other !== fetch);
  }

  /** @returns After how long the next one is due. */
  sendDue(nowMs: number): number {
    if (this.#unsent.length === 0) return Infinity;
    let waitMs = Infinity;
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const fetch of unsent) {
      if (fetch.state.canSend(nowMs)) this.#send(fetch);
      else {
        this.#unsent.push(fetch);
        waitMs = Math.min(waitMs, fetch.state.remainingBackoffMs(nowMs));
      }
    }
    return waitMs;
  }

  /** What has not been sent is not sent any more. */
  failUnsent(reason: Failure): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const { future } of unsent) future.fail(reason);
  }

  #send(fetch: OffsetFetchAttempts): void {
    const { network, metadata, context } = this.#parts;
    const { coordinator } = this.#coordinators;
    if (coordinator === undefined) return;
    const { body, maxVersion } = fetch.request(this.#sender.memberInfo, metadata);
    fetch.state.sent();
    fetch.askedAt = context.monotonic();
    fetch.askedOf = this.#coordinators.brokerId;
    this.#open.push(fetch);
    network.send(coordinator, Api.offsetFetch, body, fetch, versionOf(maxVersion));
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

function versionOf(maxVersion: number | undefined) {
  return maxVersion === undefined ? undefined : { maxVersion };
}
