import { type CommittedOutcome, type ConsumerClient } from '../consumer/consumer-client.ts';
import { type ConsumerException } from '../consumer/consumer-exception.ts';
import { type Collected, type PolledPartition } from '../consumer/fetch-collector.ts';
import { type GroupMetadata, type GroupOffset } from '../consumer/group/group-offset.ts';
import { type LookupOutcome } from '../consumer/offset-lookup-call.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { ClientException, outcomeOf, type Steps } from './steps.ts';

/** The calls of a consumer as a thread makes them: it waits for them, and they throw. */
export class ConsumerCalls {
  readonly #consumer: ConsumerClient;

  constructor(consumer: ConsumerClient) {
    this.#consumer = consumer;
  }

  /** Undefined without `group.id`. */
  get group(): GroupMetadata | undefined {
    return this.#consumer.groupMetadata;
  }

  get assigned(): readonly TopicPartition[] {
    return [...this.#consumer.subscriptions.partitions()];
  }

  /** The positions of the partitions that have one: what a commit without offsets commits. */
  get positions(): readonly GroupOffset[] {
    const positions: GroupOffset[] = [];
    for (const partition of this.#consumer.subscriptions.partitions()) {
      if (partition.position === null) continue;
      const { offset, offsetEpoch: leaderEpoch } = partition.position;
      positions.push({ partition, offset, leaderEpoch });
    }
    return positions;
  }

  assign(partitions: readonly TopicPartition[]): void {
    raise(this.#consumer.assign(partitions));
  }

  *unsubscribe(): Steps<void> {
    const exception = yield* outcomeOf<ConsumerException | undefined>((ended) => {
      this.#consumer.unsubscribe(ended);
    });
    raise(exception);
  }

  *poll(timeoutMs: number): Steps<readonly PolledPartition[]> {
    const { partitions, exception } = yield* outcomeOf<Collected>((ended) => {
      this.#consumer.poll(timeoutMs, ended);
    });
    raise(exception);
    return partitions;
  }

  /** Commits the positions: what was polled last is consumed. */
  *commitSync(): Steps<void> {
    const exception = yield* outcomeOf<ConsumerException | undefined>((ended) => {
      this.#consumer.commitSync(ended);
    });
    raise(exception);
  }

  /** Commits the positions and does not wait; nobody hears of a failure. */
  commitAsync(): void {
    raise(this.#consumer.commitAsync(ignored));
  }

  *committed(partitions: readonly TopicPartition[]): Steps<readonly GroupOffset[]> {
    const { offsets, exception } = yield* outcomeOf<CommittedOutcome>((ended) => {
      this.#consumer.committed(partitions, ended);
    });
    raise(exception);
    return offsets;
  }

  *endOffsets(partitions: readonly TopicPartition[]): Steps<void> {
    const { exception } = yield* outcomeOf<LookupOutcome>((ended) => {
      this.#consumer.endOffsets(partitions, ended);
    });
    raise(exception);
  }

  /** The next poll joins the group again; with the new protocol nothing happens. */
  enforceRebalance(reason: string): void {
    this.#consumer.enforceRebalance(reason);
  }

  seek(partition: TopicPartition, offset: number, leaderEpoch: number): void {
    this.#consumer.seek(partition, offset, leaderEpoch);
  }

  seekToBeginning(partition: TopicPartition): void {
    this.#consumer.seekToBeginning(partition);
  }
}

function raise(exception: ConsumerException | undefined): void {
  if (exception !== undefined) throw new ClientException(exception.name, exception.partitions);
}

function ignored(): void {
  // As the callback of an application that commits again soon.
}
