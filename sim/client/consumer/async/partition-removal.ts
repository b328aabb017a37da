import { type TopicPartition } from '../../topic-partition.ts';
import { type SubscriptionState } from '../subscription-state.ts';
import { type BackgroundEvents } from './background-events.ts';
import { failure } from './failure.ts';
import { Future } from './future.ts';
import { type Member } from './member.ts';
import { type MemberFacts } from './member-facts.ts';
import { sortedPartitions } from './sorted-partitions.ts';

/** What the taking away of partitions needs. */
export interface RemovalParts {
  readonly subscriptions: SubscriptionState;
  readonly events: BackgroundEvents;
  readonly member: Member;
  readonly facts: MemberFacts;
}

/** Takes partitions away: first from the fetches, then from the application (`ConsumerMembershipManager`). */
export class PartitionRemoval {
  readonly #parts: RemovalParts;

  constructor(parts: RemovalParts) {
    this.#parts = parts;
  }

  /** @returns When the listener has returned. */
  revoke(partitions: readonly TopicPartition[]): Future<undefined> {
    const { subscriptions, member } = this.#parts;
    const revoked = partitions.filter(({ name }) => subscriptions.get(name) !== undefined);
    subscriptions.markPendingRevocation(revoked);
    // An error that nothing mends came while a commit was waited for.
    if (member.state === 'fatal') return Future.failed(failure('KafkaException'));
    return this.#tellListener(revoked, false);
  }

  /** The same for partitions that others may have already. */
  lose(partitions: readonly TopicPartition[]): Future<undefined> {
    this.#parts.subscriptions.markPendingRevocation(partitions);
    return this.#tellListener(partitions, true);
  }

  /** Gives up everything because the member leaves. */
  releaseAll(): Future<undefined> {
    const dropped = sortedPartitions(this.#parts.subscriptions.partitions());
    if (dropped.length === 0) return Future.completed(undefined);
    return this.#parts.member.epoch > 0 ? this.revoke(dropped) : this.#tellListener(dropped, true);
  }

  #tellListener(partitions: readonly TopicPartition[], areLost: boolean): Future<undefined> {
    const { subscriptions, events, facts } = this.#parts;
    if (subscriptions.listener === undefined || partitions.length === 0) {
      facts.removed(partitions, areLost);
      return Future.completed(undefined);
    }
    const done = new Future<undefined>();
    events.add({ kind: 'removed', areLost, partitions: sortedPartitions(partitions), done });
    return done;
  }
}
