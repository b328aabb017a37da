import { assignmentOf } from '../../sim/client/consumer/assignors/subscription-metadata.ts';
import { parseTopicPartition } from '../../sim/client/topic-partition.ts';
import { present } from '../../sim/kernel/assert.ts';
import { type HeartbeatResponse } from '../../sim/protocol/messages/heartbeat-response.ts';
import { type JoinGroupRequest } from '../../sim/protocol/messages/join-group-request.ts';
import { type JoinGroupResponse } from '../../sim/protocol/messages/join-group-response.ts';
import { type LeaveGroupRequest } from '../../sim/protocol/messages/leave-group-request.ts';
import { type LeaveGroupResponse } from '../../sim/protocol/messages/leave-group-response.ts';
import { type OffsetCommitRequest } from '../../sim/protocol/messages/offset-commit-request.ts';
import { type OffsetCommitResponse } from '../../sim/protocol/messages/offset-commit-response.ts';
import { type SyncGroupRequest } from '../../sim/protocol/messages/sync-group-request.ts';
import { type SyncGroupResponse } from '../../sim/protocol/messages/sync-group-response.ts';
import { topicNameIn } from './scripted-addresses.ts';
import { type AnswerScript } from './scripted-answers.ts';
import { answerOf } from './scripted-reads.ts';

/** What a scripted coordinator answers to the only member of a classic group. */
export class ScriptedGroup {
  #generation = 0;
  #memberIds = 0;

  /**
   * Who has no id yet is given one and has to come again, unless the step says otherwise; the member
   * leads the group, unless another one is named.
   */
  join(
    { memberId: asked, groupInstanceId, protocols, protocolType }: JoinGroupRequest,
    script: AnswerScript,
  ): JoinGroupResponse {
    const { member, generation, leader, throttle = 0 } = script;
    const memberId = member ?? (asked === '' ? this.#newMemberId() : asked);
    if (member !== undefined) this.#memberIds = Math.max(this.#memberIds, numberOf(member));
    const isScripted = member !== undefined || generation !== undefined;
    const mustComeAgain = asked === '' && groupInstanceId === null && !isScripted;
    const errorCode = script.error ?? (mustComeAgain ? 'MEMBER_ID_REQUIRED' : 'NONE');
    const refused = {
      throttleTimeMs: throttle,
      errorCode,
      generationId: -1,
      protocolType: null,
      protocolName: null,
      leader: '',
      skipAssignment: false,
      memberId,
      members: [],
    };
    if (errorCode !== 'NONE') return refused;
    this.#generation = generation ?? this.#generation + 1;
    const protocol = present(protocols[0], 'protocol');
    const isLeader = typeof leader !== 'string';
    const self = { memberId, groupInstanceId, metadata: protocol.metadata };
    return {
      ...refused,
      generationId: this.#generation,
      protocolType,
      protocolName: protocol.name,
      leader: isLeader ? memberId : leader,
      members: isLeader ? [self] : [],
    };
  }

  sync(
    { memberId, assignments, protocolType, protocolName }: SyncGroupRequest,
    { error = 'NONE', assigned, throttle = 0 }: AnswerScript,
  ): SyncGroupResponse {
    const sent = assignments.find((one) => one.memberId === memberId)?.assignment ?? '';
    const partitions = assigned?.flatMap((name) => parseTopicPartition(name) ?? []);
    const isSynced = error === 'NONE';
    const assignment = partitions === undefined ? sent : assignmentOf(partitions);
    return {
      throttleTimeMs: throttle,
      errorCode: error,
      protocolType: isSynced ? protocolType : null,
      protocolName: isSynced ? protocolName : null,
      assignment: isSynced ? assignment : '',
    };
  }

  heartbeat({ error = 'NONE', throttle = 0 }: AnswerScript): HeartbeatResponse {
    return { throttleTimeMs: throttle, errorCode: error };
  }

  leave(
    { members }: LeaveGroupRequest,
    { error = 'NONE', throttle = 0 }: AnswerScript,
  ): LeaveGroupResponse {
    const left = members.map(({ memberId, groupInstanceId }) => {
      return { memberId, groupInstanceId, errorCode: 'NONE' as const };
    });
    return { throttleTimeMs: throttle, errorCode: error, members: left };
  }

  commit({ topics }: OffsetCommitRequest, script: AnswerScript): OffsetCommitResponse {
    return {
      throttleTimeMs: script.throttle ?? 0,
      topics: topics.map(({ name, topicId, partitions }) => ({
        name,
        topicId,
        partitions: partitions.map(({ partitionIndex }) => {
          const partition = `${topicNameIn({ name, topicId })}-${partitionIndex}`;
          const { error = 'NONE' } = answerOf(script, partition);
          return { partitionIndex, errorCode: error };
        }),
      })),
    };
  }

  #newMemberId(): string {
    this.#memberIds += 1;
    return `m${this.#memberIds}`;
  }
}

/** `m2` → 2 */
function numberOf(memberId: string): number {
  return Number(memberId.slice(1));
}
