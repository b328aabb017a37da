import { type JoinGroupRequestProtocol } from '../../../../protocol/messages/join-group-request.ts';
import { type DescribedGroupMember } from '../../../../protocol/messages/describe-groups-response.ts';
import { type JoinGroupResponse } from '../../../../protocol/messages/join-group-response.ts';
import { type SyncGroupResponse } from '../../../../protocol/messages/sync-group-response.ts';
import { type Bytes } from '../../../../protocol/record-batch.ts';

export type JoinAnswer = (response: JoinGroupResponse) => void;
export type SyncAnswer = (response: SyncGroupResponse) => void;

/** What a member says of itself when it joins. */
export interface MemberIntroduction {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  readonly protocols: readonly JoinGroupRequestProtocol[];
  readonly assignment: Bytes;
}

/** A member of a classic group (`ClassicGroupMember`). */
export class ClassicMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  rebalanceTimeoutMs: number;
  sessionTimeoutMs: number;
  /** In order of preference. */
  protocols: readonly JoinGroupRequestProtocol[];
  assignment: Bytes;
  /** Its JoinGroup, if that waits for an answer. */
  awaitingJoin: JoinAnswer | undefined = undefined;
  /** Its SyncGroup, if that waits for an answer. */
  awaitingSync: SyncAnswer | undefined = undefined;
  /** It has not yet been told that it is a member, so that it cannot send heartbeats. */
  isNew = false;

  constructor(introduction: MemberIntroduction) {
    this.memberId = introduction.memberId;
    this.groupInstanceId = introduction.groupInstanceId;
    this.clientId = introduction.clientId;
    this.clientHost = introduction.clientHost;
    this.rebalanceTimeoutMs = introduction.rebalanceTimeoutMs;
    this.sessionTimeoutMs = introduction.sessionTimeoutMs;
    this.protocols = introduction.protocols;
    this.assignment = introduction.assignment;
  }

  get isStatic(): boolean {
    return this.groupInstanceId !== null;
  }

  /** While it waits for an answer of the coordinator, its session does not expire. */
  get hasSatisfiedHeartbeat(): boolean {
    return !this.isNew && (this.awaitingJoin !== undefined || this.awaitingSync !== undefined);
  }

  metadata(protocol: string | null): Bytes {
    return this.protocols.find(({ name }) => name === protocol)?.metadata ?? '';
  }

  /** Whether it would say again what it has said. */
  matches(protocols: readonly JoinGroupRequestProtocol[]): boolean {
    return (
      protocols.length === this.protocols.length &&
      protocols.every(({ name, metadata }, index) => {
        const own = this.protocols[index];
        return own?.name === name && own.metadata === metadata;
      })
    );
  }

  /** The protocol it prefers among those that all members know. */
  vote(candidates: ReadonlySet<string>): string | undefined {
    return this.protocols.find(({ name }) => candidates.has(name))?.name;
  }

  /** @param protocol Null where the metadata mean nothing. */
  describe(protocol: string | null): DescribedGroupMember {
    return {
      memberId: this.memberId,
      groupInstanceId: this.groupInstanceId,
      clientId: this.clientId,
      clientHost: this.clientHost,
      memberMetadata: protocol === null ? '' : this.metadata(protocol),
      memberAssignment: this.assignment,
    };
  }
}
