import { assert, present } from '../../kernel/assert.ts';
import { type OffsetReset } from '../../protocol/config/offset-reset.ts';
import { javaSetOrder } from '../../protocol/java-hash.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type Uuid } from '../../protocol/uuid.ts';
import { type Fact, type FactOf, type PartitionName } from '../../trace.ts';
import { javaPartitionOrder } from '../java-partition-order.ts';
import { groupByTopic, type TopicPartition } from '../topic-partition.ts';
import { AssignedPartition, type PartitionChanges } from './assigned-partition.ts';
import { type FetchPosition } from './fetch-position.ts';
import { type GroupOffset } from './group/group-offset.ts';
import { type RebalanceListener } from './rebalance-listener.ts';
import { expressionOf, type SubscribedPattern } from './subscribed-pattern.ts';

/**
 * Who says what is assigned: the application, or its group for the topics that it has subscribed to, by
 * their names or by a pattern that the client, or the coordinator, matches.
 */
export type SubscriptionType = 'none' | 'assigned' | 'topics' | 'pattern' | 'brokerPattern';

/** Why a position moved without records. */
type MoveCause = FactOf<'positionMoved'>['why'];

/**
 * The partitions that a consumer reads, with the state of each, in the order in which they are fetched
 * (`SubscriptionState`).
 */
export class SubscriptionState {
  /** In fetch order: whoever has got records goes to the end. */
  readonly #assignment = new Map<PartitionName, AssignedPartition>();
  readonly #changes: PartitionChanges = { touched: new Set(), withoutPosition: 0 };
  readonly #defaultReset: OffsetReset;
  readonly #validatesPositions: boolean;
  readonly #record: (fact: Fact) => void;
  #type: SubscriptionType = 'none';
  #listener: RebalanceListener | undefined = undefined;
  #topics: ReadonlySet<string> = new Set();
  /** That the client matches. */
  #expression: RegExp | undefined = undefined;
  /** That the coordinator matches. */
  #brokerPattern: string | undefined = undefined;
  #assignedTopicIds: readonly Uuid[] = [];
  /** Topics of the whole group, which its leader watches. */
  #groupTopics: ReadonlySet<string> = noTopics;
  /** Ghost: the last known position of partitions whose position is not known now. */
  readonly #lostPositions = new Map<PartitionName, Offset>();
  /** Ghost: partitions whose reset was asked for by the application. */
  readonly #soughtResets = new Set<PartitionName>();

  constructor(
    defaultReset: OffsetReset,
    validatesPositions: boolean,
    record: (fact: Fact) => void,
  ) {
    this.#defaultReset = defaultReset;
    this.#validatesPositions = validatesPositions;
    this.#record = record;
  }

  /** Whether there is a policy that may move a position that is gone. */
  get hasResetPolicy(): boolean {
    return this.#defaultReset.kind !== 'none';
  }

  get hasAllPositions(): boolean {
    return this.#changes.withoutPosition === 0;
  }

  get type(): SubscriptionType {
    return this.#type;
  }

  /** Of the last `subscribe`. */
  get listener(): RebalanceListener | undefined {
    return this.#listener;
  }

  /** Whether the group says what is assigned. */
  get isAutoAssigned(): boolean {
    return this.#type !== 'none' && this.#type !== 'assigned';
  }

  /**
   * What is subscribed to; empty if the application assigns partitions itself. Of a pattern, the topics
   * that the client has found to match it.
   */
  get subscription(): ReadonlySet<string> {
    return this.isAutoAssigned ? this.#topics : noTopics;
  }

  /** The pattern that the coordinator is to match, if that is what is subscribed to. */
  get brokerPattern(): string | undefined {
    return this.#type === 'brokerPattern' ? this.#brokerPattern : undefined;
  }

  /** Topics of the last assignment that the group has told, whether or not it is taken up. */
  get assignedTopicIds(): readonly Uuid[] {
    return this.#assignedTopicIds;
  }

  set assignedTopicIds(topicIds: readonly Uuid[]) {
    this.#assignedTopicIds = topicIds;
  }

  get isEmpty(): boolean {
    return this.#assignment.size === 0;
  }

