import { assert } from '../../../../kernel/assert.ts';
import { MalformedBytesError } from '../../../../protocol/byte-reader.ts';
import { readSubscription } from '../../../../protocol/consumer-protocol.ts';
import { type StoredGroup } from '../../../../protocol/coordinator-record.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import { type JoinGroupRequestProtocol } from '../../../../protocol/messages/join-group-request.ts';
import { type JoinGroupResponse } from '../../../../protocol/messages/join-group-response.ts';
import { type Bytes } from '../../../../protocol/record-batch.ts';
import { ClassicMember, type JoinAnswer } from './classic-member.ts';

/**
 * | state               | becomes                                                                |
 * |---------------------|------------------------------------------------------------------------|
 * | Empty               | PreparingRebalance when a member joins                                 |
 * | PreparingRebalance  | CompletingRebalance when all have joined or time is over; Empty if none |
 * | CompletingRebalance | Stable when the leader's assignment is committed                       |
 * | CompletingRebalance, Stable | PreparingRebalance when a member comes, goes or changes        |
 */
export type ClassicState =
  'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

/** From which states each may be come to (`ClassicGroupState.validPreviousStates`). */
export const previousStates: Readonly<Record<ClassicState, readonly ClassicState[]>> = {
  Empty: ['PreparingRebalance'],
  PreparingRebalance: ['Empty', 'CompletingRebalance', 'Stable'],
  CompletingRebalance: ['PreparingRebalance'],
  Stable: ['CompletingRebalance'],
  Dead: ['Empty', 'PreparingRebalance', 'CompletingRebalance', 'Stable', 'Dead'],
};

const consumerProtocolType = 'consumer';

/** A group whose leading member assigns the partitions (`ClassicGroup`). */
export class ClassicGroup {
  readonly type = 'classic';
  readonly groupId: string;
  state: ClassicState = 'Empty';
  previousState: ClassicState = 'Dead';
  /** When the state was last changed; -1 if unknown. */
  stateTimestampMs: number;
  generation = 0;
  /** Null for a group that only keeps offsets. */
  protocolType: string | null = null;
  protocolName: string | null = null;
  leader: string | null = null;
  readonly members = new Map<string, ClassicMember>();
  /** Member ids by instance id. */
  readonly staticMembers = new Map<string, string>();
  /** Ids that were handed out, of members that have not yet joined with them. */
  readonly pendingJoins = new Set<string>();
  /** Who has joined the generation and not yet asked for its assignment. */
  readonly pendingSyncs = new Set<string>();
  /** Somebody came while the first rebalance waited: it may wait longer. */
  newMemberAdded = false;
  /** Undefined: not known. */
  subscribedTopics: ReadonlySet<string> | undefined = undefined;

  constructor(groupId: string, nowMs: number) {
    this.groupId = groupId;
    this.stateTimestampMs = nowMs;
  }

  static restore(groupId: string, stored: StoredGroup): ClassicGroup {
    const group = new ClassicGroup(groupId, stored.currentStateTimestampMs);
    group.state = stored.members.length === 0 ? 'Empty' : 'Stable';
    group.generation = stored.generation;
    group.protocolType = stored.protocolType === '' ? null : stored.protocolType;
    group.protocolName = stored.protocol;
    group.leader = stored.leader;
    for (const member of stored.members) {
      const protocols = [{ name: stored.protocol ?? '', metadata: member.subscription }];
      group.add(new ClassicMember({ ...member, protocols }), stored.protocolType, undefined);
    }
    group.subscribedTopics = group.#computeSubscribedTopics();
    return group;
  }

  /** Of members that have just been of a consumer group, and have their assignments. */
  static stable(
    groupId: string,
    members: readonly ClassicMember[],
    { generation, nowMs }: { readonly generation: number; readonly nowMs: number },
  ): ClassicGroup {
    const group = new ClassicGroup(groupId, nowMs);
    group.state = 'Stable';
    group.generation = generation;
    for (const member of members) group.add(member, consumerProtocolType, undefined);
    group.protocolName = group.selectProtocol();
    group.subscribedTopics = group.#computeSubscribedTopics();
    return group;
  }

