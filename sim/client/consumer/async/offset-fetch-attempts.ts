import { type BrokerId } from '../../../trace.ts';
import { type Instant } from '../../../kernel/time.ts';
import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../../protocol/errors.ts';
import { type OffsetFetchRequest } from '../../../protocol/messages/offset-fetch-request.ts';
import {
  type OffsetFetchResponse,
  type OffsetFetchResponsePartitions,
} from '../../../protocol/messages/offset-fetch-response.ts';
import { type Uuid, zeroUuid } from '../../../protocol/uuid.ts';
import { groupByTopic, type TopicPartition, topicPartition } from '../../topic-partition.ts';
import { type Metadata } from '../../metadata.ts';
import { type GroupOffset } from '../group/group-offset.ts';
import { type RequestFailure } from '../request-sender.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { disconnectFailure, failure, failureOfError, timeoutFailure } from './failure.ts';
import { type MemberInfo } from './member-info.ts';
import { type BackgroundHandler } from './network-client-delegate.ts';
import { PendingRequest } from './pending-request.ts';
import { type RequestState } from './request-state.ts';

/** The last version that names topics. */
const topicNameVersion = 9;

/** What an answer says (`CommitRequestManager.OffsetFetchResult`). */
export interface FetchedOffsets {
  readonly offsets: readonly GroupOffset[];
  /** The coordinator does not know their topics, or not yet. */
  readonly unknown: readonly TopicPartition[];
}

export interface OffsetFetchOptions {
  readonly groupId: string;
  readonly partitions: readonly TopicPartition[];
  readonly deadlineMs: number;
  readonly state: RequestState;
  readonly coordinators: CoordinatorRequestManager;
}

/** One question what the group has committed, with all its attempts (`OffsetFetchRequestState`). */
export class OffsetFetchAttempts
  extends PendingRequest<FetchedOffsets>
  implements BackgroundHandler
{
  readonly partitions: readonly TopicPartition[];
  /** When the last attempt was sent, and to which broker. */
  askedAt: Instant = 0;
  askedOf: BrokerId = -1;
  readonly #groupId: string;
  readonly #coordinators: CoordinatorRequestManager;
  /** By the ids that the request names. */
  readonly #topicNames = new Map<Uuid, string>();
  /** By name; empty if the request goes by names. */
  readonly #topicIds = new Map<string, Uuid>();

  constructor({ groupId, partitions, deadlineMs, state, coordinators }: OffsetFetchOptions) {
    super(state, deadlineMs);
    this.partitions = partitions;
    this.#groupId = groupId;
    this.#coordinators = coordinators;
  }

  isSameQuestion(other: OffsetFetchAttempts): boolean {
    if (other.partitions.length !== this.partitions.length) return false;
    const names = new Set(this.partitions.map(({ name }) => name));
    return other.partitions.every(({ name }) => names.has(name));
  }

  /** Topics go by their ids if all of them are known. */
  request(
    { memberId, epoch }: MemberInfo,
    { snapshot }: Metadata,
  ): { readonly body: OffsetFetchRequest; readonly maxVersion: number | undefined } {
    this.#topicNames.clear();
    this.#topicIds.clear();
    const byTopic = [...groupByTopic(this.partitions, ({ topic }) => topic)];
    const topics = byTopic.map(([name, asked]) => {
      const topicId = snapshot.topicId(name) ?? zeroUuid;
      this.#topicNames.set(topicId, name);
      return { name, topicId, partitionIndexes: asked.map(({ partition }) => partition) };
    });
    const usesIds = topics.every(({ topicId }) => topicId !== zeroUuid);
    if (usesIds) for (const { name, topicId } of topics) this.#topicIds.set(name, topicId);
    const group = {
      groupId: this.#groupId,
      memberId: epoch === undefined ? null : memberId,
      memberEpoch: epoch ?? -1,
      topics: usesIds
        ? topics.map((topic) => ({ ...topic, name: '' }))
        : topics.map((topic) => ({ ...topic, topicId: zeroUuid })),
    };
    return {
      // Since version 8 the groups are a list; these two are for older ones.
      body: { groupId: '', topics: null, groups: [group], requireStable: true },
      maxVersion: usesIds ? undefined : topicNameVersion,
    };
  }

  /** By what id the last attempt has asked for the topic; null: by its name. */
  idOf(topic: string): Uuid | null {
    return this.#topicIds.get(topic) ?? null;
  }

  answered(response: Response, nowMs: number): void {
    if (response.apiKey !== Api.offsetFetch) return;
    const error = response.body.groups[0]?.errorCode ?? 'NONE';
    if (error === 'NONE') this.#read(response.body, nowMs);
    else this.#refused(error, nowMs);
  }

  failed(requestFailure: RequestFailure, nowMs: number): void {
    this.state.failed(nowMs);
    this.#coordinators.requestFailed(requestFailure);
    this.future.fail(requestFailure === 'expired' ? timeoutFailure : disconnectFailure);
  }

  #refused(error: ErrorName, nowMs: number): void {
    this.state.failed(nowMs);
    if (error === 'NOT_COORDINATOR' || error === 'COORDINATOR_NOT_AVAILABLE') {
      this.#coordinators.markUnknown();
    }
    const isTold = toldErrors.has(error) || errorProperties(error).retriable;
    this.future.fail(isTold ? failureOfError(error) : failure('KafkaException'));
  }

  #read({ groups }: OffsetFetchResponse, nowMs: number): void {
    const offsets: GroupOffset[] = [];
    const unknown: TopicPartition[] = [];
    const errors = new Set<ErrorName>();
    for (const { name, topicId, partitions } of groups[0]?.topics ?? []) {
      const topic = topicId === zeroUuid ? name : (this.#topicNames.get(topicId) ?? name);
      for (const answer of partitions) {
        const partition = topicPartition(topic, answer.partitionIndex);
        const { errorCode } = answer;
        if (errorCode === 'NONE') offsets.push(committedOffset(partition, answer));
        else if (unknownTopic.has(errorCode)) unknown.push(partition);
        errors.add(errorCode);
      }
    }
    errors.delete('NONE');
    if (errors.size > 0) this.state.failed(nowMs);
    else this.state.succeeded(nowMs);
    const unexpected = [...errors].find((error) => !expectedErrors.has(error));
    if (unexpected !== undefined) this.future.fail(failure('KafkaException'));
    else if (errors.has('TOPIC_AUTHORIZATION_FAILED')) {
      this.future.fail(failureOfError('TOPIC_AUTHORIZATION_FAILED'));
    } else if (errors.has('UNSTABLE_OFFSET_COMMIT')) {
      this.future.fail(failureOfError('UNSTABLE_OFFSET_COMMIT'));
    } else {
      this.future.complete({ offsets, unknown });
    }
  }
}

const toldErrors: ReadonlySet<ErrorName> = new Set([
  'GROUP_AUTHORIZATION_FAILED',
  'STALE_MEMBER_EPOCH',
  'UNKNOWN_MEMBER_ID',
]);

const unknownTopic: ReadonlySet<ErrorName> = new Set([
  'UNKNOWN_TOPIC_ID',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

const expectedErrors: ReadonlySet<ErrorName> = new Set([
  ...unknownTopic,
  'TOPIC_AUTHORIZATION_FAILED',
  'UNSTABLE_OFFSET_COMMIT',
]);

function committedOffset(
  partition: TopicPartition,
  { committedOffset: offset, committedLeaderEpoch: leaderEpoch }: OffsetFetchResponsePartitions,
): GroupOffset {
  return offset < 0
    ? { partition, offset: -1, leaderEpoch: -1 }
    : { partition, offset, leaderEpoch };
}
