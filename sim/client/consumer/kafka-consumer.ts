import { assert } from '../../kernel/assert.ts';
import { type Connection } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { CallTimer } from './blocking-call.ts';
import { CallLoop } from './call-loop.ts';
import { close } from './close.ts';
import {
  type CallEnded,
  type CloseOptions,
  type CommitCompleted,
  type CommitOptions,
  type CommittedOutcome,
  type ConsumerClient,
  type PositionOutcome,
  type TimeoutOption,
} from './consumer-client.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { createConsumerParts, type KafkaConsumerOptions } from './consumer-parts.ts';
import { noEpoch } from './fetch-position.ts';
import { Fetcher } from './fetcher.ts';
import { ConsumerCoordinator } from './group/consumer-coordinator.ts';
import { type GroupMetadata, type GroupOffset } from './group/group-offset.ts';
import { earliestTimestamp, latestTimestamp } from './list-offsets.ts';
import { ListOffsetsClient } from './list-offsets-client.ts';
import { type LookupOutcome, OffsetLookupCall } from './offset-lookup-call.ts';
import { OffsetResetter } from './offset-resetter.ts';
import { PartitionsCall, partitionsOf, type PartitionsOutcome } from './partitions-call.ts';
import { PollCall, type PollEnded, type PollParts } from './poll-call.ts';
import { PositionUpdater } from './position-updater.ts';
import { PositionValidator } from './position-validator.ts';
import { type RebalanceListener } from './rebalance-listener.ts';
import { type SubscribedPattern } from './subscribed-pattern.ts';
import { type SubscriptionState } from './subscription-state.ts';
import { PartCall, pollOnce, type Waits } from './waits.ts';

/** A consumer of the classic group protocol (`ClassicKafkaConsumer`). */
export class KafkaConsumer implements ConsumerClient {
  readonly notAssigned = 'IllegalStateException';
  readonly #parts: PollParts;
  readonly #loop: CallLoop;
  readonly #offsets: ListOffsetsClient;

