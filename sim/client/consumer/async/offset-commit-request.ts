import { type ErrorName } from '../../../protocol/errors.ts';
import { type OffsetCommitRequest } from '../../../protocol/messages/offset-commit-request.ts';
import { type CommitUid } from '../../../protocol/record-batch.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { type GroupMetadata, type GroupOffset } from '../group/group-offset.ts';
import { topicsOf } from '../group/offset-commit.ts';
import { type Metadata } from '../../metadata.ts';
import { failure, type Failure, failureOfError } from './failure.ts';

/** The last version that names topics. */
const topicNameVersion = 9;

export interface VersionedCommit {
  readonly body: OffsetCommitRequest;
  /** Undefined: the newest one. */
  readonly maxVersion: number | undefined;
}

/** What a call commits, and which call it is. */
export interface CommittedCall {
  readonly offsets: readonly GroupOffset[];
  readonly story: { readonly uid: CommitUid };
}

/** Topics go by their ids if all of them are known (KIP-848). */
export function offsetCommitRequest(
  { groupId, generationId, memberId, groupInstanceId }: GroupMetadata,
  { offsets, story }: CommittedCall,
  { snapshot }: Metadata,
): VersionedCommit {
  const topics = topicsOf(offsets);
  const withIds = topics.map((topic) => {
    return { ...topic, topicId: snapshot.topicId(topic.name) ?? zeroUuid };
  });
  const usesIds = withIds.every(({ topicId }) => topicId !== zeroUuid);
  const body = {
    groupId,
    generationIdOrMemberEpoch: generationId,
    memberId,
    groupInstanceId,
    retentionTimeMs: -1,
    commitUid: story.uid,
    topics: usesIds ? withIds.map((topic) => ({ ...topic, name: '' })) : topics,
  };
  return { body, maxVersion: usesIds ? undefined : topicNameVersion };
}

/** What an error of a partition means for the commit (`OffsetCommitRequestState.onResponse`). */
export function commitFailureOf(error: ErrorName): Failure {
  switch (error) {
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'GROUP_AUTHORIZATION_FAILED':
    case 'INVALID_COMMIT_OFFSET_SIZE':
    case 'NOT_COORDINATOR':
    case 'OFFSET_METADATA_TOO_LARGE':
    case 'REQUEST_TIMED_OUT':
    case 'STALE_MEMBER_EPOCH':
    case 'TOPIC_AUTHORIZATION_FAILED':
    case 'UNKNOWN_TOPIC_ID':
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return failureOfError(error);
    case 'UNKNOWN_MEMBER_ID':
      return failure('CommitFailedException');
    default:
      return failure('KafkaException');
  }
}

/** Whether another broker may coordinate the group now. */
export function isCoordinatorLost(error: ErrorName): boolean {
  return (
    error === 'COORDINATOR_NOT_AVAILABLE' ||
    error === 'NOT_COORDINATOR' ||
    error === 'REQUEST_TIMED_OUT'
  );
}
