import { type Random } from '../../../../kernel/random.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import { type JoinGroupRequest } from '../../../../protocol/messages/join-group-request.ts';
import { type Operation, nothing } from '../../runtime/coordinator-operation.ts';
import { type GroupFactRecorder } from '../group-fact-recorder.ts';
import { groupMetadataRecord } from '../group-records.ts';
import { classicView } from '../group-views.ts';
import { type GroupSwitches } from '../group-switches.ts';
import { newMemberId } from '../member-id.ts';
import { refusedJoin, refusedSync } from './classic-answers.ts';
import { type ClassicGroup } from './classic-group.ts';
import { ClassicMember, type JoinAnswer } from './classic-member.ts';
import { type ClassicRebalance, newMemberTimeoutMs } from './classic-rebalance.ts';

/** A JoinGroup, with who sent it. */
export interface Joining {
  readonly request: JoinGroupRequest;
  readonly apiVersion: number;
  readonly clientId: string;
  readonly clientHost: string;
  readonly answer: JoinAnswer;
}

export interface JoinParts {
  readonly rebalance: ClassicRebalance;
  readonly random: Random;
  /** `group.max.size` */
  readonly maxSize: number;
  readonly facts: GroupFactRecorder;
  readonly switches: GroupSwitches;
}

/** From here on a member gets its id before it joins (KIP-394). */
const firstVersionWithRequiredId = 4;
/** From here on a static leader may be told to keep the assignment (KIP-814). */
const firstVersionSkippingAssignment = 9;

/**
 * Lets members into classic groups (`GroupMetadataManager.classicGroupJoinToClassicGroup`). What is
 * not refused may wait: its answer is given by the rebalance.
 */
export class ClassicJoin {
  readonly #parts: JoinParts;

  constructor(parts: JoinParts) {
    this.#parts = parts;
  }

  join(group: ClassicGroup, joining: Joining): Operation {
    const { request, answer } = joining;
    const { memberId, protocolType, protocols } = request;
    const { rebalance } = this.#parts;
    if (!this.#hasRoom(group, memberId)) {
      if (group.members.has(memberId)) rebalance.remove(group, memberId, 'fenced');
      else group.remove(memberId);
      answer(refusedJoin('GROUP_MAX_SIZE_REACHED', ''));
    } else if (group.state === 'Dead') {
      answer(refusedJoin('COORDINATOR_NOT_AVAILABLE', memberId));
    } else if (!group.supports(protocolType, protocols)) {
      answer(refusedJoin('INCONSISTENT_GROUP_PROTOCOL', memberId));
    } else if (memberId === '') {
      return this.#joinNew(group, joining);
    } else if (group.pendingJoins.has(memberId)) {
      return this.#add(group, joining, memberId);
    } else {
      return this.#joinKnown(group, joining);
    }
    return nothing;
  }

