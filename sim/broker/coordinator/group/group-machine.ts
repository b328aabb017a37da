import { type Random } from '../../../kernel/random.ts';
import { type CoordinatorData } from '../../../protocol/coordinator-record.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
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
  type StateMachine,
} from '../runtime/coordinator-operation.ts';
import { type ShardView } from '../runtime/coordinator-shard.ts';
import { refusedJoin, refusedSync } from './classic/classic-answers.ts';
import { ClassicGroup } from './classic/classic-group.ts';
import { ClassicJoin } from './classic/classic-join.ts';
import { ClassicRebalance } from './classic/classic-rebalance.ts';
import { describedGroup, unknownGroup } from './group-descriptions.ts';
import { groupMetadataRecord, offsetCommitRecord } from './group-records.ts';
import { GroupOffsets } from './offsets/group-offsets.ts';
import { expireOffsets } from './offsets/offset-expiry.ts';

/** What the groups of one broker share. */
export interface GroupSettings {
  readonly random: Random;
  readonly wallClockMs: () => number;
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
  readonly groups: CommittedMap<string, ClassicGroup>;
  readonly offsets: GroupOffsets;
  readonly rebalance: ClassicRebalance;
  readonly joins: ClassicJoin;
  readonly #shard: ShardView;
  readonly #settings: GroupSettings;

  constructor(shard: ShardView, settings: GroupSettings) {
    const { random, wallClockMs, initialDelayMs, maxSize } = settings;
    this.#shard = shard;
    this.#settings = settings;
    this.groups = new CommittedMap(shard.highWatermark);
    this.offsets = new GroupOffsets(shard.highWatermark);
    this.rebalance = new ClassicRebalance({
      timers: shard.timers,
      random,
      wallClockMs,
      find: (groupId) => this.groups.get(groupId),
      initialDelayMs,
    });
    this.joins = new ClassicJoin({ rebalance: this.rebalance, random, maxSize });
  }

  /** The group, made now if there is none; nobody sees it before something of it is committed. */
  getOrCreate(groupId: string): ClassicGroup {
    const known = this.groups.get(groupId);
    if (known !== undefined) return known;
    const made = new ClassicGroup(groupId, this.#settings.wallClockMs());
    this.groups.set(groupId, made, this.#shard.nextCommittedAt());
    return made;
  }

  replay(data: CoordinatorData, committedAt: Offset, producerId: number): void {
    const { groupId } = data;
    if (data.type === 'OffsetCommit') {
      if (data.value !== null) this.getOrCreate(groupId);
      this.offsets.replay(data, committedAt, producerId);
    } else if (data.value === null) {
      this.groups.delete(groupId, committedAt);
    } else {
      this.groups.set(groupId, ClassicGroup.restore(groupId, data.value), committedAt);
    }
  }

  replayMarker(producerId: number, isCommit: boolean, committedAt: Offset): void {
    this.offsets.endTransaction(producerId, isCommit, committedAt);
  }

  revertTo(end: Offset): void {
    this.groups.revertTo(end);
    this.offsets.revertTo(end);
  }

  loaded(): void {
    const { maxSize } = this.#settings;
    for (const group of this.groups.newest.values()) {
      for (const member of group.members.values()) this.rebalance.restartSession(group, member);
      // Writes nothing: the members have yet to join.
      if (group.members.size > maxSize) this.rebalance.prepare(group);
    }
    this.#scheduleExpiry();
  }

  unloaded(): void {
    for (const group of this.groups.newest.values()) {
      group.transitionTo('Dead', this.#settings.wallClockMs());
      for (const member of group.members.values()) {
        const { memberId, awaitingSync } = member;
        this.rebalance.answerJoin(member, () => refusedJoin('NOT_COORDINATOR', memberId));
        member.awaitingSync = undefined;
        awaitingSync?.(refusedSync('NOT_COORDINATOR'));
      }
    }
  }

  /** @param apiVersion Of the request: an old client hears of no error. */
  describe(groupId: string, apiVersion: number): DescribedGroup {
    const group = this.groups.getCommitted(groupId);
    return group === undefined ? unknownGroup(groupId, apiVersion) : describedGroup(group);
  }

  list({ statesFilter, typesFilter }: ListGroupsRequest): ListedGroup[] {
    const states = new Set(statesFilter.map((state) => state.toLowerCase()));
    const types = new Set(typesFilter.map((type) => type.toLowerCase()));
    if (types.size > 0 && !types.has('classic')) return [];
    const listed: ListedGroup[] = [];
    for (const { groupId, state, protocolType } of this.groups.committed().values()) {
      if (states.size > 0 && !states.has(state.toLowerCase())) continue;
      const groupType = 'classic';
      listed.push({ groupId, protocolType: protocolType ?? '', groupState: state, groupType });
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
    records.push(groupMetadataRecord(groupId, null));
    return 'NONE';
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
    const time = { nowMs: wallClockMs(), retentionMs };
    const records: CoordinatorRecord[] = [];
    for (const group of this.groups.newest.values()) {
      const isAllGone = expireOffsets(group, this.offsets, time, records);
      if (isAllGone && group.state === 'Empty') {
        records.push(groupMetadataRecord(group.groupId, null));
      }
    }
    this.#scheduleExpiry();
    return { ...nothing, records };
  }
}
