import { type Connection } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type Offset } from '../../../protocol/record-batch.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import {
  type CallEnded,
  type CloseOptions,
  type CommitCompleted,
  type CommitOptions,
  type CommittedOutcome,
  type ConsumerClient,
  type PositionOutcome,
  type TimeoutOption,
} from '../consumer-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type KafkaConsumerOptions } from '../consumer-parts.ts';
import { type Collected } from '../fetch-collector.ts';
import { noEpoch } from '../fetch-position.ts';
import { type GroupMetadata } from '../group/group-offset.ts';
import { earliestTimestamp, latestTimestamp } from '../list-offsets.ts';
import { type LookupOutcome } from '../offset-lookup-call.ts';
import { partitionsOf, type PartitionsOutcome } from '../partitions-call.ts';
import { type RebalanceListener } from '../rebalance-listener.ts';
import { type SubscribedPattern } from '../subscribed-pattern.ts';
import { type SubscriptionState } from '../subscription-state.ts';
import { Notice } from './application-events.ts';
import { BackgroundEventProcessor } from './background-event-processor.ts';
import { BackgroundEvents } from './background-events.ts';
import { BackgroundThread } from './background-thread.ts';
import { CallRunner } from './call-runner.ts';
import { CloseSteps } from './close-steps.ts';
import { CommitCallbacks } from './commit-callbacks.ts';
import { CommitSteps } from './commit-steps.ts';
import { type AsyncConsumerParts, createAsyncConsumerParts } from './create-managers.ts';
import { type MemberInfo } from './member-info.ts';
import { PollSteps } from './poll-steps.ts';
import { QuestionSteps } from './question-steps.ts';
import { type RequestManagers } from './request-managers.ts';
import { WakeupTrigger } from './wakeup-trigger.ts';

/**
 * A consumer of the new group protocol (KIP-848; `AsyncKafkaConsumer`): a background thread talks to the
 * brokers all the time, and the application's thread gives it events and waits for their outcome.
 */
export class AsyncKafkaConsumer implements ConsumerClient {
  /** The background thread's IllegalStateException, wrapped (`ConsumerUtils.maybeWrapAsKafkaException`). */
  readonly notAssigned = 'KafkaException';
  readonly #parts: AsyncConsumerParts;
  readonly #runner: CallRunner;
  readonly #background: BackgroundThread;
  readonly #wakeups: WakeupTrigger;
  readonly #polls: PollSteps;
  readonly #commits: CommitSteps;
  readonly #questions: QuestionSteps;
  readonly #close: CloseSteps;
  #groupMetadata: GroupMetadata | undefined;

  constructor(options: KafkaConsumerOptions) {
    const events = new BackgroundEvents();
    const parts = createAsyncConsumerParts(options, events, (member) => {
      this.#epochChanged(member);
    });
    const runner = new CallRunner(parts.context);
    const background = new BackgroundThread(parts, parts.managers, () => {
      runner.check();
    });
    const wakeups = new WakeupTrigger(() => {
      parts.fetchWakeups.wakeUp();
    });
    const callbacks = new CommitCallbacks();
    const calls = { background, callbacks, wakeups };
    this.#parts = parts;
    this.#runner = runner;
    this.#background = background;
    this.#wakeups = wakeups;
    this.#commits = new CommitSteps(parts, calls);
    const processor = new BackgroundEventProcessor(parts, events, background, (commit) =>
      this.#commits.forListener(commit),
    );
    this.#polls = new PollSteps(parts, { ...calls, processor });
    this.#questions = new QuestionSteps(parts, background, wakeups);
    this.#close = new CloseSteps(parts, { ...calls, processor, commits: this.#commits });
    this.#groupMetadata = this.#noMember();
  }

  get subscriptions(): SubscriptionState {
    return this.#parts.subscriptions;
  }

  get groupMetadata(): GroupMetadata | undefined {
    return this.#groupMetadata;
  }

  // What the process hears.

  connected(connection: Connection): void {
    this.#background.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#background.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#background.disconnected(connection);
  }

  // What is read.

