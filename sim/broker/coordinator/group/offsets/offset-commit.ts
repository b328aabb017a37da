import { type ErrorName } from '../../../../protocol/errors.ts';
import { type OffsetCommitRequest } from '../../../../protocol/messages/offset-commit-request.ts';
import {
  type OffsetCommitResponsePartition,
  type OffsetCommitResponseTopic,
} from '../../../../protocol/messages/offset-commit-response.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type ClassicGroup } from '../classic/classic-group.ts';
import { type ConsumerGroup } from '../consumer/consumer-group.ts';
import { usesClassicProtocol } from '../consumer/consumer-member.ts';
import { type Group } from '../group.ts';
import { offsetCommitRecord } from '../group-records.ts';

/** By what request offsets are committed. */
export interface CommitKind {
  readonly apiVersion: number;
  /** A TxnOffsetCommit: its old versions do not say who commits, so that it need not be said. */
  readonly isTransactional: boolean;
}

/** Whether the member may commit now, and all of that (`Group.validateOffsetCommit`). */
export function commitError(
  group: Group,
  request: OffsetCommitRequest,
  kind: CommitKind,
): ErrorName {
  return group.type === 'classic'
    ? classicCommitError(group, request, kind)
    : consumerCommitError(group, request, kind);
}

function classicCommitError(
  group: ClassicGroup,
  request: OffsetCommitRequest,
  { isTransactional }: CommitKind,
): ErrorName {
  const { generationIdOrMemberEpoch: generation, memberId, groupInstanceId } = request;
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (generation < 0 && group.state === 'Empty') return 'NONE';
  if (!isAnonymous(request)) {
    const error = group.memberError(memberId, groupInstanceId);
    if (error !== 'NONE') return error;
    if (generation !== group.generation) return 'ILLEGAL_GENERATION';
  } else if (!isTransactional && group.state !== 'Empty') {
    return 'UNKNOWN_MEMBER_ID';
  }
  const isUnsettled = !isTransactional && group.state === 'CompletingRebalance';
  return isUnsettled ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

/** Says neither who commits nor in what generation. */
function isAnonymous(request: OffsetCommitRequest): boolean {
  const { generationIdOrMemberEpoch, memberId, groupInstanceId } = request;
  return generationIdOrMemberEpoch < 0 && memberId === '' && groupInstanceId === null;
}

/** From here on members of the consumer protocol may commit. */
const firstVersionWithMemberEpoch = 9;

/** `ConsumerGroup.validateOffsetCommit` */
function consumerCommitError(
  group: ConsumerGroup,
  request: OffsetCommitRequest,
  { apiVersion, isTransactional }: CommitKind,
): ErrorName {
  const { generationIdOrMemberEpoch: memberEpoch, memberId } = request;
  if (memberEpoch < 0 && group.isEmpty) return 'NONE';
  if (isTransactional && isAnonymous(request)) return 'NONE';
  const member = group.members.get(memberId);
  if (member === undefined) return 'UNKNOWN_MEMBER_ID';
  const isClassic = usesClassicProtocol(member);
  const isTooOld = !isTransactional && apiVersion < firstVersionWithMemberEpoch;
  if (!isClassic && isTooOld) return 'UNSUPPORTED_VERSION';
  if (memberEpoch === member.memberEpoch) return 'NONE';
  const stale = isClassic ? 'ILLEGAL_GENERATION' : 'STALE_MEMBER_EPOCH';
  if (memberEpoch > member.memberEpoch) return stale;
  // One whose epoch has grown may commit what it has had since before (KIP-1251).
  const hasHadAll = request.topics.every(({ topicId, partitions }) =>
    partitions.every(({ partitionIndex }) => {
      const assignedAt =
        member.assigned.get(topicId)?.get(partitionIndex) ??
        member.pendingRevocation.get(topicId)?.get(partitionIndex);
      return assignedAt !== undefined && assignedAt <= memberEpoch;
    }),
  );
  return hasHadAll ? 'NONE' : stale;
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
