import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../../protocol/errors.ts';
import { type JoinGroupResponse } from '../../../protocol/messages/join-group-response.ts';
import { type SyncGroupRequestAssignment } from '../../../protocol/messages/sync-group-request.ts';
import { type SyncGroupResponse } from '../../../protocol/messages/sync-group-response.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type PollCondition } from '../consumer-network-client.ts';
import { awaitMetadata, caught, type Waits } from '../waits.ts';
import { type Generation } from './generation.ts';
import { type GroupParts } from './group-parts.ts';
import { type HeartbeatThread } from './heartbeat-thread.ts';
import { type Election, type LeaderRole } from './leader-role.ts';

/** Of the protocols of classic groups, that of consumers. */
const consumerProtocolType = 'consumer';

/** A broker may hold a JoinGroup back for the rebalance timeout (`JOIN_GROUP_TIMEOUT_LAPSE`). */
const joinGroupLapseMs = 5_000;

/** `JoinGroupRequest.maybeTruncateReason` */
const longestReason = 255;

/** What a JoinGroup may be answered with, and no more can be said of it than that. */
const joinErrors: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_GROUP_ID',
  'GROUP_AUTHORIZATION_FAILED',
  'GROUP_MAX_SIZE_REACHED',
  'UNSUPPORTED_VERSION',
]);

/** Why a member has not got an assignment, and what it does next. */
export interface JoinFailure {
  readonly exception: ConsumerException;
  readonly next: 'joinAgain' | 'joinWithMemberId' | 'backOff' | 'throw';
}

/** What a member sends of itself: its assignors, and what each needs to know. */
export type JoinProtocols = readonly { readonly name: string; readonly metadata: Bytes }[];

/** What joins are made with. */
export interface JoinParts {
  readonly group: GroupParts;
  readonly leader: LeaderRole;
  readonly thread: HeartbeatThread;
}

/**
 * One JoinGroup and the SyncGroup that follows (`AbstractCoordinator.sendJoinGroupRequest`). Answers are
 * taken in by whoever polls; the outcome waits here for the application's next poll.
 */
export class JoinAttempt implements PollCondition {
  readonly #parts: JoinParts;
  /** With the JoinGroup, and later with the SyncGroup. */
  #sent: Generation;
  #outcome: Bytes | JoinFailure | undefined = undefined;

