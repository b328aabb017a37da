import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../../protocol/errors.ts';
import { type OffsetCommitRequestTopic } from '../../../protocol/messages/offset-commit-request.ts';
import { type OffsetCommitResponse } from '../../../protocol/messages/offset-commit-response.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { groupByTopic } from '../../topic-partition.ts';
import { type CommitStory } from './commit-story.ts';
import { type Generation, noGeneration } from './generation.ts';
import { type GroupOffset } from './group-offset.ts';
import { type GroupParts } from './group-parts.ts';
import { PendingOutcome } from './pending-outcome.ts';

/** The last version that names topics, as a consumer of the classic protocol does. */
const topicNameVersion = 9;

export interface CommitFailure {
  /** The Java class, without its package. */
  readonly exception: string;
  readonly isRetriable: boolean;
}

export type CommitResult = 'committed' | CommitFailure;

/** Sends offsets to the coordinator (`ConsumerCoordinator.sendOffsetCommitRequest`). */
export class OffsetCommit {
  readonly #parts: GroupParts;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  send(offsets: readonly GroupOffset[], story: CommitStory): PendingOutcome<CommitResult> {
    if (offsets.length === 0) return known('committed');
    const { coordinator, membership, subscriptions } = this.#parts;
    if (coordinator.known() === undefined) return known(notAvailable);
    const isMember = subscriptions.isAutoAssigned;
    const generation = isMember ? membership.stableGeneration : noGeneration;
    // The application can only complete the rebalance, by polling.
    if (generation === undefined) return known(membership.isRebalancing ? rebalancing : notMember);

    story.attempted(generation, offsets);
    const request = {
      groupId: membership.groupId,
      generationIdOrMemberEpoch: generation.generationId,
      memberId: generation.memberId,
      groupInstanceId: isMember ? membership.instanceId : null,
      retentionTimeMs: -1,
      topics: topicsOf(offsets),
      commitUid: story.uid,
    };
    const judge = (response: Response | undefined): CommitResult =>
      this.#judge(response, generation, story);
    return coordinator.ask(Api.offsetCommit, request, judge, { maxVersion: topicNameVersion });
  }

  #judge(response: Response | undefined, sent: Generation, story: CommitStory): CommitResult {
    if (response?.apiKey !== Api.offsetCommit) {
      story.answered(false);
      return { exception: 'DisconnectException', isRetriable: true };
    }
    const errors = errorsIn(response.body);
    story.answered(errors.every(hasNoEffect));
    if (errors.every((error) => error === 'NONE')) return 'committed';
    // The first error decides, but for topics that the member may not read.
    const decisive = errors.find(
      (error) => error !== 'NONE' && error !== 'TOPIC_AUTHORIZATION_FAILED',
    );
    return this.#failureOf(decisive ?? 'TOPIC_AUTHORIZATION_FAILED', sent);
  }

  /** `ConsumerCoordinator.OffsetCommitResponseHandler`. */
  #failureOf(error: ErrorName, sent: Generation): CommitFailure {
    const { coordinator, membership } = this.#parts;
    const isUnchanged = membership.isUnchangedSince(sent);
    const isPreparing = membership.state === 'preparingRebalance';
    switch (error) {
      case 'COORDINATOR_NOT_AVAILABLE':
      case 'NOT_COORDINATOR':
      case 'REQUEST_TIMED_OUT':
        coordinator.refused();
        return failureOf(error);
      case 'FENCED_INSTANCE_ID':
        if (isUnchanged) return failureOf(error);
        return isPreparing ? rebalancing : notMember;
      case 'REBALANCE_IN_PROGRESS':
        membership.requestRejoin('offset commit failed since group is already rebalancing');
        return rebalancing;
      case 'UNKNOWN_MEMBER_ID':
      case 'ILLEGAL_GENERATION':
        if (!isUnchanged && isPreparing) return rebalancing;
        membership.failed('OFFSET_COMMIT', error);
        return notMember;
      default:
        return commitErrors.has(error)
          ? failureOf(error)
          : { exception: 'KafkaException', isRetriable: false };
    }
  }
}

/** What a commit may be answered with, and no more can be said of it than that. */
const commitErrors: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'GROUP_AUTHORIZATION_FAILED',
  'INVALID_COMMIT_OFFSET_SIZE',
  'OFFSET_METADATA_TOO_LARGE',
  'TOPIC_AUTHORIZATION_FAILED',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

const rebalancing: CommitFailure = {
  exception: 'RebalanceInProgressException',
  isRetriable: false,
};
const notMember: CommitFailure = { exception: 'CommitFailedException', isRetriable: false };
const notAvailable: CommitFailure = failureOf('COORDINATOR_NOT_AVAILABLE');

function failureOf(error: ErrorName): CommitFailure {
  const { exception, retriable } = errorProperties(error);
  return { exception, isRetriable: retriable };
}

function known(result: CommitResult): PendingOutcome<CommitResult> {
  const outcome = new PendingOutcome(() => result);
  outcome.failed();
  return outcome;
}

/**
 * Errors with which a coordinator answers before it writes. The others may come when the write was
 * replicated too late, or another broker took over meanwhile.
 */
export function hasNoEffect(error: ErrorName): boolean {
  switch (error) {
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'FENCED_INSTANCE_ID':
    case 'GROUP_AUTHORIZATION_FAILED':
    case 'GROUP_ID_NOT_FOUND':
    case 'ILLEGAL_GENERATION':
    case 'INVALID_GROUP_ID':
    case 'OFFSET_METADATA_TOO_LARGE':
    case 'REBALANCE_IN_PROGRESS':
    case 'STALE_MEMBER_EPOCH':
    case 'TOPIC_AUTHORIZATION_FAILED':
    case 'UNKNOWN_MEMBER_ID':
    case 'UNKNOWN_TOPIC_ID':
    case 'UNKNOWN_TOPIC_OR_PARTITION':
      return true;
    default:
      return false;
  }
}

/** Of each partition, in the order of the answer. */
export function errorsIn({ topics }: OffsetCommitResponse): readonly ErrorName[] {
  return topics.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode));
}

/** By topic, under their names. */
export function topicsOf(offsets: readonly GroupOffset[]): readonly OffsetCommitRequestTopic[] {
  return [...groupByTopic(offsets, ({ partition }) => partition.topic)].map(([name, ofTopic]) => ({
    name,
    topicId: zeroUuid,
    partitions: ofTopic.map(({ partition, offset, leaderEpoch }) => ({
      partitionIndex: partition.partition,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: '',
    })),
  }));
}
