import { type FetchResponse, type PartitionData } from '../../protocol/messages/fetch-response.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { type Partition } from '../replica/partition.ts';
import { type FetchState } from './fetch-state.ts';
import { type FetcherParts } from './fetcher-parts.ts';
import { type AskedPartition, type FetcherSession } from './fetcher-session.ts';
import { appendAsFollower, followHighWatermark, recordLogStart, truncate } from './follower-log.ts';
import { truncationPoint } from './truncation-point.ts';

/** What is left to do for a fetcher after it has applied an answer. */
export interface ReplyOutcome {
  /** To be left alone for a while. */
  readonly failed: FetchState[];
  readonly outOfRange: FetchState[];
  readonly movedHighWatermarks: Partition[];
}

/** Applies the answers to a fetcher's requests (`AbstractFetcherThread.processFetchRequest`). */
export class FetchReply {
  readonly #parts: FetcherParts;
  readonly #session: FetcherSession;
  readonly #states: Map<string, FetchState>;

  constructor(parts: FetcherParts, session: FetcherSession, states: Map<string, FetchState>) {
    this.#parts = parts;
    this.#session = session;
    this.#states = states;
  }

  process(response: FetchResponse): ReplyOutcome {
    const outcome: ReplyOutcome = { failed: [], outOfRange: [], movedHighWatermarks: [] };
    const diverging: { readonly partition: Partition; readonly data: PartitionData }[] = [];
    for (const { topicId, partitions } of response.responses) {
      for (const data of partitions) {
        const asked = this.#session.asked(topicId, data.partitionIndex);
        if (asked === undefined) continue;
        const { partition } = asked;
        const state = this.#states.get(partition.name);
        const isDiverging = data.errorCode === 'NONE' && data.divergingEpoch.epoch >= 0;
        if (isDiverging && this.#appliesDivergence(asked, state)) {
          diverging.push({ partition, data });
        } else if (state !== undefined && this.#isCurrent(asked, state)) {
          this.#apply(state, data, asked.leaderEpoch, outcome);
        }
      }
    }
    // Last, so that a log that is cut does not take the high watermark of the same answer.
    for (const { partition, data } of diverging) this.#truncate(partition, data);
    return outcome;
  }

  #appliesDivergence(asked: AskedPartition, state: FetchState | undefined): boolean {
    if (this.#parts.switches.noFetchStateCheckOnReply) return true;
    return state !== undefined && this.#isCurrent(asked, state);
  }

  /** Nothing has happened to the partition since it was asked for. */
  #isCurrent(asked: AskedPartition, state: FetchState): boolean {
    const { switches, context } = this.#parts;
    if (!state.isReady(context.monotonic())) return false;
    const isSameOffset = asked.fetchOffset === state.fetchOffset;
    const isSameEpoch = asked.leaderEpoch === state.leaderEpoch;
    return (
      (isSameOffset || switches.noFetchStateCheckOnReply) &&
      (isSameEpoch || switches.noFetchEpochCheckOnReply)
    );
  }

  #apply(state: FetchState, data: PartitionData, askedEpoch: number, outcome: ReplyOutcome): void {
    switch (data.errorCode) {
      case 'NONE':
        this.#append(state, data, outcome);
        return;
      case 'OFFSET_OUT_OF_RANGE':
        outcome.outOfRange.push(state);
        return;
      case 'FENCED_LEADER_EPOCH':
        // The leader is in a later epoch, of which metadata will tell, if they have not yet.
        if (askedEpoch === state.leaderEpoch) this.#fail(state, 'FENCED_LEADER_EPOCH');
        else outcome.failed.push(state);
        return;
      default:
        outcome.failed.push(state);
    }
  }

  #append(state: FetchState, data: PartitionData, outcome: ReplyOutcome): void {
    const { partition } = state;
    const { log } = partition;
    if (log?.logEndOffset !== state.fetchOffset) {
      this.#fail(state, 'offset mismatch');
      return;
    }
    const batches = data.records ?? [];
    if (batches.length > 0) {
      const { logs } = this.#parts;
      const result = appendAsFollower(partition, log, logs, batches, state.leaderEpoch);
      if (result.error === 'CORRUPT_MESSAGE' || result.error === 'INVALID_RECORD') {
        outcome.failed.push(state);
        return;
      }
      if (result.error !== 'NONE') {
        if (result.error === 'KAFKA_STORAGE_ERROR') partition.host.storageFailed();
        this.#fail(state, result.error);
        return;
      }
      if (result.batches.length > 0) state.fetchOffset = result.lastOffset + 1;
      if (result.lastLeaderEpoch >= 0) this.#setLastEpoch(state, result.lastLeaderEpoch);
    } else if (this.#parts.switches.clearLastEpochOnEmpty) {
      state.lastFetchedEpoch = -1;
    }
    this.#followEnds(state, log, data, outcome);
  }

  #setLastEpoch(state: FetchState, epoch: number): void {
    const { truncateToHighWatermark, truncateByEndOffsetOnly } = this.#parts.switches;
    // Kafka before KIP-595 did not send it.
    if (truncateToHighWatermark || truncateByEndOffsetOnly) return;
    state.lastFetchedEpoch = epoch;
  }

  /** The leader's high watermark and log start, after its records. */
  #followEnds(
    state: FetchState,
    log: PartitionLog,
    data: PartitionData,
    outcome: ReplyOutcome,
  ): void {
    const { partition } = state;
    if (followHighWatermark(partition, log, data.highWatermark)) {
      outcome.movedHighWatermarks.push(partition);
    }
    if (data.logStartOffset <= log.logStartOffset) return;
    const moved = log.incrementLogStart(data.logStartOffset);
    if (moved === 'moved') recordLogStart(partition, log.logStartOffset, 'leader');
    else if (moved === 'OFFSET_OUT_OF_RANGE') this.#fail(state, 'log start above high watermark');
  }

  #truncate(partition: Partition, { divergingEpoch, highWatermark }: PartitionData): void {
    const { log } = partition;
    if (log === undefined) return;
    if (this.#parts.switches.highWatermarkBeforeTruncate) {
      followHighWatermark(partition, log, highWatermark);
    }
    const { epoch, endOffset } = divergingEpoch;
    const offset = truncationPoint(log, { leaderEpoch: epoch, endOffset });
    truncate(partition, log, this.#parts.logs, offset, 'diverged');
    this.#states.get(partition.name)?.continueAt(offset, log.latestEpoch);
  }

  #fail(state: FetchState, why: string): void {
    this.#states.delete(state.partition.name);
    this.#parts.partitionFailed(state.partition, why);
  }
}
