import {
  type GroupCoordinatorFact,
  type GroupMemberView,
  type PartitionOffset,
} from '../../../group-facts.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type OffsetCommitRequest } from '../../../protocol/messages/offset-commit-request.ts';
import { type OffsetCommitResponseTopic } from '../../../protocol/messages/offset-commit-response.ts';
import { type OffsetFetchResponseGroup } from '../../../protocol/messages/offset-fetch-response.ts';
import { noTxnUid } from '../../../protocol/record-batch.ts';
import { type Fact, type PartitionName } from '../../../trace.ts';
import { assignmentEpochOf, type ConsumerMember } from './consumer/consumer-member.ts';
import { type Group } from './group.ts';

type GroupChanged = Extract<GroupCoordinatorFact, { readonly kind: 'groupChanged' }>;
type MemberRemoved = Extract<GroupCoordinatorFact, { readonly kind: 'memberRemoved' }>;

/** Why a member is no more. */
export type RemovalReason = MemberRemoved['why'];

/** Who commits, as the coordinator knew it when it decided. */
export interface Committer {
  /** -1: there is no group. */
  readonly groupGeneration: number;
  /** Null: its group is classic; undefined: it is no member. */
  readonly member: ConsumerMember | undefined | null;
}

/** Of a request that the coordinator has not decided. */
export const noCommitter: Committer = { groupGeneration: -1, member: null };

export function committerIn(group: Group, memberId: string): Committer {
  const member = group.type === 'consumer' ? group.members.get(memberId) : null;
  return { groupGeneration: group.generation, member };
}

/** What has become of a group; without the broker, which the recorder knows. */
export type GroupView = Omit<GroupChanged, 'kind' | 'broker'>;

/** Tells the trace what the coordinator on one broker decides. */
export class GroupFactRecorder {
  readonly #record: (fact: Fact) => void;
  readonly #broker: number;
  /** Decided by the running operation. */
  readonly #removals: Pick<MemberRemoved, 'groupId' | 'memberId' | 'why'>[] = [];
  /** What was last told of each group. */
  readonly #told = new Map<string, GroupView>();

  constructor(record: (fact: Fact) => void, broker: number) {
    this.#record = record;
    this.#broker = broker;
  }

  /** Nothing is told of a group that is as before. */
  groupChanged(view: GroupView): void {
    const { groupId } = view;
    const told = this.#told.get(groupId);
    if (told !== undefined && areSame(told, view)) return;
    this.#told.set(groupId, view);
    this.#record({ kind: 'groupChanged', broker: this.#broker, ...view });
  }

  /** A coordinator has read of it in its log. */
  groupLoaded(view: GroupView): void {
    this.#told.delete(view.groupId);
    this.groupChanged(view);
  }

  groupRemoved(groupId: string): void {
    const told = this.#told.get(groupId);
    if (told === undefined) return;
    this.#told.delete(groupId);
    const gone = { state: 'Dead', assignor: null, members: [] };
    this.#record({ kind: 'groupChanged', broker: this.#broker, ...told, ...gone });
  }

  memberRemoved(groupId: string, memberId: string, why: RemovalReason): void {
    this.#record({ kind: 'memberRemoved', broker: this.#broker, groupId, memberId, why });
  }

  /** A member will be no more when what the operation writes is in the log. */
  removalDecided(groupId: string, memberId: string, why: RemovalReason): void {
    this.#removals.push({ groupId, memberId, why });
  }

  /** A static member takes a place that may be its own, or nobody's, when that is in the log. */
  replacementDecided(groupId: string, before: string | undefined, memberId: string): void {
    if (before === undefined || before === memberId) return;
    this.removalDecided(groupId, before, 'replaced');
  }

  /** What was decided is in the log, or could not be written. */
  decisionsWritten(isInLog: boolean): void {
    for (const { groupId, memberId, why } of this.#removals.splice(0)) {
      if (isInLog) this.memberRemoved(groupId, memberId, why);
    }
  }

  offsetCommitAnswered(
    { groupId, memberId, generationIdOrMemberEpoch: generation, topics }: OffsetCommitRequest,
    answered: readonly OffsetCommitResponseTopic[],
    { groupGeneration, member }: Committer,
    txnUid = noTxnUid,
  ): void {
    const asked = new Map<PartitionName, number>();
    const epochs = new Map<PartitionName, number | undefined>();
    for (const { name, topicId, partitions } of topics) {
      for (const { partitionIndex, committedOffset } of partitions) {
        const partition = `${name}-${partitionIndex}`;
        asked.set(partition, committedOffset);
        if (member === null || member === undefined) continue;
        epochs.set(partition, assignmentEpochOf(member, topicId, partitionIndex));
      }
    }
    const offsets: PartitionOffset[] = [];
    const errors: ErrorName[] = [];
    const assignedAt: (number | null)[] = [];
    for (const { name, partitions } of answered) {
      for (const { partitionIndex, errorCode } of partitions) {
        const partition = `${name}-${partitionIndex}`;
        offsets.push({ partition, offset: asked.get(partition) ?? -1 });
        errors.push(errorCode);
        assignedAt.push(epochs.get(partition) ?? null);
      }
    }
    this.#record({
      kind: 'offsetCommitAnswered',
      groupId,
      broker: this.#broker,
      memberId,
      generation,
      groupGeneration,
      member: member === null ? null : { epoch: member?.memberEpoch ?? -1, assignedAt },
      offsets,
      errors,
      txnUid,
    });
  }

  offsetFetchAnswered(
    { groupId, errorCode, topics }: OffsetFetchResponseGroup,
    requireStable: boolean,
  ): void {
    const offsets: PartitionOffset[] = [];
    const errors: ErrorName[] = [];
    for (const { name, partitions } of topics) {
      for (const found of partitions) {
        const partition = `${name}-${found.partitionIndex}`;
        offsets.push({ partition, offset: found.committedOffset });
        errors.push(found.errorCode);
      }
    }
    const fetched = { groupId, requireStable, error: errorCode, offsets, errors };
    this.#record({ kind: 'offsetFetchAnswered', broker: this.#broker, ...fetched });
  }
}

function areSame(one: GroupView, other: GroupView): boolean {
  return (
    one.protocol === other.protocol &&
    one.state === other.state &&
    one.generation === other.generation &&
    one.assignor === other.assignor &&
    one.members.length === other.members.length &&
    one.members.every((member, index) => areSameMembers(member, other.members[index]))
  );
}

function areSameMembers(one: GroupMemberView, other: GroupMemberView | undefined): boolean {
  return (
    one.memberId === other?.memberId &&
    one.instanceId === other.instanceId &&
    one.epoch === other.epoch &&
    areSameLists(one.assigned, other.assigned) &&
    areSameLists(one.pendingRevocation, other.pendingRevocation)
  );
}

function areSameLists(one: readonly string[] | null, other: readonly string[] | null): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((element, index) => element === other[index]);
}
