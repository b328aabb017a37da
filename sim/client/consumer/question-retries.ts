import { type PartitionName } from '../../trace.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { type ReaderParts } from './consumer-parts.ts';

/** What is asked of a leader, each about one partition. */
type Questions = readonly { readonly partition: TopicPartition }[];

/**
 * When leaders may be asked about partitions again: once `request.timeout.ms` has passed, or
 * `retry.backoff.ms` after a failure (`SubscriptionState.setNextAllowedRetry`, `requestFailed`).
 */
export class QuestionRetries {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  asked(questions: Questions): void {
    this.#notBefore(namesOf(questions), this.#parts.config.requestTimeoutMs);
  }

  /** The leaders may be others: metadata are asked for, too. */
  failed(questions: Questions): void {
    this.failedFor(namesOf(questions));
  }

  failedFor(partitions: readonly PartitionName[]): void {
    this.#notBefore(partitions, this.#parts.config.retryBackoffMs);
    this.#parts.metadata.requestUpdate();
  }

  #notBefore(partitions: readonly PartitionName[], afterMs: number): void {
    const { context, subscriptions } = this.#parts;
    const atMs = context.wallClockMs() + afterMs;
    for (const name of partitions) subscriptions.get(name)?.retryNotBefore(atMs);
  }
}

function namesOf(questions: Questions): readonly PartitionName[] {
  return questions.map(({ partition }) => partition.name);
}
