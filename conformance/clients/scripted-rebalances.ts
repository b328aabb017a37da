import { type ConsumerException } from '../../sim/client/consumer/consumer-exception.ts';
import {
  type CommitInCallback,
  type RebalanceListener,
} from '../../sim/client/consumer/rebalance-listener.ts';
import { type TopicPartition } from '../../sim/client/topic-partition.ts';
import { type SeenEvent } from './seen-events.ts';

/** A rebalance listener whose calls are noted, and that may commit when partitions are revoked. */
export class ScriptedRebalances implements RebalanceListener {
  readonly #note: (event: SeenEvent) => void;
  readonly #commits: boolean;

  constructor(note: (event: SeenEvent) => void, commits: boolean) {
    this.#note = note;
    this.#commits = commits;
  }

  onPartitionsAssigned(partitions: readonly TopicPartition[]): void {
    this.#called('assigned', partitions);
  }

  onPartitionsLost(partitions: readonly TopicPartition[]): void {
    this.#called('lost', partitions);
  }

  onPartitionsRevoked(partitions: readonly TopicPartition[]): CommitInCallback | undefined {
    this.#called('revoked', partitions);
    if (!this.#commits) return undefined;
    return {
      ended: (exception) => {
        this.#note(outcomeOf('commitSync', exception));
      },
    };
  }

  #called(callback: string, partitions: readonly TopicPartition[]): void {
    this.#note({ callback, partitions: partitions.map(({ name }) => name) });
  }
}

/** What is seen when a call without a result is over. */
export function outcomeOf(call: string, exception: ConsumerException | undefined): SeenEvent {
  if (exception === undefined) return { returned: call };
  return { threw: call, error: exception.name };
}
