import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { type AssignedEpochs, type MemberAssignment } from './member-assignment.ts';
import { reconcileMember, type Reconciliation } from './reconcile-member.ts';

const topicId = 't';

function partitions(...list: readonly number[]): PartitionsByTopic {
  return new Map(list.length === 0 ? [] : [[topicId, new Set(list)]]);
}

function epochs(at: Readonly<Record<number, number>>): AssignedEpochs {
  const entries = Object.entries(at).map(
    ([partition, epoch]) => [Number(partition), epoch] as const,
  );
  return new Map(entries.length === 0 ? [] : [[topicId, new Map(entries)]]);
}

const newMember: MemberAssignment = {
  state: 'STABLE',
  memberEpoch: 0,
  previousMemberEpoch: -1,
  assigned: epochs({}),
  pendingRevocation: epochs({}),
};

function towards(parts: Partial<Reconciliation>): Reconciliation {
  return {
    targetEpoch: 2,
    target: partitions(),
    subscribedTopicIds: new Set([topicId]),
    hasSubscriptionChanged: false,
    owned: null,
    currentEpochOf: () => -1,
    ...parts,
  };
}

test('a new member gets what is free, and waits for the rest at the target epoch', () => {
  const target = partitions(0, 1);
  const currentEpochOf = (_: string, partition: number): number => (partition === 1 ? 1 : -1);

  expect(reconcileMember(newMember, towards({ target, currentEpochOf }))).toEqual({
    state: 'UNRELEASED_PARTITIONS',
    memberEpoch: 2,
    previousMemberEpoch: 0,
    assigned: epochs({ 0: 2 }),
    pendingRevocation: epochs({}),
  });
});

test('a member keeps its epoch until it says that it has given up what it is to', () => {
  const member = { ...newMember, memberEpoch: 1, assigned: epochs({ 0: 1, 1: 1 }) };
  const target = partitions(0);

  const asked = reconcileMember(member, towards({ target }));
  expect(asked).toEqual({
    state: 'UNREVOKED_PARTITIONS',
    memberEpoch: 1,
    previousMemberEpoch: 1,
    assigned: epochs({ 0: 1 }),
    pendingRevocation: epochs({ 1: 1 }),
  });
  expect(reconcileMember(asked, towards({ target, owned: partitions(0, 1) }))).toBe(asked);
  expect(reconcileMember(asked, towards({ target, owned: partitions(0) }))).toEqual({
    state: 'STABLE',
    memberEpoch: 2,
    previousMemberEpoch: 1,
    assigned: epochs({ 0: 1 }),
    pendingRevocation: epochs({}),
  });
});

test('topics that a member at its target no longer subscribes to are taken from it', () => {
  const member = { ...newMember, memberEpoch: 2, assigned: epochs({ 0: 2 }) };
  const goal = towards({ target: partitions(0), subscribedTopicIds: new Set() });

  expect(reconcileMember(member, goal)).toBe(member);
  expect(reconcileMember(member, { ...goal, hasSubscriptionChanged: true })).toMatchObject({
    state: 'UNREVOKED_PARTITIONS',
    memberEpoch: 2,
    assigned: epochs({}),
    pendingRevocation: epochs({ 0: 2 }),
  });
});

const partitionCount = 6;
const memberCount = 4;

/** Who is to have each partition. */
const anyOwners = fc.array(fc.nat(memberCount - 1), {
  minLength: partitionCount,
  maxLength: partitionCount,
});

/** Which member sends a heartbeat, and whether it has done by then what it was told to. */
const anyHeartbeats = fc.array(
  fc.record({ member: fc.nat(memberCount - 1), isDone: fc.boolean() }),
);

/** Members that give up partitions some time after they were told to. */
class Group {
  readonly members = Array.from({ length: memberCount }, () => newMember);
  readonly #owned = Array.from({ length: memberCount }, () => partitions());
  #epoch = 1;
  #owners: readonly number[] = [];

  aimFor(owners: readonly number[]): void {
    this.#epoch += 1;
    this.#owners = owners;
  }

  heartbeat(index: number, isDone: boolean): void {
    const member = this.members[index] ?? newMember;
    if (isDone) this.#owned[index] = partitions(...numbersIn(member.assigned));
    const owned = this.#owned[index] ?? partitions();
    this.members[index] = reconcileMember(member, {
      targetEpoch: this.#epoch,
      target: partitions(...this.#targetOf(index)),
      subscribedTopicIds: new Set([topicId]),
      hasSubscriptionChanged: false,
      owned,
      currentEpochOf: (_, partition) => (this.holdersOf(partition).length > 0 ? 1 : -1),
    });
  }

  holdersOf(partition: number): readonly MemberAssignment[] {
    return this.members.filter(({ assigned, pendingRevocation }) =>
      [...numbersIn(assigned), ...numbersIn(pendingRevocation)].includes(partition),
    );
  }

  isSettled(): boolean {
    return this.members.every(
      ({ state, memberEpoch, assigned }, index) =>
        state === 'STABLE' &&
        memberEpoch === this.#epoch &&
        numbersIn(assigned)
          .toSorted((one, other) => one - other)
          .join() === this.#targetOf(index).join(),
    );
  }

  #targetOf(index: number): number[] {
    return [...this.#owners.keys()].filter((partition) => this.#owners[partition] === index);
  }
}

function numbersIn(assigned: AssignedEpochs): number[] {
  return [...(assigned.get(topicId)?.keys() ?? [])];
}

test('no partition is ever with two members, and all come to their targets once they do as told', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyOwners, anyHeartbeats), { minLength: 1 }), (rounds) => {
      const group = new Group();
      for (const [owners, heartbeats] of rounds) {
        group.aimFor(owners);
        for (const { member, isDone } of heartbeats) {
          group.heartbeat(member, isDone);
          for (let partition = 0; partition < partitionCount; partition += 1) {
            expect(group.holdersOf(partition).length).toBeLessThanOrEqual(1);
          }
        }
      }
      for (let beat = 0; beat < 4 * memberCount; beat += 1) {
        group.heartbeat(beat % memberCount, true);
      }
      expect(group.isSettled()).toBe(true);
    }),
  );
});
