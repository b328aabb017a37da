import { type Context } from '../../../kernel/process.ts';
import { type GroupMemberFact } from '../../../group-facts.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type Fact } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type Member } from './member.ts';

type EndOfMembership = Extract<GroupMemberFact, { readonly kind: 'membershipEnded' }>['why'];

/** Tells what becomes of a member and its partitions. */
export class MemberFacts {
  readonly #context: Context<Frame, Fact>;
  readonly #member: Member;

  constructor(context: Context<Frame, Fact>, member: Member) {
    this.#context = context;
    this.#member = member;
  }

  assigned(added: readonly TopicPartition[], owned: readonly TopicPartition[]): void {
    const { groupId, id: memberId, instanceId, lastEpoch: generation } = this.#member;
    this.#context.record({
      kind: 'partitionsAssigned',
      groupId,
      memberId,
      instanceId,
      generation,
      added: added.map(({ name }) => name),
      owned: owned.map(({ name }) => name),
    });
  }

  removed(partitions: readonly TopicPartition[], areLost: boolean): void {
    if (partitions.length === 0) return;
    const { groupId, id: memberId, lastEpoch: generation } = this.#member;
    const names = partitions.map(({ name }) => name);
    this.#context.record({
      kind: 'partitionsRevoked',
      groupId,
      memberId,
      generation,
      partitions: names,
      areLost,
    });
  }

  joinRefused(error: ErrorName): void {
    const { groupId, id: memberId, state } = this.#member;
    const isFatal = state === 'fatal';
    this.#context.record({ kind: 'joinRefused', groupId, memberId, error, isFatal });
  }

  /** `error`: the exception, if the end is fatal. */
  ended(why: EndOfMembership, error: string | null = null): void {
    const { groupId, id: memberId, instanceId } = this.#member;
    this.#context.record({ kind: 'membershipEnded', groupId, memberId, instanceId, why, error });
  }
}
