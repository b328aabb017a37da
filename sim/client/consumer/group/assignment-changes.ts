import { type TopicPartition } from '../../topic-partition.ts';
import { comparePartitions } from '../assignors/assignable-group.ts';
import { CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { silentListener } from '../rebalance-listener.ts';
import { type Waits } from '../waits.ts';
import { type Committer } from './committer.ts';
import { type Generation, noGeneration } from './generation.ts';
import { type GroupParts } from './group-parts.ts';

/**
 * Gives and takes partitions as the group wants it, and tells the application's listener
 * (`ConsumerRebalanceListenerInvoker`). Partitions are taken away after the listener has returned, and
 * given before it is called.
 */
export class AssignmentChanges {
  readonly #parts: GroupParts;
  readonly #committer: Committer;
  /** Ghost: as whom the member got what is assigned. */
  #holder: Generation = noGeneration;

  constructor(parts: GroupParts, committer: Committer) {
    this.#parts = parts;
    this.#committer = committer;
  }

  /** What is assigned now, in ascending order. */
  owned(): readonly TopicPartition[] {
    return [...this.#parts.subscriptions.partitions()].sort(comparePartitions);
  }

  /**
   * Tells the listener, which may commit. The partitions stay assigned.
   * @returns What ends the call; then the partitions are not given up.
   */
  *revoke(partitions: readonly TopicPartition[]): Waits<ConsumerException | undefined> {
    const { subscriptions, config, context } = this.#parts;
    const { listener = silentListener } = subscriptions;
    const commit = listener.onPartitionsRevoked(partitions);
    if (commit === undefined) return undefined;
    const timer = new CallTimer(config.defaultApiTimeoutMs, context.wallClockMs());
    const offsets = commit.offsets ?? subscriptions.allConsumed();
    const outcome = yield* this.#committer.sync(offsets, timer, 'sync');
    if (typeof outcome !== 'boolean' && outcome.name === 'WakeupException') return outcome;
    if (outcome === false) commit.ended({ name: 'TimeoutException', partitions: [] });
    else commit.ended(outcome === true ? undefined : outcome);
    return undefined;
  }

  /** Tells the listener that all partitions may have gone to another member, and gives them up. */
  lose(): void {
    const { subscriptions } = this.#parts;
    const lost = this.owned();
    const { listener = silentListener } = subscriptions;
    listener.onPartitionsLost(lost);
    subscriptions.assignFromSubscribed([]);
    this.#tellRevoked(lost, true);
  }

  /** Takes `partitions` away, and leaves `kept`; the latter in the order in which they are fetched. */
  giveUp(partitions: readonly TopicPartition[], kept: readonly TopicPartition[]): void {
    this.#parts.subscriptions.assignFromSubscribed(kept);
    this.#tellRevoked(partitions, false);
  }

  /** Takes up a new assignment. `dropped` is what was assigned and is no more. */
  takeUp(assigned: readonly TopicPartition[], dropped: readonly TopicPartition[]): void {
    const { subscriptions, membership, context } = this.#parts;
    const before = new Set(this.owned().map(({ name }) => name));
    const added = assigned.filter(({ name }) => !before.has(name));
    subscriptions.assignFromSubscribed(assigned);
    this.#tellRevoked(dropped, false);
    this.#holder = membership.generation;
    const { generationId, memberId } = membership.generation;
    context.record({
      kind: 'partitionsAssigned',
      groupId: membership.groupId,
      memberId,
      instanceId: membership.instanceId,
      generation: generationId,
      added: added.map(({ name }) => name),
      owned: assigned.map(({ name }) => name),
    });
    const { listener = silentListener } = subscriptions;
    listener.onPartitionsAssigned(added);
  }

  #tellRevoked(partitions: readonly TopicPartition[], areLost: boolean): void {
    const { membership, context } = this.#parts;
    const { generationId, memberId } = this.#holder;
    if (partitions.length === 0) return;
    context.record({
      kind: 'partitionsRevoked',
      groupId: membership.groupId,
      memberId,
      generation: generationId,
      partitions: partitions.map(({ name }) => name),
      areLost,
    });
  }
}