  /** What metadata are asked for. */
  get metadataTopics(): ReadonlySet<string> {
    if (this.#groupTopics.size === 0) return this.#topics;
    return new Set([...this.#topics, ...this.#groupTopics]);
  }

  needsMetadata(topic: string): boolean {
    return this.#topics.has(topic) || this.#groupTopics.has(topic);
  }

  /**
   * This member leads its group, whose members subscribe to these topics.
   * @returns Whether it does not subscribe to all of them itself.
   */
  groupSubscribe(topics: ReadonlySet<string>): boolean {
    this.#groupTopics = topics;
    return [...topics].some((topic) => !this.#topics.has(topic));
  }

  /** The member leads no more. */
  resetGroupSubscription(): void {
    this.#groupTopics = noTopics;
  }

  /** In fetch order. */
  partitions(): Iterable<AssignedPartition> {
    return this.#assignment.values();
  }

  get(name: PartitionName): AssignedPartition | undefined {
    return this.#assignment.get(name);
  }

  /** The partitions of which the next fetch may have changed since the last call. */
  takeTouched(): readonly AssignedPartition[] {
    const { touched } = this.#changes;
    if (touched.size === 0) return noPartitions;
    const taken = [...touched];
    touched.clear();
    return taken;
  }

  /** What someone besides the partition itself knows about its next fetch has changed. */
  touch(name: PartitionName): void {
    const partition = this.#assignment.get(name);
    if (partition !== undefined) this.#changes.touched.add(partition);
  }

  /** @returns Whether the topics are others than before. */
  subscribe(topics: readonly string[], listener: RebalanceListener | undefined): boolean {
    this.#listener = listener;
    this.#setType('topics');
    this.#record({ kind: 'subscriptionChanged', topics, pattern: null });
    if (!this.#changeTopics(new Set(topics))) return false;
    // What is no longer subscribed to is not fetched, even while it is assigned.
    for (const partition of this.#assignment.values()) this.#changes.touched.add(partition);
    return true;
  }

  subscribeToPattern(pattern: SubscribedPattern, listener: RebalanceListener | undefined): void {
    this.#listener = listener;
    this.#record({ kind: 'subscriptionChanged', topics: [], pattern: pattern.text });
    if (pattern.matchedBy === 'client') {
      this.#setType('pattern');
      this.#expression = expressionOf(pattern);
    } else {
      this.#setType('brokerPattern');
      this.#brokerPattern = pattern.text;
    }
  }

  /** Of the known topics, subscribes to those that match. @returns Whether they are others than before. */
  matchPattern(known: Iterable<string>): boolean {
    return this.subscribeFromPattern([...known].filter((topic) => this.matchesPattern(topic)));
  }

  /** Whether the client matches a pattern, and the topic is one of it. */
  matchesPattern(topic: string): boolean {
    return this.#type === 'pattern' && this.#expression?.test(topic) === true;
  }

  /** Subscribes to these topics, which match the pattern. @returns Whether they are others than before. */
  subscribeFromPattern(topics: Iterable<string>): boolean {
    assert(this.#type === 'pattern', 'there is a pattern for topics to match');
    return this.#changeTopics(new Set(javaSetOrder([...new Set(topics)])));
  }

  /** Whether the group may have assigned the topic: if not, the subscription has changed meanwhile. */
  isMatchedBySubscription(topic: string): boolean {
    return this.#type === 'pattern' ? this.matchesPattern(topic) : this.subscription.has(topic);
  }

  /** Whether the partition is to be fetched if it can be. */
  isSubscribed({ topic }: TopicPartition): boolean {
    return this.#type !== 'topics' || this.#topics.has(topic);
  }

  /**
   * Takes over these partitions; those that were assigned before keep their state.
   * @returns Whether the topics are others than before.
   */
  assignFromUser(partitions: readonly TopicPartition[]): boolean {
    this.#setType('assigned');
    const names = new Set(partitions.map(({ name }) => name));
    if (isSameSet(names, this.#assignment)) return false;
    this.#assign(javaPartitionOrder(partitions));
    return this.#changeTopics(new Set(partitions.map(({ topic }) => topic)));
  }

  /** Takes over what the group assigns; it is fetched in this order. */
  assignFromSubscribed(partitions: readonly TopicPartition[]): void {
    assert(this.isAutoAssigned, 'who is assigned partitions has subscribed');
    this.#assign(partitions);
  }

  /** From now on these are neither fetched nor returned. */
  markPendingRevocation(partitions: readonly TopicPartition[]): void {
    for (const { name } of partitions) this.#assigned(name).markPendingRevocation();
  }

  /** Whether the application's listener is to be told of these before they are fetched. */
  awaitListener(partitions: readonly TopicPartition[], awaits: boolean): void {
    for (const { name } of partitions) this.#assigned(name).awaitsListener = awaits;
  }

  /** What a commit of everything commits: the valid positions. */
  allConsumed(): readonly GroupOffset[] {
    const consumed: GroupOffset[] = [];
    for (const partition of this.#assignment.values()) {
      const { hasValidPosition, position } = partition;
      if (!hasValidPosition || position === null) continue;
      const { offset, offsetEpoch: leaderEpoch } = position;
      consumed.push({ partition, offset, leaderEpoch });
    }
    return consumed;
  }

  #assign(partitions: readonly TopicPartition[]): void {
    const before = new Map(this.#assignment);
    this.#assignment.clear();
    for (const partition of topicsTogether(partitions)) {
      const { name } = partition;
      const kept = before.get(name);
      before.delete(name);
      this.#assignment.set(
        name,
        kept ?? new AssignedPartition(partition, this.#changes, this.#validatesPositions),
      );
    }
    for (const dropped of before.values()) {
      dropped.unassign();
      this.#lostPositions.delete(dropped.name);
      this.#soughtResets.delete(dropped.name);
    }
    this.#tellAssignment();
  }

  /** @returns Whether they are others than before. */
  #changeTopics(topics: ReadonlySet<string>): boolean {
    if (isSameSet(topics, this.#topics)) return false;
    this.#topics = topics;
    return true;
  }

  #setType(type: SubscriptionType): void {
    assert(this.#type === 'none' || this.#type === type, 'topics, a pattern or partitions');
    this.#type = type;
  }

  unsubscribe(): void {
    if (this.isAutoAssigned) {
      this.#record({ kind: 'subscriptionChanged', topics: [], pattern: null });
    }
    for (const partition of this.#assignment.values()) partition.unassign();
    this.#assignment.clear();
    this.#lostPositions.clear();
    this.#soughtResets.clear();
    this.#topics = noTopics;
    this.#groupTopics = noTopics;
    this.#expression = undefined;
    this.#assignedTopicIds = [];
    this.#type = 'none';
    this.#tellAssignment();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const { name } of partitions) this.#assigned(name).pause();
    this.#tellAssignment();
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const { name } of partitions) this.#assigned(name).resume();
    this.#tellAssignment();
  }

  /** The application moves the position; it is validated first if it has an epoch. */
  seek(partition: TopicPartition, position: FetchPosition): void {
    const assigned = this.#assigned(partition.name);
    this.#tellMoved(assigned, position.offset, 'seek');
    assigned.seekUnvalidated(position);
  }

  /** Takes up the position that the group has committed; it is validated first if it has an epoch. */
  takeCommitted({ name }: TopicPartition, position: FetchPosition): void {
    const partition = this.#assignment.get(name);
    if (partition === undefined) return;
    this.#tellMoved(partition, position.offset, 'committed');
    partition.seekUnvalidated(position);
  }

  /** The application wants the position to be found by another rule than the policy. */
  seekByReset(partition: TopicPartition, strategy: OffsetReset): void {
    const assigned = this.#assigned(partition.name);
    this.#losePosition(assigned);
    this.#soughtResets.add(partition.name);
    assigned.requestReset(strategy);
  }

  /** The position is gone, and the policy says how to find another. */
  requestReset(partition: AssignedPartition): void {
    assert(this.hasResetPolicy, 'a reset needs a policy');
    this.#losePosition(partition);
    partition.requestReset(this.#defaultReset);
  }

  /** What has never had a position. */
  initializing(): readonly AssignedPartition[] {
    return [...this.#assignment.values()].filter(({ mustInitialize }) => mustInitialize);
  }

  /**
   * Resets by the policy what has never had a position, or those of it that are among `candidates`.
   * @returns The partitions that have none and must do without a policy.
   */
  resetInitializing(candidates = this.initializing()): readonly PartitionName[] {
    const hopeless: PartitionName[] = [];
    for (const partition of candidates) {
      if (!partition.isAssigned || !partition.mustInitialize) continue;
      if (this.hasResetPolicy) this.requestReset(partition);
      else hopeless.push(partition.name);
    }
    return hopeless;
  }

  /** The position that a reset with `strategy` has found, unless it is no longer wanted. */
  completeReset(name: PartitionName, position: FetchPosition, strategy: OffsetReset): void {
    const partition = this.#assignment.get(name);
    if (partition?.state !== 'awaitReset') return;
    if (!isSameStrategy(partition.resetStrategy, strategy)) return;
    this.#tellMoved(partition, position.offset, this.#soughtResets.has(name) ? 'seek' : 'reset');
    partition.seekUnvalidated(position);
  }

  /** The log was cut off below the position. */
  truncate(partition: AssignedPartition, position: FetchPosition): void {
    this.#tellMoved(partition, position.offset, 'truncated');
    partition.seekValidated(position);
  }

  needingReset(nowMs: number): readonly AssignedPartition[] {
    return this.#waiting('awaitReset', nowMs);
  }

  needingValidation(nowMs: number): readonly AssignedPartition[] {
    return this.#waiting('awaitValidation', nowMs);
  }

  /** Lets the others be first in the next fetch. */
  moveToEnd(name: PartitionName): void {
    const partition = this.#assignment.get(name);
    if (partition === undefined) return;
    this.#assignment.delete(name);
    this.#assignment.set(name, partition);
  }

  #waiting(state: 'awaitReset' | 'awaitValidation', nowMs: number): readonly AssignedPartition[] {
    if (this.hasAllPositions) return noPartitions;
    const waiting: AssignedPartition[] = [];
    for (const partition of this.#assignment.values()) {
      if (partition.state === state && !partition.isBackingOff(nowMs)) waiting.push(partition);
    }
    return waiting;
  }

  #assigned(name: PartitionName): AssignedPartition {
    return present(this.#assignment.get(name), `the assignment of ${name}`);
  }

  #losePosition({ name, position }: AssignedPartition): void {
    if (position !== null) this.#lostPositions.set(name, position.offset);
  }

  #tellMoved({ name, position }: AssignedPartition, to: Offset, why: MoveCause): void {
    const from = position?.offset ?? this.#lostPositions.get(name) ?? -1;
    this.#lostPositions.delete(name);
    this.#soughtResets.delete(name);
    this.#record({ kind: 'positionMoved', partition: name, from, to, why });
  }

  #tellAssignment(): void {
    const partitions: PartitionName[] = [];
    for (const { name, isPaused } of this.#assignment.values()) {
      if (!isPaused) partitions.push(name);
    }
    this.#record({ kind: 'assignmentChanged', partitions });
  }
}

const noPartitions: readonly AssignedPartition[] = [];
const noTopics: ReadonlySet<string> = new Set();

/** `PartitionStates.set` keeps the partitions of a topic together, so that requests stay small. */
function topicsTogether(partitions: readonly TopicPartition[]): readonly TopicPartition[] {
  return [...groupByTopic(partitions, ({ topic }) => topic).values()].flat();
}

/** Whether two sets, or the keys of a map, are the same. */
function isSameSet(
  names: ReadonlySet<string>,
  others: { readonly size: number; readonly has: (name: string) => boolean },
): boolean {
  if (names.size !== others.size) return false;
  for (const name of names) {
    if (!others.has(name)) return false;
  }
  return true;
}

function isSameStrategy(one: OffsetReset, other: OffsetReset): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind !== 'byDuration' || other.kind !== 'byDuration') return true;
  return one.durationMs === other.durationMs;
}
