import { type Random } from '../../../../kernel/random.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import { type Operation, nothing } from '../../runtime/coordinator-operation.ts';
import { type CoordinatorTimers } from '../../runtime/coordinator-timers.ts';
import { type GroupFactRecorder, type RemovalReason } from '../group-fact-recorder.ts';
import { groupMetadataRecord } from '../group-records.ts';
import { classicView } from '../group-views.ts';
import { refusedJoin } from './classic-answers.ts';
import { type ClassicGroup } from './classic-group.ts';
import { type ClassicMember } from './classic-member.ts';

export interface RebalanceParts {
  readonly timers: CoordinatorTimers;
  readonly random: Random;
  readonly wallClockMs: () => number;
  /** The group of that id, if it is there and classic. */
  readonly find: (groupId: string) => ClassicGroup | undefined;
  /** `group.initial.rebalance.delay.ms` */
  readonly initialDelayMs: number;
  readonly facts: GroupFactRecorder;
}

/** How long a new member may wait for a rebalance: it cannot send heartbeats yet. */
export const newMemberTimeoutMs = 300_000;

/**
 * The rebalances of classic groups (`GroupMetadataManager`): who is waited for, and what happens when
 * time is over. Each function returns what is to be written.
 */
export class ClassicRebalance {
  readonly #parts: RebalanceParts;

  constructor(parts: RebalanceParts) {
    this.#parts = parts;
  }

  /** A member came, went or changed: begins a rebalance, or sees whether the running one is over. */
  prepareOrComplete(group: ClassicGroup): Operation {
    return group.canRebalance ? this.prepare(group) : this.maybeComplete(group);
  }

  prepare(group: ClassicGroup): Operation {
    const { timers, initialDelayMs, wallClockMs } = this.#parts;
    if (group.state === 'CompletingRebalance') {
      this.resetAssignments(group, 'REBALANCE_IN_PROGRESS');
    }
    group.pendingSyncs.clear();
    timers.cancel(syncKey(group.groupId));
    const isInitial = group.state === 'Empty';
    group.transitionTo('PreparingRebalance', wallClockMs());
    this.#tell(group);
    if (isInitial) {
      const remainingMs = Math.max(group.rebalanceTimeoutMs - initialDelayMs, 0);
      this.#scheduleInitial(group, initialDelayMs, remainingMs);
      return nothing;
    }
    if (group.hasAllMembersJoined) return this.complete(group);
    this.#scheduleCompletion(group);
    return nothing;
  }

  /** The first rebalance of a group is completed by time alone. */
  maybeComplete(group: ClassicGroup): Operation {
    const isOver =
      group.state === 'PreparingRebalance' &&
      group.previousState !== 'Empty' &&
      group.hasAllMembersJoined;
    return isOver ? this.complete(group) : nothing;
  }

  /** The next generation begins, without the dynamic members that have not joined. */
  complete(group: ClassicGroup): Operation {
    const { timers, random, wallClockMs } = this.#parts;
    timers.cancel(joinKey(group.groupId));
    for (const member of [...group.members.values()]) {
      if (member.awaitingJoin === undefined && !member.isStatic) {
        this.remove(group, member.memberId, 'rebalanceExpired');
        timers.cancel(heartbeatKey(group.groupId, member.memberId));
      }
    }
    // The order of Kafka's hash map decides who leads.
    const isLed = group.maybeElectNewJoinedLeader((waiting) => random.pick(waiting));
    if (!isLed && group.members.size > 0) {
      this.#scheduleCompletion(group);
      return nothing;
    }
    group.initNextGeneration(wallClockMs());
    this.#tell(group);
    if (group.state === 'Empty') {
      return {
        ...nothing,
        records: [groupMetadataRecord(group.groupId, group.store())],
        replays: false,
      };
    }
    for (const member of group.members.values()) {
      const response = group.joined(member.memberId);
      this.answerJoin(member, () => response);
      this.restartSession(group, member);
      member.isNew = false;
      group.pendingSyncs.add(member.memberId);
    }
    const { generation } = group;
    timers.schedule(syncKey(group.groupId), group.rebalanceTimeoutMs, () =>
      this.#expireSyncs(group.groupId, generation),
    );
    return nothing;
  }

