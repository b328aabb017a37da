import { type ErrorName } from '../../../../protocol/errors.ts';
import { type OffsetCommitRequest } from '../../../../protocol/messages/offset-commit-request.ts';
import {
  type OffsetCommitResponsePartition,
  type OffsetCommitResponseTopic,
} from '../../../../protocol/messages/offset-commit-response.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type ClassicGroup } from '../classic/classic-group.ts';
import { type ConsumerGroup } from '../consumer/consumer-group.ts';
import {
  assignmentEpochOf,
  type ConsumerMember,
  usesClassicProtocol,
} from '../consumer/consumer-member.ts';
import { type Group } from '../group.ts';
import { offsetCommitRecord } from '../group-records.ts';
import { type GroupSwitches } from '../group-switches.ts';

/** By what request offsets are committed. */
export interface CommitKind {
  readonly apiVersion: number;
  /** A TxnOffsetCommit: its old versions do not say who commits, so that it need not be said. */
  readonly isTransactional: boolean;
  readonly switches: GroupSwitches;
}

/** Whether the member may commit now, and all of that (`Group.validateOffsetCommit`). */
export function commitError(
  group: Group,
  request: OffsetCommitRequest,
  kind: CommitKind,
): ErrorName {
  if (kind.isTransactional && kind.switches.anybodyCommitsInTransactions) return 'NONE';
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
  { apiVersion, isTransactional, switches }: CommitKind,
): ErrorName {
  const { generationIdOrMemberEpoch: memberEpoch, memberId } = request;
  if (memberEpoch < 0 && group.isEmpty) {
    const wasMember = memberId !== '';
    return wasMember && switches.formerMembersCommitNothing ? 'UNKNOWN_MEMBER_ID' : 'NONE';
  }
  if (isTransactional && isAnonymous(request)) return 'NONE';
  const member = group.members.get(memberId);
  if (member === undefined) return 'UNKNOWN_MEMBER_ID';
  const isClassic = usesClassicProtocol(member);
  const isTooOld = !isTransactional && apiVersion < firstVersionWithMemberEpoch;
  if (!isClassic && isTooOld) return 'UNSUPPORTED_VERSION';
  if (mayCommitIn(member, request, switches)) return 'NONE';
  return isClassic ? 'ILLEGAL_GENERATION' : 'STALE_MEMBER_EPOCH';
}

/** In its own epoch a member may commit for whatever partition. */
function mayCommitIn(
  member: ConsumerMember,
  request: OffsetCommitRequest,
  { commitsNeedOwnership, commitsNeedNewestEpoch }: GroupSwitches,
): boolean {
  const { generationIdOrMemberEpoch: memberEpoch } = request;
  if (memberEpoch > member.memberEpoch) return false;
  if (memberEpoch === member.memberEpoch && !commitsNeedOwnership) return true;
  if (memberEpoch < member.memberEpoch && commitsNeedNewestEpoch) return false;
  return hasHadAll(member, request);
}

/** A member whose epoch has grown may commit what it has had since before (KIP-1251). */
function hasHadAll(
  member: ConsumerMember,
  { topics, generationIdOrMemberEpoch: memberEpoch }: OffsetCommitRequest,
): boolean {
  return topics.every(({ topicId, partitions }) =>
    partitions.every(({ partitionIndex }) => {
      const assignedAt = assignmentEpochOf(member, topicId, partitionIndex);
      return assignedAt !== undefined && assignedAt <= memberEpoch;
    }),
  );
}

const noRetentionTime = -1;

/** What a commit writes, and what its answer will be when that is committed. */
export function committed(
  request: OffsetCommitRequest,
  { nowMs, maxMetadataLength }: { readonly nowMs: number; readonly maxMetadataLength: number },
): { readonly records: CoordinatorRecord[]; readonly topics: OffsetCommitResponseTopic[] } {
  const { groupId, retentionTimeMs, commitUid } = request;
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
        ...(commitUid === undefined ? {} : { commitUid }),
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
