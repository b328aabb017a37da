import { type Instant } from '../../kernel/time.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type Partition } from '../replica/partition.ts';

/** How far a fetcher is with one partition (`PartitionFetchState`). */
export class FetchState {
  readonly partition: Partition;
  fetchOffset: Offset;
  /** Of the leader that it follows. */
  leaderEpoch: number;
  /** Epoch of the last batch it has; -1 sends none, so that the leader cannot tell a divergence. */
  lastFetchedEpoch: number;
  /** It has to cut its log before it may fetch. */
  isTruncating: boolean;
  /** After an error it is left alone until then. */
  delayedUntil: Instant = 0;

  constructor(
    partition: Partition,
    start: {
      readonly fetchOffset: Offset;
      readonly lastFetchedEpoch: number;
      readonly isTruncating: boolean;
    },
  ) {
    this.partition = partition;
    this.leaderEpoch = partition.leaderEpoch;
    this.fetchOffset = start.fetchOffset;
    this.lastFetchedEpoch = start.lastFetchedEpoch;
    this.isTruncating = start.isTruncating;
  }

  isReady(now: Instant): boolean {
    return !this.isTruncating && this.delayedUntil <= now;
  }

  isDelayed(now: Instant): boolean {
    return this.delayedUntil > now;
  }

  /** Goes on from there, with what the log then ends with. */
  continueAt(fetchOffset: Offset, lastFetchedEpoch: number): void {
    this.fetchOffset = fetchOffset;
    this.lastFetchedEpoch = lastFetchedEpoch;
    this.isTruncating = false;
  }
}
