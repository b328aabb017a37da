import { type ErrorName } from '../../../../protocol/errors.ts';
import { type OffsetCommitRequest } from '../../../../protocol/messages/offset-commit-request.ts';
import {
  type OffsetCommitResponsePartition,
  type OffsetCommitResponseTopic,
} from '../../../../protocol/messages/offset-commit-response.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type ClassicGroup } from '../classic/classic-group.ts';
import { offsetCommitRecord } from '../group-records.ts';

/** Whether the member may commit now (`ClassicGroup.validateOffsetCommit`). */
export function commitError(group: ClassicGroup, request: OffsetCommitRequest): ErrorName {
  const { generationIdOrMemberEpoch: generation, memberId, groupInstanceId } = request;
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (generation < 0 && group.state === 'Empty') return 'NONE';
  if (generation >= 0 || memberId !== '' || groupInstanceId !== null) {
    const error = group.memberError(memberId, groupInstanceId);
    if (error !== 'NONE') return error;
    if (generation !== group.generation) return 'ILLEGAL_GENERATION';
  } else if (group.state !== 'Empty') {
    return 'UNKNOWN_MEMBER_ID';
  }
  return group.state === 'CompletingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

const noRetentionTime = -1;

/** What a commit writes, and what its answer will be when that is committed. */
export function committed(
  request: OffsetCommitRequest,
  { nowMs, maxMetadataLength }: { readonly nowMs: number; readonly maxMetadataLength: number },
): { readonly records: CoordinatorRecord[]; readonly topics: OffsetCommitResponseTopic[] } {
  const { groupId, retentionTimeMs } = request;
  const expireTimestampMs = retentionTimeMs === noRetentionTime ? -1 : nowMs + retentionTimeMs;
  const records: CoordinatorRecord[] = [];
  const topics = request.topics.map(({ name: topic, topicId, partitions }) => ({
    name: topic,
    topicId,
    partitions: partitions.map((committing): OffsetCommitResponsePartition => {
      const { partitionIndex, committedMetadata } = committing;
      const metadata = committedMetadata ?? '';
      if (metadata.length > maxMetadataLength) {
        return { partitionIndex, errorCode: 'OFFSET_METADATA_TOO_LARGE' };
      }
      const place = { topic, partition: partitionIndex };
      const offset = {
        offset: committing.committedOffset,
        leaderEpoch: committing.committedLeaderEpoch,
        metadata,
        commitTimestampMs: nowMs,
        expireTimestampMs,
        topicId,
      };
      records.push(offsetCommitRecord(groupId, place, offset));
      return { partitionIndex, errorCode: 'NONE' };
    }),
  }));
  return { records, topics };
}

/** The answer where nothing was committed, for one reason. */
export function refusedCommit(
  { topics }: OffsetCommitRequest,
  errorCode: ErrorName,
): OffsetCommitResponseTopic[] {
  return topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
  }));
}