  /** Of a member, or of one to be, whose id is forgotten when it does not join in time. */
  restartSession(
    { groupId }: ClassicGroup,
    { memberId, sessionTimeoutMs }: Pick<ClassicMember, 'memberId' | 'sessionTimeoutMs'>,
    timeoutMs = sessionTimeoutMs,
  ): void {
    this.#parts.timers.schedule(heartbeatKey(groupId, memberId), timeoutMs, () =>
      this.#expireSession(groupId, memberId),
    );
  }

  /** A commit keeps the session of a member alive, as long as no assignment is waited for. */
  committing(group: ClassicGroup, memberId: string): void {
    const member = group.members.get(memberId);
    const isAlive = group.state === 'Stable' || group.state === 'PreparingRebalance';
    if (isAlive && member !== undefined) this.restartSession(group, member);
  }

  cancelSession({ groupId }: ClassicGroup, memberId: string): void {
    this.#parts.timers.cancel(heartbeatKey(groupId, memberId));
  }

  /** The member asks for its assignment. */
  removePendingSync(group: ClassicGroup, memberId: string): void {
    group.pendingSyncs.delete(memberId);
    if (group.pendingSyncs.size === 0) this.#parts.timers.cancel(syncKey(group.groupId));
  }

  /** Who waits for an assignment of this generation gets an error instead. */
  resetAssignments(group: ClassicGroup, error: ErrorName): void {
    for (const member of group.members.values()) member.assignment = '';
    this.propagateAssignments(group, error);
  }

  propagateAssignments(group: ClassicGroup, errorCode: ErrorName): void {
    const isGiven = errorCode === 'NONE';
    for (const member of group.members.values()) {
      const { awaitingSync, assignment } = member;
      if (awaitingSync === undefined) continue;
      member.awaitingSync = undefined;
      awaitingSync({
        throttleTimeMs: 0,
        errorCode,
        protocolType: isGiven ? group.protocolType : null,
        protocolName: isGiven ? group.protocolName : null,
        assignment,
      });
      // A session that ended while the answer was waited for was let pass.
      this.restartSession(group, member);
    }
  }

  /** All have their assignment. */
  stabilize(group: ClassicGroup): void {
    group.transitionTo('Stable', this.#parts.wallClockMs());
    this.#tell(group);
  }

  /** Takes a member out. */
  remove(group: ClassicGroup, memberId: string, why: RemovalReason): void {
    group.remove(memberId);
    this.#parts.facts.memberRemoved(group.groupId, memberId, why);
  }

  answerJoin(member: ClassicMember, response: () => ReturnType<typeof refusedJoin>): void {
    const answer = member.awaitingJoin;
    if (answer === undefined) return;
    member.awaitingJoin = undefined;
    answer(response());
  }

  #scheduleInitial(group: ClassicGroup, delayMs: number, remainingMs: number): void {
    const { timers, find, initialDelayMs } = this.#parts;
    timers.schedule(joinKey(group.groupId), delayMs, () => {
      const now = find(group.groupId);
      if (now === undefined) return nothing;
      if (!now.newMemberAdded || remainingMs === 0) return this.complete(now);
      now.newMemberAdded = false;
      const nextMs = Math.min(initialDelayMs, remainingMs);
      this.#scheduleInitial(now, nextMs, Math.max(remainingMs - delayMs, 0));
      return nothing;
    });
  }

  #scheduleCompletion({ groupId, rebalanceTimeoutMs }: ClassicGroup): void {
    const { timers, find } = this.#parts;
    timers.schedule(joinKey(groupId), rebalanceTimeoutMs, () => {
      const group = find(groupId);
      return group === undefined ? nothing : this.complete(group);
    });
  }

  #expireSyncs(groupId: string, generation: number): Operation {
    const group = this.#parts.find(groupId);
    if (group?.generation !== generation) return nothing;
    const isOpen = group.state === 'CompletingRebalance' || group.state === 'Stable';
    if (!isOpen || group.pendingSyncs.size === 0) return nothing;
    for (const memberId of [...group.pendingSyncs]) {
      this.remove(group, memberId, 'rebalanceExpired');
      this.cancelSession(group, memberId);
    }
    return this.prepare(group);
  }

  #expireSession(groupId: string, memberId: string): Operation {
    const group = this.#parts.find(groupId);
    if (group === undefined || group.state === 'Dead') return nothing;
    if (group.pendingJoins.has(memberId)) {
      group.remove(memberId);
      return this.#completeIfAllJoined(group);
    }
    const member = group.members.get(memberId);
    if (member === undefined || member.hasSatisfiedHeartbeat) return nothing;
    this.answerJoin(member, () => refusedJoin('UNKNOWN_MEMBER_ID', ''));
    this.remove(group, memberId, 'sessionExpired');
    if (group.state === 'Stable' || group.state === 'CompletingRebalance') {
      return this.prepareOrComplete(group);
    }
    return this.#completeIfAllJoined(group);
  }

  /** A group that has become a consumer group meanwhile is of no interest any more. */
  #tell(group: ClassicGroup): void {
    const { find, facts } = this.#parts;
    if (find(group.groupId) === group) facts.groupChanged(classicView(group));
  }

  #completeIfAllJoined(group: ClassicGroup): Operation {
    const isOver = group.state === 'PreparingRebalance' && group.hasAllMembersJoined;
    return isOver ? this.complete(group) : nothing;
  }
}

function heartbeatKey(groupId: string, memberId: string): string {
  return `heartbeat-${groupId}-${memberId}`;
}

function joinKey(groupId: string): string {
  return `join-${groupId}`;
}

function syncKey(groupId: string): string {
  return `sync-${groupId}`;
}