  constructor(parts: JoinParts, protocols: JoinProtocols) {
    const { membership, coordinator, config } = parts.group;
    this.#parts = parts;
    this.#sent = membership.generation;
    const request = {
      groupId: membership.groupId,
      sessionTimeoutMs: config.sessionTimeoutMs,
      rebalanceTimeoutMs: config.maxPollIntervalMs,
      memberId: membership.generation.memberId,
      groupInstanceId: membership.instanceId,
      protocolType: consumerProtocolType,
      protocols,
      reason: membership.rejoinReason.slice(0, longestReason),
    };
    const longestMs = config.maxPollIntervalMs + joinGroupLapseMs;
    const requestTimeoutMs = Math.max(config.requestTimeoutMs, longestMs);
    coordinator.ask(Api.joinGroup, request, (response) => this.#joinAnswered(response), {
      requestTimeoutMs,
    });
  }

  /** The assignment, as the leader has written it; undefined while it is not known. */
  get outcome(): Bytes | JoinFailure | undefined {
    return this.#outcome;
  }

  get mayWait(): boolean {
    return this.#outcome === undefined;
  }

  #fail(name: string, next: JoinFailure['next']): 'failed' {
    this.#outcome = { exception: { name, partitions: [] }, next };
    return 'failed';
  }

  // JoinGroup

  #joinAnswered(response: Response | undefined): 'joined' | 'failed' {
    if (response?.apiKey !== Api.joinGroup) return this.#fail('DisconnectException', 'backOff');
    const { errorCode: error, memberId } = response.body;
    if (error === 'NONE') return this.#joined(response.body);
    const { membership, coordinator } = this.#parts.group;
    switch (error) {
      case 'UNKNOWN_MEMBER_ID':
        if (membership.isUnchangedSince(this.#sent)) membership.failed('JOIN_GROUP', error);
        return this.#refused(error, 'joinAgain');
      case 'COORDINATOR_NOT_AVAILABLE':
      case 'NOT_COORDINATOR':
        coordinator.refused();
        return this.#failWith(error);
      case 'MEMBER_ID_REQUIRED':
        membership.takeMemberId(memberId);
        return this.#fail('MemberIdRequiredException', 'joinWithMemberId');
      case 'REBALANCE_IN_PROGRESS':
        return this.#refused(error, 'joinAgain');
      default:
        return joinErrors.has(error) ? this.#failWith(error) : this.#failUnexpectedly(error);
    }
  }

  #failWith(error: ErrorName): 'failed' {
    return this.#refused(error, errorProperties(error).retriable ? 'backOff' : 'throw');
  }

  #failUnexpectedly(error: ErrorName): 'failed' {
    this.#tellRefusal(error, true);
    return this.#fail('KafkaException', 'throw');
  }

  #refused(error: ErrorName, next: JoinFailure['next']): 'failed' {
    this.#tellRefusal(error, next === 'throw');
    return this.#fail(errorProperties(error).exception, next);
  }

  #tellRefusal(error: ErrorName, isFatal: boolean): void {
    const { context, membership } = this.#parts.group;
    const { groupId } = membership;
    const { memberId } = this.#sent;
    context.record({ kind: 'joinRefused', groupId, memberId, error, isFatal });
  }

  #joined(answer: JoinGroupResponse): 'joined' | 'failed' {
    const { group, thread, leader } = this.#parts;
    const { membership } = group;
    // It may have left while the answer was on its way.
    if (membership.state !== 'preparingRebalance') {
      return this.#fail('UnjoinedGroupException', 'backOff');
    }
    const { generationId, memberId, protocolName } = answer;
    membership.state = 'completingRebalance';
    thread.enable();
    membership.generation = { generationId, memberId, protocolName };
    if (answer.leader !== memberId) {
      this.#sync([]);
      return 'joined';
    }
    const election = leader.begin(answer);
    if ('name' in election) return this.#fail(election.name, 'throw');
    if (leader.needsMetadata) group.handlerWait.begin(this.#assignLater(election));
    else this.#assign(election);
    return 'joined';
  }

  *#assignLater(election: Election): Waits<void> {
    const { metadata, context } = this.#parts.group;
    const unlimited = new CallTimer(Infinity, context.wallClockMs());
    const thrown = yield* caught(awaitMetadata(metadata, unlimited));
    if (thrown === undefined) this.#assign(election);
    else this.#fail(thrown.name, 'throw');
  }

  #assign(election: Election): void {
    const assignments = this.#parts.leader.assign(election);
    if ('name' in assignments) this.#fail(assignments.name, 'throw');
    else this.#sync(assignments);
  }

  // SyncGroup

  #sync(assignments: readonly SyncGroupRequestAssignment[]): void {
    const { membership, coordinator } = this.#parts.group;
    const { generation } = membership;
    this.#sent = generation;
    const request = {
      groupId: membership.groupId,
      generationId: generation.generationId,
      memberId: generation.memberId,
      groupInstanceId: membership.instanceId,
      protocolType: consumerProtocolType,
      protocolName: generation.protocolName,
      assignments,
    };
    coordinator.ask(Api.syncGroup, request, (response) => this.#syncAnswered(response));
  }

  #syncAnswered(response: Response | undefined): 'synced' | 'failed' {
    if (response?.apiKey !== Api.syncGroup) return this.#fail('DisconnectException', 'backOff');
    const { errorCode: error } = response.body;
    if (error === 'NONE') return this.#synced(response.body);
    const { membership, coordinator } = this.#parts.group;
    switch (error) {
      case 'REBALANCE_IN_PROGRESS':
        return this.#refused(error, 'joinAgain');
      case 'UNKNOWN_MEMBER_ID':
      case 'ILLEGAL_GENERATION':
        if (membership.isUnchangedSince(this.#sent)) membership.failed('SYNC_GROUP', error);
        return this.#refused(error, 'joinAgain');
      case 'COORDINATOR_NOT_AVAILABLE':
      case 'NOT_COORDINATOR':
        coordinator.refused();
        return this.#failWith(error);
      case 'GROUP_AUTHORIZATION_FAILED':
      case 'FENCED_INSTANCE_ID':
        return this.#failWith(error);
      default:
        return this.#failUnexpectedly(error);
    }
  }

  #synced({ protocolName, assignment }: SyncGroupResponse): 'synced' | 'failed' {
    const { membership } = this.#parts.group;
    if (membership.isReset || membership.state !== 'completingRebalance') {
      // The heartbeat thread has found out meanwhile that the generation is over.
      return this.#fail('IllegalGenerationException', 'joinAgain');
    }
    if (protocolName !== null && protocolName !== membership.generation.protocolName) {
      return this.#fail('InconsistentGroupProtocolException', 'throw');
    }
    membership.state = 'stable';
    membership.rejoinReason = '';
    membership.isRejoinNeeded = false;
    this.#outcome = assignment;
    return 'synced';
  }
}
