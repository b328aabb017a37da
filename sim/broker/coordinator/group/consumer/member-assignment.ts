import { type Uuid } from '../../../../protocol/uuid.ts';

/** Partitions, each with the member epoch at which it was assigned, by topic. */
export type AssignedEpochs = ReadonlyMap<Uuid, ReadonlyMap<number, number>>;

/**
 * How far a member is with its target (`MemberState`), as numbered in the log:
 *
 * | state                 | waits for                                                      |
 * | --------------------- | -------------------------------------------------------------- |
 * | STABLE                | nothing: it has all of its target                              |
 * | UNREVOKED_PARTITIONS  | the member, to give up what is not in its target; keeps epoch  |
 * | UNRELEASED_PARTITIONS | other members, to give up what is in its target; at the target |
 */
export const memberStates = {
  STABLE: 0,
  UNREVOKED_PARTITIONS: 1,
  UNRELEASED_PARTITIONS: 2,
  /** Of a newer version of Kafka. */
  UNKNOWN: 127,
} as const;

export type MemberState = Exclude<keyof typeof memberStates, 'UNKNOWN'>;

/** The part of a member of a consumer group that reconciliation changes (`ConsumerGroupMember`). */
export interface MemberAssignment {
  readonly state: MemberState;
  readonly memberEpoch: number;
  /** -1 for a member that has been in no other epoch. */
  readonly previousMemberEpoch: number;
  readonly assigned: AssignedEpochs;
  /** No longer assigned, but the member has not said yet that it has given them up. */
  readonly pendingRevocation: AssignedEpochs;
}

export function areSameEpochs(one: AssignedEpochs, other: AssignedEpochs): boolean {
  if (one.size !== other.size) return false;
  for (const [topicId, partitions] of one) {
    const others = other.get(topicId);
    if (others?.size !== partitions.size) return false;
    for (const [partition, epoch] of partitions) {
      if (others.get(partition) !== epoch) return false;
    }
  }
  return true;
}
