import { type Random } from '../../../kernel/random.ts';
import { type CoordinatorData } from '../../../protocol/coordinator-record.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type DescribedGroup as DescribedConsumerGroup } from '../../../protocol/messages/consumer-group-describe-response.ts';
import { type DescribedGroup } from '../../../protocol/messages/describe-groups-response.ts';
import { type ListGroupsRequest } from '../../../protocol/messages/list-groups-request.ts';
import { type ListedGroup } from '../../../protocol/messages/list-groups-response.ts';
import { type Offset } from '../../../protocol/record-batch.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { CommittedMap } from '../runtime/committed-map.ts';
import {
  type CoordinatorRecord,
  nothing,
  type Operation,
  ReplayError,
  type StateMachine,
} from '../runtime/coordinator-operation.ts';
import { type ShardView } from '../runtime/coordinator-shard.ts';
import { refusedJoin, refusedSync } from './classic/classic-answers.ts';
import { ClassicGroup } from './classic/classic-group.ts';
import { ClassicJoin } from './classic/classic-join.ts';
import { ClassicRebalance } from './classic/classic-rebalance.ts';
import { ConsumerGroup } from './consumer/consumer-group.ts';
import { ConsumerGroups } from './consumer/consumer-groups.ts';
import { replayConsumerRecord } from './consumer/consumer-replay.ts';
import { type ConsumerSettings } from './consumer/consumer-settings.ts';
import { groupTombstones } from './consumer/group-tombstones.ts';
import {
  changedPartitionEpochs,
  type EpochBookkeeping,
  looselyChangedPartitionEpochs,
  strictlyChangedPartitionEpochs,
} from './consumer/partition-epochs.ts';
import { describedConsumerGroup, undescribedConsumerGroup } from './consumer-group-descriptions.ts';
import { describedGroup, notClassicGroup, unknownGroup } from './group-descriptions.ts';
import { type GroupFactRecorder, type GroupView } from './group-fact-recorder.ts';
import { groupMetadataRecord, offsetCommitRecord } from './group-records.ts';
import { type GroupSwitches } from './group-switches.ts';
import { type GroupTopics } from './group-topics.ts';
import { type Group } from './group.ts';
import { classicView, consumerView } from './group-views.ts';
import { GroupOffsets } from './offsets/group-offsets.ts';
import { expireOffsets } from './offsets/offset-expiry.ts';

/** What the groups of one broker share. */
export interface GroupSettings {
  readonly random: Random;
  readonly wallClockMs: () => number;
  readonly topics: GroupTopics;
  readonly facts: GroupFactRecorder;
  readonly consumer: ConsumerSettings;
  readonly switches: GroupSwitches;
  /** `group.initial.rebalance.delay.ms` */
  readonly initialDelayMs: number;
  /** `group.max.size` */
  readonly maxSize: number;
  readonly offsetsRetentionMs: number;
  readonly retentionCheckIntervalMs: number;
}

const expiryKey = 'expire-group-metadata';

/** The groups and offsets of one partition of `__consumer_offsets` (`GroupCoordinatorShard`). */
export class GroupMachine implements StateMachine {
  readonly groups: CommittedMap<string, Group>;
  readonly offsets: GroupOffsets;
  readonly rebalance: ClassicRebalance;
  readonly joins: ClassicJoin;
  readonly consumers: ConsumerGroups;
  readonly switches: GroupSwitches;
  readonly #shard: ShardView;
  readonly #settings: GroupSettings;
  readonly #changeEpochs: EpochBookkeeping;
  /** Groups of which something was written since the trace was last told. */
  readonly #written = new Set<string>();
  /** Groups that became classic, which is undone if it cannot be written. */
  readonly #converted = new Set<string>();

  constructor(shard: ShardView, settings: GroupSettings) {
    const { random, wallClockMs, facts, topics, switches } = settings;
    const { timers } = shard;
    this.#shard = shard;
    this.#settings = settings;
    this.switches = switches;
    this.#changeEpochs = epochBookkeeping(switches);
    this.groups = new CommittedMap(shard.highWatermark);
    this.offsets = new GroupOffsets(shard.highWatermark, switches);
    const find = (groupId: string): Group | undefined => this.groups.get(groupId);
    this.rebalance = new ClassicRebalance({
      ...settings,
      timers,
      find: (groupId) => classicOnly(find(groupId)),
    });
    this.joins = new ClassicJoin({ ...settings, rebalance: this.rebalance });
    this.consumers = new ConsumerGroups({
      timers,
      rebalance: this.rebalance,
      topics,
      settings: settings.consumer,
      switches,
      random,
      facts,
      wallClockMs,
      find,
      replaceGroup: (group) => {
        this.groups.set(group.groupId, group, shard.nextCommittedAt());
        this.#converted.add(group.groupId);
      },
    });
  }

