import { type ResolvedRegularExpression } from '../../../../protocol/consumer-group-record.ts';
import { type Uuid } from '../../../../protocol/uuid.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { type ConsumerGroupState, consumerGroupState } from './consumer-group-state.ts';
import { type ConsumerMember, usesClassicProtocol } from './consumer-member.ts';
import { MetadataRefresh } from './metadata-refresh.ts';
import {
  changedPartitionEpochs,
  type EpochBookkeeping,
  type PartitionEpochs,
} from './partition-epochs.ts';
import { isHomogeneous, subscribedTopicsOf } from './subscriptions.ts';

/** What a consumer group is made of, as the log tells it. */
export interface ConsumerGroupContent {
  readonly groupEpoch: number;
  /** Of the subscribed topics; 0 if there are none. */
  readonly metadataHash: number;
  /** By member id. */
  readonly members: ReadonlyMap<string, ConsumerMember>;
  /** What each member is to come to, by member id. */
  readonly targets: ReadonlyMap<string, PartitionsByTopic>;
  /** The group epoch for which the targets were made; -1 when the group is being removed. */
  readonly assignmentEpoch: number;
  /** When the targets were made, by the wall clock of the coordinator then; 0 if unknown. */
  readonly assignmentTimestampMs: number;
  /** What the regular expressions of members have matched. */
  readonly expressions: ReadonlyMap<string, ResolvedRegularExpression>;
  readonly partitionEpochs: PartitionEpochs;
}

const newGroup: ConsumerGroupContent = {
  groupEpoch: 1,
  metadataHash: 0,
  members: new Map(),
  targets: new Map(),
  assignmentEpoch: 1,
  assignmentTimestampMs: 0,
  expressions: new Map(),
  partitionEpochs: new Map(),
};

const noTarget: PartitionsByTopic = new Map();

/**
 * A group whose coordinator assigns the partitions (`ConsumerGroup`, KIP-848). Immutable: each record
 * makes a new one, so that the group as of the high watermark stays at hand.
 */
export class ConsumerGroup {
  readonly type = 'consumer';
  readonly protocolType = 'consumer';
  readonly groupId: string;
  readonly content: ConsumerGroupContent;
  /** When to look at the metadata again: not in the log, and shared by all states of the group. */
  readonly refresh: MetadataRefresh;

  constructor(groupId: string, content = newGroup, refresh = new MetadataRefresh()) {
    this.groupId = groupId;
    this.content = content;
    this.refresh = refresh;
  }

  with(changes: Partial<ConsumerGroupContent>): ConsumerGroup {
    return new ConsumerGroup(this.groupId, { ...this.content, ...changes }, this.refresh);
  }

  /**
   * The group with a member as it is now (`ConsumerGroup.updateMember`).
   * @throws {ReplayError} If it holds what another member holds.
   */
  updateMember(
    member: ConsumerMember,
    changeEpochs: EpochBookkeeping = changedPartitionEpochs,
  ): ConsumerGroup {
    const before = this.members.get(member.memberId);
    const members = new Map(this.members).set(member.memberId, member);
    const partitionEpochs = changeEpochs(this.content.partitionEpochs, before, member);
    return this.with({ members, partitionEpochs });
  }

  /** The group as it would be with that member, which takes the place of one with its instance id. */
  withMember(member: ConsumerMember): ConsumerGroup {
    const members = new Map(this.members);
    const replaced = this.staticMember(member.instanceId);
    if (replaced !== undefined) members.delete(replaced.memberId);
    members.set(member.memberId, member);
    return this.with({ members, expressions: this.#expressionsOf(members) });
  }

  /** The group as it would be without those members. */
  withoutMembers(memberIds: ReadonlySet<string>): ConsumerGroup {
    const members = new Map([...this.members].filter(([memberId]) => !memberIds.has(memberId)));
    return this.with({ members, expressions: this.#expressionsOf(members) });
  }

  get members(): ReadonlyMap<string, ConsumerMember> {
    return this.content.members;
  }

  get groupEpoch(): number {
    return this.content.groupEpoch;
  }

  /** What a classic group would call its generation. */
  get generation(): number {
    return this.content.groupEpoch;
  }

  get assignmentEpoch(): number {
    return this.content.assignmentEpoch;
  }

  get state(): ConsumerGroupState {
    const { groupEpoch, assignmentEpoch, members } = this.content;
    return consumerGroupState(groupEpoch, assignmentEpoch, members.values());
  }

  get isEmpty(): boolean {
    return this.members.size === 0;
  }

  /** Names of topics, whether there are such topics or not. */
  get subscribedTopics(): ReadonlySet<string> {
    return subscribedTopicsOf(this.content);
  }

  isSubscribedTo(topic: string): boolean {
    return this.subscribedTopics.has(topic);
  }

  /** Whether all members subscribe to the same, as assignors are told. */
  get isHomogeneous(): boolean {
    return isHomogeneous(this.content);
  }

  staticMember(instanceId: string | null): ConsumerMember | undefined {
    if (instanceId === null) return undefined;
    for (const member of this.members.values()) {
      if (member.instanceId === instanceId) return member;
    }
    return undefined;
  }

  targetOf(memberId: string): PartitionsByTopic {
    return this.content.targets.get(memberId) ?? noTarget;
  }

  /** The epoch of the member that holds the partition; -1 if it is free. */
  partitionEpoch(topicId: Uuid, partition: number): number {
    return this.content.partitionEpochs.get(topicId)?.get(partition) ?? -1;
  }

  get classicMemberCount(): number {
    let count = 0;
    for (const member of this.members.values()) if (usesClassicProtocol(member)) count += 1;
    return count;
  }

  /** How many members subscribe by that regular expression. */
  subscriberCount(expression: string): number {
    let count = 0;
    for (const { subscribedTopicRegex } of this.members.values()) {
      if (subscribedTopicRegex === expression) count += 1;
    }
    return count;
  }

  /** Regular expressions by which members subscribe. */
  get subscribedExpressions(): ReadonlySet<string> {
    const expressions = new Set<string>();
    for (const { subscribedTopicRegex } of this.members.values()) {
      if (subscribedTopicRegex !== '') expressions.add(subscribedTopicRegex);
    }
    return expressions;
  }

  /** An expression whose last subscriber goes is forgotten. */
  #expressionsOf(
    members: ReadonlyMap<string, ConsumerMember>,
  ): ReadonlyMap<string, ResolvedRegularExpression> {
    const { expressions } = this.content;
    if (expressions.size === 0) return expressions;
    const subscribed = this.with({ members }).subscribedExpressions;
    const wasSubscribed = this.subscribedExpressions;
    return new Map(
      [...expressions].filter(
        ([expression]) => subscribed.has(expression) || !wasSubscribed.has(expression),
      ),
    );
  }
}