  /** While a rebalance runs those who wait count, so that the last to rejoin are kept out. */
  #hasRoom(group: ClassicGroup, memberId: string): boolean {
    const { maxSize } = this.#parts;
    const member = group.members.get(memberId);
    switch (group.state) {
      case 'Empty':
      case 'Dead':
        return true;
      case 'PreparingRebalance':
        return member?.awaitingJoin !== undefined || group.awaitingJoinCount < maxSize;
      case 'CompletingRebalance':
      case 'Stable':
        return member !== undefined || group.members.size < maxSize;
    }
  }

  #joinNew(group: ClassicGroup, joining: Joining): Operation {
    const { rebalance, random, switches } = this.#parts;
    const { request, apiVersion, clientId, answer } = joining;
    const { groupInstanceId } = request;
    const memberId = newMemberId(random, groupInstanceId ?? clientId);
    if (groupInstanceId !== null) {
      const old = group.members.get(group.staticMembers.get(groupInstanceId) ?? '');
      if (old !== undefined && switches.staticMemberKeepsId) {
        const known = { ...request, memberId: old.memberId };
        return this.#joinKnown(group, { ...joining, request: known });
      }
      if (old !== undefined) return this.#replace(group, joining, { old, memberId });
    } else if (apiVersion >= firstVersionWithRequiredId) {
      group.pendingJoins.add(memberId);
      rebalance.restartSession(group, { memberId, sessionTimeoutMs: request.sessionTimeoutMs });
      answer(refusedJoin('MEMBER_ID_REQUIRED', memberId));
      return nothing;
    }
    return this.#add(group, joining, memberId);
  }

  #joinKnown(group: ClassicGroup, joining: Joining): Operation {
    const { request, answer } = joining;
    const { memberId, groupInstanceId, protocols } = request;
    const error = group.memberError(memberId, groupInstanceId);
    const member = group.members.get(memberId);
    if (error !== 'NONE' || member === undefined) {
      answer(refusedJoin(error, memberId));
      return nothing;
    }
    const isChanged = !member.matches(protocols);
    // The leader may want another assignment for reasons that only it knows.
    const asksForRebalance = group.state === 'Stable' && group.leader === memberId;
    if (group.state === 'Empty') {
      answer(refusedJoin('UNKNOWN_MEMBER_ID', memberId));
    } else if (group.state === 'PreparingRebalance' || isChanged || asksForRebalance) {
      update(member, request, answer);
      return this.#parts.rebalance.prepareOrComplete(group);
    } else {
      answer(group.joined(memberId));
    }
    return nothing;
  }

  #add(group: ClassicGroup, joining: Joining, memberId: string): Operation {
    const { rebalance } = this.#parts;
    const { request, clientId, clientHost, answer } = joining;
    const member = new ClassicMember({
      ...request,
      memberId,
      clientId,
      clientHost,
      assignment: '',
    });
    member.isNew = true;
    if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') {
      group.newMemberAdded = true;
    }
    group.add(member, request.protocolType, answer);
    rebalance.restartSession(group, member, newMemberTimeoutMs);
    return rebalance.prepareOrComplete(group);
  }

  /** A static member is back and has lost its id: it takes its place again under a new one. */
  #replace(
    group: ClassicGroup,
    joining: Joining,
    { old, memberId }: { readonly old: ClassicMember; readonly memberId: string },
  ): Operation {
    const { rebalance, facts } = this.#parts;
    const leaderBefore = group.leader;
    const fenced = refusedJoin('FENCED_INSTANCE_ID', old.memberId);
    rebalance.answerJoin(old, () => fenced);
    old.awaitingSync?.(refusedSync('FENCED_INSTANCE_ID'));
    old.awaitingSync = undefined;
    const member = group.replaceStaticMember(old, memberId);
    facts.memberRemoved(group.groupId, old.memberId, 'replaced');
    facts.groupChanged(classicView(group));
    rebalance.restartSession(group, member);
    update(member, joining.request, joining.answer);
    switch (group.state) {
      case 'Stable':
        if (group.protocolName !== group.selectProtocol()) {
          return rebalance.prepareOrComplete(group);
        }
        return this.#store(group, joining, { old, member, leaderBefore });
      case 'CompletingRebalance':
        return rebalance.prepare(group);
      default:
        return rebalance.maybeComplete(group);
    }
  }

  /** Without a rebalance: the log learns of the new id, then the member of its generation. */
  #store(
    group: ClassicGroup,
    { apiVersion, answer }: Joining,
    replacement: {
      readonly old: ClassicMember;
      readonly member: ClassicMember;
      readonly leaderBefore: string | null;
    },
  ): Operation {
    const { rebalance, switches } = this.#parts;
    const { old, member, leaderBefore } = replacement;
    const { memberId } = member;
    const settled = (error: ErrorName): void => {
      if (error !== 'NONE') {
        member.awaitingJoin = undefined;
        rebalance.restartSession(group, undoReplacement(group, member, old));
        const { generation, protocolName, protocolType } = group;
        const place = { generationId: generation, protocolName, protocolType };
        answer({ ...refusedJoin(error, ''), ...place, leader: leaderBefore ?? '' });
      } else if (apiVersion >= firstVersionSkippingAssignment) {
        rebalance.answerJoin(member, () => group.joined(memberId, group.leader === memberId));
      } else {
        // An old client that heard that it leads would assign anew.
        rebalance.answerJoin(member, () => ({
          ...group.joined(memberId),
          leader: leaderBefore ?? '',
          members: [],
        }));
      }
    };
    const record = groupMetadataRecord(group.groupId, group.store());
    const records = switches.staticReplacementIsNotStored ? [] : [record];
    return { records, replays: false, settled };
  }
}

function update(member: ClassicMember, request: JoinGroupRequest, answer: JoinAnswer): void {
  member.protocols = request.protocols;
  member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
  member.sessionTimeoutMs = request.sessionTimeoutMs;
  member.awaitingJoin = answer;
}

function undoReplacement(
  group: ClassicGroup,
  member: ClassicMember,
  { memberId, protocols, rebalanceTimeoutMs, sessionTimeoutMs }: ClassicMember,
): ClassicMember {
  const restored = group.replaceStaticMember(member, memberId);
  restored.protocols = protocols;
  restored.rebalanceTimeoutMs = rebalanceTimeoutMs;
  restored.sessionTimeoutMs = sessionTimeoutMs;
  return restored;
}
