import { type Endpoint } from '../../protocol/addresses.ts';
import { javaHashCode, positiveHash } from '../../protocol/java-hash.ts';
import { type Partition } from '../replica/partition.ts';
import { FetchState } from './fetch-state.ts';
import { type FetcherParts } from './fetcher-parts.ts';
import { ReplicaFetcher } from './replica-fetcher.ts';

/** The fetchers of a broker: for each source broker as many as configured (`ReplicaFetcherManager`). */
export class FetcherManager {
  readonly #parts: FetcherParts;
  /** `num.replica.fetchers`. */
  readonly #fetchersPerSource: number;
  readonly #fetchers = new Map<string, ReplicaFetcher>();
  readonly #fetcherOf = new Map<Partition, ReplicaFetcher>();

  constructor(parts: FetcherParts, fetchersPerSource: number) {
    this.#parts = parts;
    this.#fetchersPerSource = fetchersPerSource;
  }

  /** Begins to copy the partition from its leader, from the end of what is here. */
  add(partition: Partition, source: Endpoint): void {
    const { log } = partition;
    if (log === undefined) return;
    const { truncateToHighWatermark, truncateByEndOffsetOnly } = this.#parts.switches;
    const isOldTruncation = truncateToHighWatermark || truncateByEndOffsetOnly;
    const isTruncating = isOldTruncation || log.latestEpoch < 0;
    const fetcher = this.#fetcherFor(partition, source);
    this.#fetcherOf.set(partition, fetcher);
    fetcher.add(
      new FetchState(partition, {
        fetchOffset: isTruncating ? log.highWatermark : log.logEndOffset,
        lastFetchedEpoch: isOldTruncation ? -1 : log.latestEpoch,
        isTruncating,
      }),
    );
  }

  /**
   * Goes on as before with a leader of which only the epoch is new. Only with
   * `repl.truncateOnEpochChangeOnly=leaderId`; the next fetch does not let the leader see a divergence.
   */
  changeEpochOnly(partition: Partition): boolean {
    const state = this.#fetcherOf.get(partition)?.states.get(partition.name);
    if (state === undefined) return false;
    state.leaderEpoch = partition.leaderEpoch;
    state.lastFetchedEpoch = -1;
    return true;
  }

  remove(partition: Partition): void {
    this.#fetcherOf.get(partition)?.remove(partition);
    this.#fetcherOf.delete(partition);
  }

  shutDownIdle(): void {
    for (const [key, fetcher] of this.#fetchers) {
      if (fetcher.states.size > 0) continue;
      fetcher.shutDown();
      this.#fetchers.delete(key);
    }
  }

  shutDown(): void {
    for (const fetcher of this.#fetchers.values()) fetcher.shutDown();
    this.#fetchers.clear();
    this.#fetcherOf.clear();
  }

  #fetcherFor({ topic, index }: Partition, source: Endpoint): ReplicaFetcher {
    const hash = (Math.imul(31, javaHashCode(topic)) + index) | 0;
    const fetcherId = positiveHash(hash) % this.#fetchersPerSource;
    const key = `${source.nodeId}-${fetcherId}`;
    const known = this.#fetchers.get(key);
    const isSameSource = known?.source.host === source.host && known.source.port === source.port;
    if (known !== undefined && isSameSource) return known;
    known?.shutDown();
    const made = new ReplicaFetcher(this.#parts, source, fetcherId);
    this.#fetchers.set(key, made);
    return made;
  }
}