  /** A new group that nobody sees before something of it is committed. */
  create(groupId: string, committedAt = this.#shard.nextCommittedAt()): ClassicGroup {
    const made = new ClassicGroup(groupId, this.#settings.wallClockMs());
    this.groups.set(groupId, made, committedAt);
    return made;
  }

  replay(data: CoordinatorData, committedAt: Offset, producerId: number): void {
    const { groupId } = data;
    if (data.type === 'OffsetCommit') {
      const isKnown = this.groups.get(groupId) !== undefined;
      if (data.value !== null && !isKnown) this.create(groupId, committedAt);
      this.offsets.replay(data, committedAt, producerId);
      return;
    }
    this.#written.add(groupId);
    if (this.#isLeftBehind(data)) return;
    const group =
      data.type === 'GroupMetadata'
        ? replayClassicRecord(data)
        : replayConsumerRecord(this.#consumerGroup(groupId), data, this.#changeEpochs);
    if (group === undefined) this.groups.delete(groupId, committedAt);
    else this.groups.set(groupId, group, committedAt);
  }

  applied(): void {
    this.#settings.facts.decisionsWritten(true);
    for (const groupId of this.#written) this.#tell(groupId);
    this.#written.clear();
    this.#converted.clear();
  }

  replayMarker(producerId: number, isCommit: boolean, committedAt: Offset): void {
    this.offsets.endTransaction(producerId, isCommit, committedAt);
  }

  revertTo(end: Offset): void {
    this.groups.revertTo(end);
    this.offsets.revertTo(end);
    this.#settings.facts.decisionsWritten(false);
    for (const groupId of this.#converted) this.#tell(groupId);
    this.#converted.clear();
  }

  loaded(): void {
    const { maxSize } = this.#settings;
    this.consumers.metadataChanged(false);
    for (const group of this.groups.newest.values()) {
      this.#settings.facts.groupLoaded(this.#viewOf(group));
      if (group.type === 'consumer') {
        this.consumers.loaded(group);
        continue;
      }
      for (const member of group.members.values()) this.rebalance.restartSession(group, member);
      // Writes nothing: the members have yet to join.
      if (group.members.size > maxSize) this.rebalance.prepare(group);
    }
    this.#written.clear();
    this.#scheduleExpiry();
  }

  unloaded(): void {
    for (const group of this.groups.newest.values()) {
      if (group.type === 'consumer') continue;
      group.transitionTo('Dead', this.#settings.wallClockMs());
      for (const member of group.members.values()) {
        const { memberId, awaitingSync } = member;
        this.rebalance.answerJoin(member, () => refusedJoin('NOT_COORDINATOR', memberId));
        member.awaitingSync = undefined;
        awaitingSync?.(refusedSync('NOT_COORDINATOR'));
      }
    }
  }

  /** Topics are new, have other partitions, or are gone: their groups look at them again. */
  topicsChanged(topics: ReadonlySet<string>, hasNewTopics: boolean): void {
    this.consumers.metadataChanged(hasNewTopics);
    for (const group of this.groups.newest.values()) {
      if (group.type === 'classic') continue;
      const { subscribedTopics } = group;
      if ([...topics].some((topic) => subscribedTopics.has(topic))) group.refresh.request();
    }
  }

  /** @param apiVersion Of the request: an old client hears of no error. */
  describe(groupId: string, apiVersion: number): DescribedGroup {
    const group = this.groups.getCommitted(groupId);
    if (group === undefined) return unknownGroup(groupId, apiVersion);
    return group.type === 'classic' ? describedGroup(group) : notClassicGroup(groupId, apiVersion);
  }

  describeConsumerGroup(groupId: string): DescribedConsumerGroup {
    const { topics, consumer } = this.#settings;
    const group = this.groups.getCommitted(groupId);
    if (group?.type === 'consumer') {
      return describedConsumerGroup(group, topics, consumer.assignors[0] ?? '');
    }
    const what = group === undefined ? 'not found' : 'is not a consumer group';
    const message = `Group ${groupId} ${what}.`;
    return undescribedConsumerGroup(groupId, 'GROUP_ID_NOT_FOUND', message);
  }

  list({ statesFilter, typesFilter }: ListGroupsRequest): ListedGroup[] {
    const states = new Set(statesFilter.map((state) => state.trim().toLowerCase()));
    const types = new Set(typesFilter.map((type) => type.toLowerCase()));
    const listed: ListedGroup[] = [];
    for (const { groupId, type, state, protocolType } of this.groups.committed().values()) {
      if (types.size > 0 && !types.has(type)) continue;
      if (states.size > 0 && !states.has(state.toLowerCase())) continue;
      listed.push({
        groupId,
        protocolType: protocolType ?? '',
        groupState: state,
        groupType: type,
      });
    }
    return listed;
  }

  /** Removes an empty group with its offsets; what that needs is added to `records`. */
  deleteGroup(groupId: string, records: CoordinatorRecord[]): ErrorName {
    const group = this.groups.get(groupId);
    if (group === undefined || group.state === 'Dead') return 'GROUP_ID_NOT_FOUND';
    if (group.state !== 'Empty') return 'NON_EMPTY_GROUP';
    for (const place of this.offsets.placesOf(groupId)) {
      records.push(offsetCommitRecord(groupId, place, null));
    }
    records.push(...tombstonesOf(group));
    return 'NONE';
  }

  /** An empty consumer group makes way for a classic one, without a record being replayed. */
  removeEmptyConsumerGroup(groupId: string, records: CoordinatorRecord[]): void {
    const group = this.groups.get(groupId);
    if (group?.type !== 'consumer' || !group.isEmpty) return;
    records.push(...groupTombstones(group));
    this.groups.delete(groupId, this.#shard.nextCommittedAt());
  }

  /** Topics are gone: so are their offsets, of topics of that id or of no known id. */
  topicsDeleted(topicIds: ReadonlyMap<string, string>): Operation {
    const records: CoordinatorRecord[] = [];
    for (const offset of this.offsets.all()) {
      const topicId = topicIds.get(offset.topic);
      if (topicId === undefined) continue;
      const isOfTopic = offset.topicId === zeroUuid || offset.topicId === topicId;
      if (isOfTopic) records.push(offsetCommitRecord(offset.groupId, offset, null));
    }
    return { ...nothing, records };
  }

  #scheduleExpiry(): void {
    const { retentionCheckIntervalMs } = this.#settings;
    this.#shard.timers.schedule(expiryKey, retentionCheckIntervalMs, () => this.#expire());
  }

  #expire(): Operation {
    const { wallClockMs, offsetsRetentionMs: retentionMs } = this.#settings;
    const { expiresWhileRebalancing } = this.switches;
    const time = { nowMs: wallClockMs(), retentionMs, expiresWhileRebalancing };
    const records: CoordinatorRecord[] = [];
    for (const group of this.groups.newest.values()) {
      const isAllGone = expireOffsets(group, this.offsets, time, records);
      if (isAllGone && group.isEmpty) records.push(...tombstonesOf(group));
    }
    this.#scheduleExpiry();
    return { ...nothing, records };
  }

  /** A record about a consumer group may follow offsets that seemed to be of no other group. */
  #consumerGroup(groupId: string): ConsumerGroup | undefined {
    const group = this.groups.get(groupId);
    if (group?.type !== 'classic') return group;
    const { offsetsMakeClassicGroups, consumerRecordsMayFollowClassicOnes } = this.switches;
    const mayFollow = group.isSimple
      ? !offsetsMakeClassicGroups
      : consumerRecordsMayFollowClassicOnes;
    if (!mayFollow) {
      throw new ReplayError(`${groupId} is a classic group`);
    }
    return new ConsumerGroup(groupId);
  }

  /** A tombstone of the consumer group that a classic one was, when what stood between them is gone. */
  #isLeftBehind({ type, groupId, value }: CoordinatorData): boolean {
    if (!this.switches.consumerRecordsMayFollowClassicOnes) return false;
    if (type === 'GroupMetadata' || value !== null) return false;
    const group = this.groups.get(groupId);
    return group?.type === 'classic' && !group.isSimple;
  }

  #tell(groupId: string): void {
    const { facts } = this.#settings;
    const group = this.groups.get(groupId);
    if (group === undefined) facts.groupRemoved(groupId);
    else facts.groupChanged(this.#viewOf(group));
  }

  #viewOf(group: Group): GroupView {
    const { topics, consumer } = this.#settings;
    return group.type === 'classic'
      ? classicView(group)
      : consumerView(group, topics, consumer.assignors[0] ?? '');
  }
}

function epochBookkeeping({
  loosePartitionEpochs,
  lostEpochsEndTheLoad,
}: GroupSwitches): EpochBookkeeping {
  if (loosePartitionEpochs) return looselyChangedPartitionEpochs;
  return lostEpochsEndTheLoad ? strictlyChangedPartitionEpochs : changedPartitionEpochs;
}

function replayClassicRecord({
  groupId,
  value,
}: Extract<CoordinatorData, { readonly type: 'GroupMetadata' }>): ClassicGroup | undefined {
  return value === null ? undefined : ClassicGroup.restore(groupId, value);
}

function classicOnly(group: Group | undefined): ClassicGroup | undefined {
  return group?.type === 'classic' ? group : undefined;
}

function tombstonesOf(group: Group): CoordinatorRecord[] {
  return group.type === 'classic'
    ? [groupMetadataRecord(group.groupId, null)]
    : groupTombstones(group);
}
