import { type NodeIndex } from '../../kernel/process.ts';
import { Api, type Response } from '../../protocol/api.ts';
import { type OffsetForLeaderTopic } from '../../protocol/messages/offset-for-leader-epoch-request.ts';
import { type EpochEndOffset } from '../../protocol/messages/offset-for-leader-epoch-response.ts';
import { type RequestStream } from '../outgoing/request-stream.ts';
import { type FetchState } from './fetch-state.ts';
import { type FetcherParts } from './fetcher-parts.ts';
import { truncate } from './follower-log.ts';
import { type LookupOutcome } from './out-of-range-lookup.ts';

/**
 * Asks the leader for the end of the last epoch of each log, and cuts the log there, as followers did
 * from KIP-101 until KIP-279: whatever epoch the answer is about. Only with `repl.truncate=epoch1`.
 */
export class EpochLookup {
  readonly states: readonly FetchState[];
  readonly #parts: FetcherParts;

  constructor(states: readonly FetchState[], parts: FetcherParts) {
    this.states = states;
    this.#parts = parts;
  }

  sendNext(stream: RequestStream, to: NodeIndex): void {
    const topics = this.states.map(({ partition, leaderEpoch }): OffsetForLeaderTopic => ({
      topic: partition.topic,
      partitions: [
        {
          partition: partition.index,
          currentLeaderEpoch: leaderEpoch,
          leaderEpoch: partition.log?.latestEpoch ?? -1,
        },
      ],
    }));
    stream.send(to, Api.offsetForLeaderEpoch, { replicaId: this.#parts.brokerId, topics });
  }

  answered(response: Response, states: Map<string, FetchState>): LookupOutcome {
    if (response.apiKey !== Api.offsetForLeaderEpoch) return 'failed';
    let hasFailed = false;
    for (const { topic, partitions } of response.body.topics) {
      for (const end of partitions) {
        const state = states.get(`${topic}-${end.partition}`);
        if (state === undefined || !this.states.includes(state)) continue;
        if (end.errorCode === 'NONE') this.#truncate(state, end);
        else hasFailed = true;
      }
    }
    return hasFailed ? 'failed' : 'done';
  }

  #truncate(state: FetchState, { endOffset }: EpochEndOffset): void {
    const { partition } = state;
    const { log } = partition;
    if (log === undefined) return;
    // The initial offset is the high watermark.
    const offset = endOffset < 0 ? state.fetchOffset : Math.min(endOffset, log.logEndOffset);
    truncate(
      partition,
      log,
      this.#parts.logs,
      offset,
      endOffset < 0 ? 'highWatermark' : 'diverged',
    );
    state.continueAt(offset, -1);
  }
}
