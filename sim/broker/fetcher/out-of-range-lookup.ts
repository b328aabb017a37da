import { type NodeIndex } from '../../kernel/process.ts';
import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { type RequestStream } from '../outgoing/request-stream.ts';
import { type FetchState } from './fetch-state.ts';
import { type FetcherParts } from './fetcher-parts.ts';
import { truncate, truncateFully } from './follower-log.ts';

/** What a look-up needs next: another request, a pause of its partitions, or nothing. */
export type LookupOutcome = 'more' | 'failed' | 'done';

const latestTimestamp = -1;
const earliestTimestamp = -2;

/**
 * Finds where a follower may go on whose offset the leader does not have: it cuts its log to the
 * leader's end, or if it is below the leader's start begins anew there
 * (`AbstractFetcherThread.fetchOffsetAndTruncate`).
 */
export class OutOfRangeLookup {
  readonly states: readonly FetchState[];
  readonly #state: FetchState;
  readonly #parts: FetcherParts;
  readonly #leaderEpoch: number;
  #timestamp = latestTimestamp;

  constructor(state: FetchState, parts: FetcherParts) {
    this.#state = state;
    this.states = [state];
    this.#parts = parts;
    this.#leaderEpoch = state.leaderEpoch;
  }

  sendNext(stream: RequestStream, to: NodeIndex): void {
    const { topic, index } = this.#state.partition;
    stream.send(to, Api.listOffsets, {
      replicaId: this.#parts.brokerId,
      isolationLevel: 0,
      topics: [
        {
          name: topic,
          partitions: [
            {
              partitionIndex: index,
              currentLeaderEpoch: this.#leaderEpoch,
              timestamp: this.#timestamp,
            },
          ],
        },
      ],
      timeoutMs: 0,
    });
  }

  answered(response: Response, states: Map<string, FetchState>): LookupOutcome {
    if (response.apiKey !== Api.listOffsets) return 'failed';
    const state = this.#state;
    const { log, name } = state.partition;
    // Metadata may have changed in the meantime.
    const isCurrent = states.get(name) === state && state.leaderEpoch === this.#leaderEpoch;
    if (!isCurrent || log === undefined) return 'done';
    const answer = response.body.topics[0]?.partitions[0];
    if (answer?.errorCode !== 'NONE') return this.#refused(states, answer?.errorCode);
    return this.#timestamp === latestTimestamp
      ? this.#foundEnd(log, answer.offset)
      : this.#foundStart(log, answer.offset);
  }

  #refused(states: Map<string, FetchState>, error: ErrorName | undefined): LookupOutcome {
    if (error !== 'FENCED_LEADER_EPOCH') return 'failed';
    states.delete(this.#state.partition.name);
    this.#parts.partitionFailed(this.#state.partition, error);
    return 'done';
  }

  #foundEnd(log: PartitionLog, leaderEnd: number): LookupOutcome {
    if (leaderEnd >= log.logEndOffset) {
      this.#timestamp = earliestTimestamp;
      return 'more';
    }
    truncate(this.#state.partition, log, this.#parts.logs, leaderEnd, 'outOfRange');
    this.#continueAt(log, leaderEnd);
    return 'done';
  }

  #foundStart(log: PartitionLog, leaderStart: number): LookupOutcome {
    if (leaderStart > log.logEndOffset) {
      truncateFully(this.#state.partition, log, this.#parts.logs, leaderStart);
    }
    this.#continueAt(log, Math.max(leaderStart, log.logEndOffset));
    return 'done';
  }

  #continueAt(log: PartitionLog, offset: number): void {
    const { truncateToHighWatermark, truncateByEndOffsetOnly } = this.#parts.switches;
    const sendsEpoch = !truncateToHighWatermark && !truncateByEndOffsetOnly;
    this.#state.continueAt(offset, sendsEpoch ? log.latestEpoch : -1);
  }
}