  subscribe(topics: readonly string[], listener?: RebalanceListener): void {
    const { fetcher, metadata, subscriptions } = this.#parts;
    const kept = [...subscriptions.partitions()].filter(({ topic }) => topics.includes(topic));
    fetcher.retain(new Set(kept.map(({ name }) => name)));
    this.#processNow(({ group }) => {
      if (subscriptions.subscribe(topics, listener)) metadata.requestUpdateForNewTopics();
      group?.membership.subscriptionUpdated();
    });
  }

  subscribeToPattern(pattern: SubscribedPattern, listener?: RebalanceListener): void {
    const { metadata, subscriptions } = this.#parts;
    this.#processNow(({ group }) => {
      subscriptions.subscribeToPattern(pattern, listener);
      if (pattern.matchedBy === 'broker') {
        group?.membership.subscriptionUpdated();
        return;
      }
      metadata.requestUpdateForNewTopics();
      group?.patterns.match();
    });
  }

  enforceRebalance(): void {
    // Kafka's warns that this does nothing: members of the new protocol do not decide when it rebalances.
  }

  unsubscribe(ended: CallEnded): void {
    this.#runner.start(this.#close.unsubscribe(), (thrown) => {
      this.#groupMetadata = this.#noMember();
      ended(thrown);
    });
  }

  assign(partitions: readonly TopicPartition[]): ConsumerException | undefined {
    const { fetcher, metadata, subscriptions, context } = this.#parts;
    fetcher.retain(new Set(partitions.map(({ name }) => name)));
    this.#processNow(({ group }) => {
      group?.commits.autoCommitIfDue(context.wallClockMs());
      if (subscriptions.assignFromUser(partitions)) metadata.requestUpdateForNewTopics();
    });
    return undefined;
  }

  // Positions.

  seek(partition: TopicPartition, offset: Offset, leaderEpoch = noEpoch): void {
    const { metadata, subscriptions } = this.#parts;
    const { topic, partition: number } = partition;
    this.#processNow(() => {
      if (leaderEpoch >= 0) metadata.updateLastSeenEpochIfNewer(topic, number, leaderEpoch);
      const currentLeader = metadata.currentLeader(topic, number);
      subscriptions.seek(partition, { offset, offsetEpoch: leaderEpoch, currentLeader });
    });
  }

  seekToBeginning(partition: TopicPartition): void {
    this.#processNow(() => {
      this.subscriptions.seekByReset(partition, { kind: 'earliest' });
    });
  }

  seekToEnd(partition: TopicPartition): void {
    this.#processNow(() => {
      this.subscriptions.seekByReset(partition, { kind: 'latest' });
    });
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#processNow(() => {
      this.subscriptions.pause(partitions);
    });
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#processNow(() => {
      this.subscriptions.resume(partitions);
    });
  }

  position(partition: TopicPartition, ended: (outcome: PositionOutcome) => void): void {
    this.#runner.start(this.#questions.position(partition), ended);
  }

  // Records and commits.

  poll(timeoutMs: number, ended: (outcome: Collected) => void): void {
    this.#runner.start(this.#polls.poll(timeoutMs), ended);
  }

  commitSync(ended: CallEnded, options: CommitOptions & TimeoutOption = {}): void {
    const timeoutMs = options.timeoutMs ?? this.#parts.config.defaultApiTimeoutMs;
    this.#runner.start(this.#commits.sync(options.offsets, timeoutMs, 'sync'), ended);
  }

  commitAsync(
    completed: CommitCompleted,
    { offsets }: CommitOptions = {},
  ): ConsumerException | undefined {
    return this.#commits.async(completed, offsets);
  }

  committed(
    partitions: readonly TopicPartition[],
    ended: (outcome: CommittedOutcome) => void,
  ): void {
    this.#runner.start(this.#questions.committed(partitions), ended);
  }

  // Questions to the brokers.

  beginningOffsets(
    partitions: readonly TopicPartition[],
    ended: (outcome: LookupOutcome) => void,
  ): void {
    this.#runner.start(this.#questions.offsets(partitions, earliestTimestamp), ended);
  }

  endOffsets(partitions: readonly TopicPartition[], ended: (outcome: LookupOutcome) => void): void {
    this.#runner.start(this.#questions.offsets(partitions, latestTimestamp), ended);
  }

  offsetsForTimes(
    partitions: readonly TopicPartition[],
    timestamp: number,
    ended: (outcome: LookupOutcome) => void,
  ): void {
    this.#runner.start(this.#questions.offsets(partitions, timestamp), ended);
  }

  partitionsFor(topic: string, ended: (outcome: PartitionsOutcome) => void): void {
    const known = this.#parts.metadata.snapshot.topic(topic);
    if (known === undefined) {
      this.#runner.start(this.#questions.partitionsFor(topic), ended);
      return;
    }
    ended({ partitions: partitionsOf(known), exception: undefined });
  }

  wakeUp(): void {
    this.#wakeups.wakeUp();
    this.#runner.check();
  }

  close(ended: CallEnded, options: CloseOptions = {}): void {
    this.#runner.start(this.#close.close(this.#groupMetadata, options), ended);
  }

  /** What the application's thread waits for in Java is done before this returns. */
  #processNow(process: (managers: RequestManagers) => void): void {
    this.#background.addAndProcess(new Notice(process));
  }

  /** It stays as it was while the member has none. */
  #epochChanged({ memberId, epoch }: MemberInfo): void {
    const known = this.#groupMetadata;
    if (epoch === undefined || known === undefined) return;
    this.#groupMetadata = { ...known, generationId: epoch, memberId };
  }

  #noMember(): GroupMetadata | undefined {
    const { groupId, groupInstanceId = null } = this.#parts.config;
    if (groupId === undefined) return undefined;
    return { groupId, generationId: -1, memberId: '', groupInstanceId };
  }
}
