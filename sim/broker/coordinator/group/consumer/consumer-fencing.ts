import {
  type CoordinatorRecord,
  nothing,
  type Operation,
} from '../../runtime/coordinator-operation.ts';
import { type GroupFactRecorder, type RemovalReason } from '../group-fact-recorder.ts';
import { type GroupTopics } from '../group-topics.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import { type ConsumerMember } from './consumer-member.ts';
import { groupEpochRecord, memberTombstones } from './consumer-records.ts';
import { type GroupConversion } from './group-conversion.ts';
import { type Fence, type MemberTimers } from './member-timers.ts';
import { expressionRecord } from './regex-resolution.ts';

/** What a decision on a group writes. */
export interface GroupDecision {
  readonly records: readonly CoordinatorRecord[];
  /** False if the group has been changed already. */
  readonly replays: boolean;
}

export interface FencingParts {
  readonly conversion: GroupConversion;
  readonly timers: MemberTimers;
  readonly topics: GroupTopics;
  readonly facts: GroupFactRecorder;
  readonly find: (groupId: string) => ConsumerGroup | undefined;
}

/** Takes members out of consumer groups (`GroupMetadataManager.consumerGroupFenceMembers`). */
export class ConsumerFencing {
  readonly #parts: FencingParts;

  constructor(parts: FencingParts) {
    this.#parts = parts;
  }

  /** The group goes on in a new epoch; as a classic group if only classic members are left. */
  fence(
    group: ConsumerGroup,
    members: ReadonlySet<ConsumerMember>,
    why: RemovalReason,
  ): GroupDecision {
    if (members.size === 0) return { records: [], replays: true };
    const { conversion, facts, timers } = this.#parts;
    const { groupId } = group;
    const memberIds = new Set<string>();
    for (const { memberId } of members) {
      memberIds.add(memberId);
      facts.removalDecided(groupId, memberId, why);
    }
    const records: CoordinatorRecord[] = [];
    if (conversion.shouldDowngrade(group, memberIds)) {
      conversion.downgrade(group, { leaving: memberIds, isRebalancing: true }, records);
      return { records, replays: false };
    }
    for (const memberId of memberIds) records.push(...memberTombstones(groupId, memberId));
    const next = group.withoutMembers(memberIds);
    for (const expression of group.subscribedExpressions) {
      const isForgotten = !next.subscribedExpressions.has(expression);
      if (isForgotten) records.push(expressionRecord(groupId, expression, null));
    }
    const metadataHash = this.#parts.topics.hashOf(next.subscribedTopics);
    records.push(groupEpochRecord(groupId, group.groupEpoch + 1, metadataHash));
    for (const memberId of memberIds) timers.cancelAll(groupId, memberId);
    return { records, replays: true };
  }

  /** What a timer does about a member: nothing if it is gone, or in another epoch than the timer's. */
  readonly expire: Fence = ({ groupId, memberId, memberEpoch }, why): Operation => {
    const group = this.#parts.find(groupId);
    const member = group?.members.get(memberId);
    if (group === undefined || member === undefined) return nothing;
    if (memberEpoch !== undefined && member.memberEpoch !== memberEpoch) return nothing;
    return { ...nothing, ...this.fence(group, new Set([member]), why) };
  };
}