  /** What the log keeps of it; `assignments` by member id, those of the members if left out. */
  store(assignments?: ReadonlyMap<string, Bytes>): StoredGroup {
    return {
      protocolType: this.protocolType ?? '',
      generation: this.generation,
      protocol: this.protocolName,
      leader: this.leader,
      currentStateTimestampMs: this.stateTimestampMs,
      members: [...this.members.values()].map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeoutMs: member.rebalanceTimeoutMs,
        sessionTimeoutMs: member.sessionTimeoutMs,
        subscription: member.metadata(this.protocolName),
        assignment: assignments?.get(member.memberId) ?? member.assignment,
      })),
    };
  }

  /** Whether all that can be a member is one and waits for the rebalance. */
  get hasAllMembersJoined(): boolean {
    return this.members.size === this.awaitingJoinCount && this.pendingJoins.size === 0;
  }

  get awaitingJoinCount(): number {
    let count = 0;
    for (const member of this.members.values()) if (member.awaitingJoin !== undefined) count += 1;
    return count;
  }

  get canRebalance(): boolean {
    return this.state !== 'PreparingRebalance' && this.state !== 'Dead';
  }

  /** The longest one of a member; 0 without members. */
  get rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const member of this.members.values()) {
      longest = Math.max(longest, member.rebalanceTimeoutMs);
    }
    return longest;
  }

  get isEmpty(): boolean {
    return this.state === 'Empty';
  }

  /** It was made to keep offsets, and the log knows nothing else of it. */
  get isSimple(): boolean {
    return this.protocolType === null && this.isEmpty && this.pendingJoins.size === 0;
  }

  get usesConsumerProtocol(): boolean {
    return this.protocolType === consumerProtocolType;
  }

  transitionTo(state: ClassicState, nowMs: number): void {
    assert(previousStates[state].includes(this.state), 'a classic group changes as Kafka says');
    this.previousState = this.state;
    this.state = state;
    this.stateTimestampMs = nowMs;
  }

  add(member: ClassicMember, protocolType: string, answer: JoinAnswer | undefined): void {
    if (this.members.size === 0) this.protocolType = protocolType;
    if (member.groupInstanceId !== null) {
      this.staticMembers.set(member.groupInstanceId, member.memberId);
    }
    this.leader ??= member.memberId;
    this.members.set(member.memberId, member);
    member.awaitingJoin = answer;
    this.pendingJoins.delete(member.memberId);
  }

  remove(memberId: string): void {
    const member = this.members.get(memberId);
    this.members.delete(memberId);
    if (member !== undefined && member.groupInstanceId !== null) {
      this.staticMembers.delete(member.groupInstanceId);
    }
    if (this.leader === memberId) {
      const [next] = this.members.keys();
      this.leader = next ?? null;
    }
    this.pendingJoins.delete(memberId);
    this.pendingSyncs.delete(memberId);
  }

  /** The member of that instance goes on under another id, and keeps its place and assignment. */
  replaceStaticMember(old: ClassicMember, memberId: string): ClassicMember {
    const { groupInstanceId, clientId, clientHost, protocols, assignment } = old;
    const { rebalanceTimeoutMs, sessionTimeoutMs } = old;
    assert(groupInstanceId !== null, 'a static member is replaced');
    this.members.delete(old.memberId);
    const replaced = new ClassicMember({
      memberId,
      groupInstanceId,
      clientId,
      clientHost,
      rebalanceTimeoutMs,
      sessionTimeoutMs,
      protocols,
      assignment,
    });
    this.members.set(memberId, replaced);
    if (this.leader === old.memberId) this.leader = memberId;
    this.staticMembers.set(groupInstanceId, memberId);
    return replaced;
  }

  /** What is wrong with who says to be that member. */
  memberError(memberId: string, groupInstanceId: string | null): ErrorName {
    if (groupInstanceId !== null) {
      const owner = this.staticMembers.get(groupInstanceId);
      if (owner !== undefined && owner !== memberId) return 'FENCED_INSTANCE_ID';
      if (owner === undefined) return 'UNKNOWN_MEMBER_ID';
    }
    return this.members.has(memberId) ? 'NONE' : 'UNKNOWN_MEMBER_ID';
  }

  supports(protocolType: string, protocols: readonly JoinGroupRequestProtocol[]): boolean {
    if (this.state === 'Empty') return protocolType !== '' && protocols.length > 0;
    const candidates = this.#candidateProtocols();
    return this.protocolType === protocolType && protocols.some(({ name }) => candidates.has(name));
  }

  /** The protocol that most members prefer; on equal votes the one that was first voted for. */
  selectProtocol(): string | null {
    const candidates = this.#candidateProtocols();
    const votes = new Map<string, number>();
    for (const member of this.members.values()) {
      const vote = member.vote(candidates);
      if (vote !== undefined) votes.set(vote, (votes.get(vote) ?? 0) + 1);
    }
    let selected: string | null = null;
    let most = 0;
    for (const [protocol, count] of votes) {
      if (count > most) [selected, most] = [protocol, count];
    }
    return selected;
  }

  initNextGeneration(nowMs: number): void {
    this.generation += 1;
    this.protocolName = this.members.size === 0 ? null : this.selectProtocol();
    this.subscribedTopics = this.#computeSubscribedTopics();
    this.transitionTo(this.members.size === 0 ? 'Empty' : 'CompletingRebalance', nowMs);
    this.pendingSyncs.clear();
  }

  /** Whether the leader waits for the rebalance, or one who does now leads instead. */
  maybeElectNewJoinedLeader(pick: (waiting: readonly ClassicMember[]) => ClassicMember): boolean {
    const leader = this.leader === null ? undefined : this.members.get(this.leader);
    if (leader === undefined) return false;
    if (leader.awaitingJoin !== undefined) return true;
    const waiting = [...this.members.values()].filter(
      (member) => member.awaitingJoin !== undefined,
    );
    if (waiting.length === 0) return false;
    this.leader = pick(waiting).memberId;
    return true;
  }

  /** Tells a member the generation; the leader also who the members are. */
  joined(memberId: string, skipAssignment = false): JoinGroupResponse {
    const isLeader = this.leader === memberId;
    return {
      throttleTimeMs: 0,
      errorCode: 'NONE',
      generationId: this.generation,
      protocolType: this.protocolType,
      protocolName: this.protocolName,
      leader: this.leader ?? '',
      skipAssignment,
      memberId,
      members: isLeader
        ? [...this.members.values()].map((member) => ({
            memberId: member.memberId,
            groupInstanceId: member.groupInstanceId,
            metadata: member.metadata(this.protocolName),
          }))
        : [],
    };
  }

  /** A group that does not say to what it subscribes may subscribe to anything. */
  isSubscribedTo(topic: string): boolean {
    return this.subscribedTopics?.has(topic) ?? this.usesConsumerProtocol;
  }

  #candidateProtocols(): Set<string> {
    const counts = new Map<string, number>();
    for (const { protocols } of this.members.values()) {
      for (const { name } of protocols) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const candidates = new Set<string>();
    for (const [name, count] of counts) if (count === this.members.size) candidates.add(name);
    return candidates;
  }

  #computeSubscribedTopics(): ReadonlySet<string> | undefined {
    if (!this.usesConsumerProtocol) return undefined;
    if (this.members.size === 0) return new Set();
    try {
      const members = [...this.members.values()];
      return new Set(
        members.flatMap((member) => readSubscription(member.metadata(this.protocolName)).topics),
      );
    } catch (error) {
      if (error instanceof MalformedBytesError) return undefined;
      throw error;
    }
  }
}
