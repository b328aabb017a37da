import { type PartitionName } from '../../../trace.ts';
import { type MetadataListener } from '../../metadata.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type FoundOffset, type ListedOffsets } from '../list-offsets.ts';
import { type ListOffsetsClient, type OffsetTarget } from '../list-offsets-client.ts';
import { type AsyncParts } from './async-parts.ts';
import { disconnectFailure, failureOfError } from './failure.ts';
import { Future } from './future.ts';

/** Without the partitions that have no record so young. */
export type FoundOffsets = ReadonlyMap<PartitionName, FoundOffset>;

/** A call that looks offsets up, and what is left of it to find. */
interface Lookup {
  readonly found: Map<PartitionName, FoundOffset>;
  readonly result: Future<FoundOffsets>;
  left: readonly OffsetTarget[];
}

/**
 * Answers `beginningOffsets` and its like: asks the leaders, and those of what is left again whenever
 * there are new metadata (the part of `OffsetsRequestManager` that they need).
 */
export class OffsetLookups implements MetadataListener {
  readonly #parts: AsyncParts;
  readonly #offsets: ListOffsetsClient;
  #waiting: Lookup[] = [];

  constructor(parts: AsyncParts, offsets: ListOffsetsClient) {
    this.#parts = parts;
    this.#offsets = offsets;
    parts.metadata.addListener(this);
  }

  /** Tries again until the caller gives up. */
  fetchOffsets(partitions: readonly TopicPartition[], timestamp: number): Future<FoundOffsets> {
    const { interest, metadata } = this.#parts;
    const result = new Future<FoundOffsets>();
    const topics = new Set(partitions.map(({ topic }) => topic));
    interest.transientTopics = topics;
    const isKnown = [...topics].every((topic) => metadata.snapshot.topic(topic) !== undefined);
    if (!isKnown) metadata.requestUpdateForNewTopics();
    result.whenOver(() => {
      interest.transientTopics = new Set();
    });
    const left = partitions.map((partition) => ({ partition, timestamp }));
    this.#ask({ found: new Map(), result, left });
    return result;
  }

  metadataUpdated(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const lookup of waiting) this.#ask(lookup);
  }

  metadataClosed(): void {
    this.#waiting = [];
  }

  #ask(lookup: Lookup): void {
    if (lookup.result.isDone) return;
    const { byLeader, unreachable } = this.#offsets.group(lookup.left);
    const toRetry = new Set(unreachable.map(({ partition }) => partition.name));
    let unanswered = byLeader.length;
    if (unanswered === 0) this.#roundEnded(lookup, toRetry);
    for (const asked of byLeader) {
      this.#offsets.send(asked, {
        listed: (answer) => {
          takeIn(answer, lookup, toRetry);
          if (--unanswered === 0) this.#roundEnded(lookup, toRetry);
        },
        failed: () => {
          lookup.result.fail(disconnectFailure);
        },
      });
    }
  }

  #roundEnded(lookup: Lookup, toRetry: ReadonlySet<PartitionName>): void {
    lookup.left = lookup.left.filter(({ partition }) => toRetry.has(partition.name));
    if (lookup.left.length === 0) {
      lookup.result.complete(lookup.found);
      return;
    }
    this.#waiting.push(lookup);
    this.#parts.metadata.requestUpdate();
  }
}

function takeIn(
  { found, toRetry, unauthorized }: ListedOffsets,
  lookup: Lookup,
  again: Set<PartitionName>,
): void {
  if (unauthorized.length > 0) lookup.result.fail(failureOfError('TOPIC_AUTHORIZATION_FAILED'));
  for (const [name, offset] of found) lookup.found.set(name, offset);
  for (const name of toRetry) again.add(name);
}