  constructor(options: KafkaConsumerOptions) {
    const parts = createConsumerParts(options);
    const { groupId } = options.config;
    const { switches } = options;
    const offsets = new ListOffsetsClient(parts);
    const fetcher = new Fetcher(parts);
    const commitsFetched = switches['consumer.commitFetchPosition'] === 'on';
    const consumed = (): readonly GroupOffset[] =>
      commitsFetched ? fetcher.fetchedPositions() : parts.subscriptions.allConsumed();
    const finders = {
      ...parts,
      validator: new PositionValidator(parts),
      resetter: new OffsetResetter(parts, offsets),
      coordinator:
        groupId === undefined
          ? undefined
          : new ConsumerCoordinator(parts, groupId, { switches, consumed }),
    };
    this.#offsets = offsets;
    this.#parts = {
      ...finders,
      positions: new PositionUpdater(finders),
      fetcher,
    };
    this.#loop = new CallLoop(parts, finders.coordinator?.thread);
  }

  get subscriptions(): SubscriptionState {
    return this.#parts.subscriptions;
  }

  get groupMetadata(): GroupMetadata | undefined {
    return this.#parts.coordinator?.groupMetadata;
  }

  // What the process hears.

  connected(connection: Connection): void {
    this.#loop.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#loop.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#loop.disconnected(connection);
  }

  // Calls that do not wait.

  subscribe(topics: readonly string[], listener?: RebalanceListener): void {
    assert(this.#parts.coordinator !== undefined, 'who subscribes has a group');
    assert(topics.length > 0, 'there is a topic to subscribe to');
    const { fetcher, metadata, subscriptions } = this.#parts;
    const subscribed = new Set(topics);
    const kept = [...subscriptions.partitions()].filter(({ topic }) => subscribed.has(topic));
    fetcher.retain(new Set(kept.map(({ name }) => name)));
    if (subscriptions.subscribe(topics, listener)) metadata.requestUpdateForNewTopics();
  }

  subscribeToPattern(pattern: SubscribedPattern, listener?: RebalanceListener): void {
    const { coordinator, metadata, subscriptions } = this.#parts;
    assert(coordinator !== undefined, 'who subscribes has a group');
    assert(pattern.matchedBy === 'client', 'coordinators of classic groups match no patterns');
    subscriptions.subscribeToPattern(pattern, listener);
    coordinator.matchPattern();
    metadata.requestUpdateForNewTopics();
  }

  enforceRebalance(reason = ''): void {
    this.#coordinator.enforceRebalance(reason);
  }

  assign(partitions: readonly TopicPartition[]): ConsumerException | undefined {
    assert(partitions.length > 0, 'there is a partition to assign');
    const { fetcher, coordinator, context, metadata, subscriptions } = this.#parts;
    fetcher.retain(new Set(partitions.map(({ name }) => name)));
    // There will be no rebalance that commits the positions of what was assigned until now.
    const thrown = coordinator?.committer.autoCommitIfDue(context.wallClockMs());
    if (thrown !== undefined) return thrown;
    if (subscriptions.assignFromUser(partitions)) metadata.requestUpdateForNewTopics();
    return undefined;
  }

  seek(partition: TopicPartition, offset: Offset, leaderEpoch = noEpoch): void {
    const { metadata, subscriptions } = this.#parts;
    const { topic, partition: number } = partition;
    const currentLeader = metadata.currentLeader(topic, number);
    if (leaderEpoch >= 0) metadata.updateLastSeenEpochIfNewer(topic, number, leaderEpoch);
    subscriptions.seek(partition, { offset, offsetEpoch: leaderEpoch, currentLeader });
  }

  seekToBeginning(partition: TopicPartition): void {
    this.subscriptions.seekByReset(partition, { kind: 'earliest' });
  }

  seekToEnd(partition: TopicPartition): void {
    this.subscriptions.seekByReset(partition, { kind: 'latest' });
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.subscriptions.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.subscriptions.resume(partitions);
  }

  commitAsync(
    completed: CommitCompleted,
    { offsets = this.subscriptions.allConsumed() }: CommitOptions = {},
  ): ConsumerException | undefined {
    this.#learnEpochs(offsets);
    return this.#coordinator.commitAsync(offsets, completed);
  }

  wakeUp(): void {
    this.#loop.wakeUp();
  }

  // Calls that wait.

  poll(timeoutMs: number, ended: PollEnded): void {
    assert(this.subscriptions.type !== 'none', 'who polls has subscribed, or assigned partitions');
    this.#loop.start(new PollCall(this.#parts, timeoutMs, ended));
  }

  unsubscribe(ended: CallEnded): void {
    this.#parts.fetcher.retain(new Set());
    this.#loop.start(new PartCall(this.#unsubscribe(), ended));
  }

  commitSync(
    ended: CallEnded,
    { offsets = this.subscriptions.allConsumed(), timeoutMs }: CommitOptions & TimeoutOption = {},
  ): void {
    const { committer } = this.#coordinator;
    this.#learnEpochs(offsets);
    const part = committer.sync(offsets, this.#timer(timeoutMs), 'sync');
    const call = new PartCall(part, (outcome) => {
      ended(typeof outcome === 'boolean' ? (outcome ? undefined : timedOut) : outcome);
    });
    this.#loop.start(call);
  }

  committed(
    partitions: readonly TopicPartition[],
    ended: (outcome: CommittedOutcome) => void,
  ): void {
    const part = this.#coordinator.committed.fetch(partitions, this.#timer());
    const call = new PartCall(part, (outcome = timedOut) => {
      if ('name' in outcome) {
        ended({ offsets: [], exception: outcome });
        return;
      }
      this.#learnEpochs(outcome);
      ended({ offsets: outcome, exception: undefined });
    });
    this.#loop.start(call);
  }

  position(partition: TopicPartition, ended: (outcome: PositionOutcome) => void): void {
    const call = new PartCall(this.#awaitPosition(partition), (outcome = timedOut) => {
      if (typeof outcome === 'number') ended({ offset: outcome, exception: undefined });
      else ended({ offset: -1, exception: outcome });
    });
    this.#loop.start(call);
  }

  beginningOffsets(
    partitions: readonly TopicPartition[],
    ended: (outcome: LookupOutcome) => void,
  ): void {
    this.#lookUp(partitions, earliestTimestamp, ended);
  }

  endOffsets(partitions: readonly TopicPartition[], ended: (outcome: LookupOutcome) => void): void {
    this.#lookUp(partitions, latestTimestamp, ended);
  }

  offsetsForTimes(
    partitions: readonly TopicPartition[],
    timestamp: number,
    ended: (outcome: LookupOutcome) => void,
  ): void {
    this.#lookUp(partitions, timestamp, ended);
  }

  partitionsFor(topic: string, ended: (outcome: PartitionsOutcome) => void): void {
    const known = this.#parts.metadata.snapshot.topic(topic);
    if (known !== undefined) {
      ended({ partitions: partitionsOf(known), exception: undefined });
      return;
    }
    this.#loop.start(new PartitionsCall(this.#parts, topic, ended));
  }

  close(ended: CallEnded, options: CloseOptions = {}): void {
    this.#loop.start(new PartCall(close(this.#parts, options), ended));
  }

  get #coordinator(): ConsumerCoordinator {
    const { coordinator } = this.#parts;
    assert(coordinator !== undefined, 'there is a group.id');
    return coordinator;
  }

  *#unsubscribe(): Waits<ConsumerException | undefined> {
    const { coordinator, subscriptions } = this.#parts;
    const thrown = coordinator === undefined ? undefined : yield* coordinator.unsubscribe();
    if (thrown === undefined) subscriptions.unsubscribe();
    return thrown;
  }

  /** @returns Undefined: not in time. */
  *#awaitPosition({ name }: TopicPartition): Waits<Offset | ConsumerException | undefined> {
    const { subscriptions, positions } = this.#parts;
    const timer = this.#timer();
    do {
      const partition = subscriptions.get(name);
      assert(partition !== undefined, `${name} is assigned`);
      if (partition.hasValidPosition && partition.position !== null) {
        return partition.position.offset;
      }
      const thrown = yield* positions.update(timer);
      if (thrown !== undefined) return thrown;
      yield* pollOnce(timer);
    } while (!timer.isExpired);
    return undefined;
  }

  #learnEpochs(offsets: readonly GroupOffset[]): void {
    const { metadata } = this.#parts;
    for (const { partition, leaderEpoch } of offsets) {
      if (leaderEpoch < 0) continue;
      metadata.updateLastSeenEpochIfNewer(partition.topic, partition.partition, leaderEpoch);
    }
  }

  #timer(timeoutMs = this.#parts.config.defaultApiTimeoutMs): CallTimer {
    return new CallTimer(timeoutMs, this.#parts.context.wallClockMs());
  }

  #lookUp(
    partitions: readonly TopicPartition[],
    timestamp: number,
    ended: (outcome: LookupOutcome) => void,
  ): void {
    const targets = partitions.map((partition) => ({ partition, timestamp }));
    this.#loop.start(new OffsetLookupCall(this.#parts, this.#offsets, targets, ended));
  }
}

const timedOut: ConsumerException = { name: 'TimeoutException', partitions: [] };
