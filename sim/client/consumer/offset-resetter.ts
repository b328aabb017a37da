import { type OffsetReset } from '../../protocol/config/offset-reset.ts';
import { type PartitionName } from '../../trace.ts';
import { topicPartition } from '../topic-partition.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ReaderParts } from './consumer-parts.ts';
import { noEpoch } from './fetch-position.ts';
import {
  type FoundOffset,
  type ListedOffsets,
  type OffsetQuestion,
  resetTimestamp,
} from './list-offsets.ts';
import { type ListOffsetsClient, type OffsetTarget } from './list-offsets-client.ts';
import { QuestionRetries } from './question-retries.ts';

type Strategies = ReadonlyMap<PartitionName, OffsetReset>;

/** Finds the positions of partitions that await a reset (`OffsetFetcher.resetPositionsIfNeeded`). */
export class OffsetResetter {
  readonly #parts: ReaderParts;
  readonly #offsets: ListOffsetsClient;
  readonly #retries: QuestionRetries;
  /** Is told at the next call, once. */
  #exception: ConsumerException | undefined = undefined;

  constructor(parts: ReaderParts, offsets: ListOffsetsClient) {
    this.#parts = parts;
    this.#offsets = offsets;
    this.#retries = new QuestionRetries(parts);
  }

  /**
   * Asks the leaders of all partitions that need it; `answered` is called when all are over with, if
   * there is no exception. @returns What went wrong before.
   */
  resetIfNeeded(answered: () => void = doNothing): ConsumerException | undefined {
    const exception = this.#exception;
    this.#exception = undefined;
    if (exception !== undefined) return exception;

    const { subscriptions, context } = this.#parts;
    const nowMs = context.wallClockMs();
    const targets: OffsetTarget[] = [];
    const strategies = new Map<PartitionName, OffsetReset>();
    for (const partition of subscriptions.needingReset(nowMs)) {
      const timestamp = resetTimestamp(partition.resetStrategy, nowMs);
      if (timestamp === undefined) continue;
      targets.push({ partition, timestamp });
      strategies.set(partition.name, partition.resetStrategy);
    }
    this.#ask(targets, strategies, answered);
    return undefined;
  }

  #ask(targets: readonly OffsetTarget[], strategies: Strategies, answered: () => void): void {
    const { byLeader } = this.#offsets.group(targets);
    let unanswered = byLeader.length;
    if (unanswered === 0) answered();
    for (const asked of byLeader) {
      this.#retries.asked(asked.questions);
      this.#offsets.send(asked, {
        listed: (answer) => {
          this.#listed(answer, asked.questions, strategies);
          if (--unanswered === 0) answered();
        },
        failed: () => {
          this.#retries.failed(asked.questions);
          if (--unanswered === 0) answered();
        },
      });
    }
  }

  /** Where nothing was found, the partition is asked for again after `request.timeout.ms`. */
  #listed(
    { found, toRetry, unauthorized }: ListedOffsets,
    questions: readonly OffsetQuestion[],
    strategies: Strategies,
  ): void {
    if (unauthorized.length > 0) {
      this.#retries.failed(questions);
      this.#exception ??= { name: 'TopicAuthorizationException', partitions: unauthorized };
      return;
    }
    if (toRetry.length > 0) this.#retries.failedFor(toRetry);
    for (const { partition } of questions) {
      const offset = found.get(partition.name);
      const strategy = strategies.get(partition.name);
      if (offset === undefined || strategy === undefined) continue;
      this.#complete(partition.topic, partition.partition, offset, strategy);
    }
  }

  #complete(
    topic: string,
    partition: number,
    { offset, leaderEpoch }: FoundOffset,
    strategy: OffsetReset,
  ): void {
    const { metadata, subscriptions } = this.#parts;
    const currentLeader = metadata.currentLeader(topic, partition);
    if (leaderEpoch >= 0) metadata.updateLastSeenEpochIfNewer(topic, partition, leaderEpoch);
    const { name } = topicPartition(topic, partition);
    // Without an epoch there is nothing to validate: the leader itself has named the offset.
    subscriptions.completeReset(name, { offset, offsetEpoch: noEpoch, currentLeader }, strategy);
  }
}

function doNothing(): void {
  // Nobody waits for the answers.
}
