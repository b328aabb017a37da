import { type PartitionName } from '../../trace.ts';
import { type BlockingCall, callEnded, CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerParts } from './consumer-parts.ts';
import { type FoundOffset, type ListedOffsets } from './list-offsets.ts';
import { type ListOffsetsClient, type OffsetTarget } from './list-offsets-client.ts';

export interface LookupOutcome {
  /** Without the partitions that have no record so young. */
  readonly offsets: ReadonlyMap<PartitionName, FoundOffset>;
  readonly exception: ConsumerException | undefined;
}

/**
 * `beginningOffsets`, `endOffsets` and `offsetsForTimes`: asks the leaders, in rounds with new metadata
 * between them, until all have answered (`OffsetFetcher.fetchOffsetsByTimes`).
 */
export class OffsetLookupCall implements BlockingCall {
  readonly #parts: ConsumerParts;
  readonly #offsets: ListOffsetsClient;
  readonly #ended: (outcome: LookupOutcome) => void;
  readonly #timer: CallTimer;
  readonly #found = new Map<PartitionName, FoundOffset>();
  #left: readonly OffsetTarget[];
  #round: LookupRound | undefined = undefined;
  /** The metadata that are to be exceeded before the next round. */
  #metadataVersion = 0;
  #exception: ConsumerException | undefined = undefined;

  constructor(
    parts: ConsumerParts,
    offsets: ListOffsetsClient,
    targets: readonly OffsetTarget[],
    ended: (outcome: LookupOutcome) => void,
  ) {
    this.#parts = parts;
    this.#offsets = offsets;
    this.#left = targets;
    this.#ended = ended;
    this.#timer = new CallTimer(parts.config.defaultApiTimeoutMs, parts.context.wallClockMs());
    this.#showInterest();
    this.#metadataVersion = parts.metadata.updateVersion - 1;
  }

  get mayWait(): boolean {
    return this.#round?.isOver !== true;
  }

  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    this.#timer.update(nowMs);
    if (thrown !== undefined) return this.#end(thrown);
    const round = this.#round;
    if (round?.isOver === true) {
      if (round.exception !== undefined) return this.#end(round.exception);
      this.#takeIn(round);
      if (this.#left.length === 0) return this.#end(undefined);
      this.#round = undefined;
      this.#metadataVersion = this.#parts.metadata.requestUpdate();
    } else if (this.#timer.isExpired) {
      return this.#end({ name: 'TimeoutException', partitions: [] });
    } else if (
      round === undefined &&
      this.#parts.metadata.updateVersion !== this.#metadataVersion
    ) {
      if (this.#left.length === 0) return this.#end(undefined);
      this.#round = new LookupRound(this.#offsets, this.#left);
    }
    return this.#timer.remainingMs;
  }

  deliver(): void {
    this.#parts.interest.transientTopics = new Set();
    this.#ended({ offsets: this.#found, exception: this.#exception });
  }

  #showInterest(): void {
    const { interest, metadata } = this.#parts;
    const topics = new Set(this.#left.map(({ partition }) => partition.topic));
    interest.transientTopics = topics;
    for (const topic of topics) {
      if (metadata.snapshot.topic(topic) !== undefined) continue;
      metadata.requestUpdateForNewTopics();
      return;
    }
  }

  #takeIn({ found, toRetry, hasFailed }: LookupRound): void {
    if (hasFailed) return;
    for (const [name, offset] of found) this.#found.set(name, offset);
    this.#left = this.#left.filter(({ partition }) => toRetry.has(partition.name));
  }

  #end(exception: ConsumerException | undefined): typeof callEnded {
    this.#exception = exception;
    return callEnded;
  }
}

/** One request to each leader; what one answers counts only if all do. */
class LookupRound {
  readonly found = new Map<PartitionName, FoundOffset>();
  readonly toRetry: Set<PartitionName>;
  hasFailed = false;
  exception: ConsumerException | undefined = undefined;
  #unanswered: number;

  constructor(offsets: ListOffsetsClient, targets: readonly OffsetTarget[]) {
    const { byLeader, unreachable } = offsets.group(targets);
    this.toRetry = new Set(unreachable.map(({ partition }) => partition.name));
    this.#unanswered = byLeader.length;
    for (const asked of byLeader) {
      offsets.send(asked, {
        listed: (answer) => {
          this.#listed(answer);
        },
        failed: () => {
          this.hasFailed = true;
        },
      });
    }
  }

  get isOver(): boolean {
    return this.hasFailed || this.#unanswered === 0;
  }

  #listed({ found, toRetry, unauthorized }: ListedOffsets): void {
    this.#unanswered -= 1;
    for (const [name, offset] of found) this.found.set(name, offset);
    for (const name of toRetry) this.toRetry.add(name);
    if (unauthorized.length === 0) return;
    this.hasFailed = true;
    this.exception ??= { name: 'TopicAuthorizationException', partitions: unauthorized };
  }
}
