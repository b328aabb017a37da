import { type TopicPartition } from '../../topic-partition.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type Future } from './future.ts';

/** What the background thread has for the application's thread (`BackgroundEvent`). */
export type BackgroundEvent =
  /** Is thrown by the call that comes upon it. */
  | { readonly kind: 'error'; readonly exception: ConsumerException }
  /** Take up an assignment, and tell the listener what is new of it. */
  | {
      readonly kind: 'assigned';
      readonly partitions: readonly TopicPartition[];
      readonly added: readonly TopicPartition[];
      /** Whether the member has left, or was removed from its group, since it got the assignment. */
      readonly isStale: () => boolean;
      readonly done: Future<undefined>;
    }
  /** Tell the listener that partitions are taken away, or already are. */
  | {
      readonly kind: 'removed';
      readonly areLost: boolean;
      readonly partitions: readonly TopicPartition[];
      readonly done: Future<undefined>;
    };

/** The queue of them (`BackgroundEventHandler`). */
export class BackgroundEvents {
  #events: BackgroundEvent[] = [];

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  add(event: BackgroundEvent): void {
    this.#events.push(event);
  }

  take(): readonly BackgroundEvent[] {
    if (this.#events.length === 0) return noEvents;
    const events = this.#events;
    this.#events = [];
    return events;
  }
}

const noEvents: readonly BackgroundEvent[] = [];
