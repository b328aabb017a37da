import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type OffsetReset } from '../../protocol/config/offset-reset.ts';
import { type Fact, type PartitionName } from '../../trace.ts';
import { type Metadata } from '../metadata.ts';
import { topicPartition } from '../topic-partition.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { noEpoch } from './fetch-position.ts';
import {
  type FoundOffset,
  type ListedOffsets,
  type OffsetQuestion,
  resetTimestamp,
} from './list-offsets.ts';
import { type ListOffsetsClient, type OffsetTarget } from './list-offsets-client.ts';
import { type SubscriptionState } from './subscription-state.ts';

export interface ResetterParts {
  readonly offsets: ListOffsetsClient;
  readonly metadata: Metadata;
  readonly subscriptions: SubscriptionState;
  readonly config: ConsumerConfig;
  readonly context: Context<Frame, Fact>;
}

type Strategies = ReadonlyMap<PartitionName, OffsetReset>;

/** Finds the positions of partitions that await a reset (`OffsetFetcher.resetPositionsIfNeeded`). */
export class OffsetResetter {
  readonly #parts: ResetterParts;
  /** Is told at the next call, once. */
  #exception: ConsumerException | undefined = undefined;

  constructor(parts: ResetterParts) {
    this.#parts = parts;
  }

  /** Asks the leaders of all partitions that need it. @returns What went wrong before. */
  resetIfNeeded(): ConsumerException | undefined {
    const exception = this.#exception;
    this.#exception = undefined;
    if (exception !== undefined) return exception;

    const { offsets, subscriptions, config, context } = this.#parts;
    const nowMs = context.wallClockMs();
    const targets: OffsetTarget[] = [];
    const strategies = new Map<PartitionName, OffsetReset>();
    for (const partition of subscriptions.needingReset(nowMs)) {
      const timestamp = resetTimestamp(partition.resetStrategy, nowMs);
      if (timestamp === undefined) continue;
      targets.push({ partition, timestamp });
      strategies.set(partition.name, partition.resetStrategy);
    }
    if (targets.length === 0) return undefined;

    for (const asked of offsets.group(targets).byLeader) {
      this.#retryNotBefore(namesOf(asked.questions), config.requestTimeoutMs);
      offsets.send(asked, {
        listed: (answer) => {
          this.#listed(answer, asked.questions, strategies);
        },
        failed: () => {
          this.#retry(namesOf(asked.questions));
        },
      });
    }
    return undefined;
  }

  /** Where nothing was found, the partition is asked for again after `request.timeout.ms`. */
  #listed(
    { found, toRetry, unauthorized }: ListedOffsets,
    questions: readonly OffsetQuestion[],
    strategies: Strategies,
  ): void {
    if (unauthorized.length > 0) {
      this.#retry(namesOf(questions));
      this.#exception ??= { name: 'TopicAuthorizationException', partitions: unauthorized };
      return;
    }
    if (toRetry.length > 0) this.#retry(toRetry);
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

  #retry(partitions: readonly PartitionName[]): void {
    this.#retryNotBefore(partitions, this.#parts.config.retryBackoffMs);
    this.#parts.metadata.requestUpdate();
  }

  #retryNotBefore(partitions: readonly PartitionName[], afterMs: number): void {
    const atMs = this.#parts.context.wallClockMs() + afterMs;
    for (const name of partitions) this.#parts.subscriptions.get(name)?.retryNotBefore(atMs);
  }
}

function namesOf(questions: readonly OffsetQuestion[]): readonly PartitionName[] {
  return questions.map(({ partition }) => partition.name);
}
