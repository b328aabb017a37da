import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GroupRefusal } from './group-refusal.ts';
import { groupId, GroupsUnderTest, type HeartbeatAnswer } from './testing/groups-under-test.ts';
import { ModelMember } from './testing/model-member.ts';
import { type ConsumerGroup } from './consumer/consumer-group.ts';
import { type AssignedEpochs } from './consumer/member-assignment.ts';

function withTopic(partitionCount: number): GroupsUnderTest {
  const groups = new GroupsUnderTest();
  groups.setTopic('t', partitionCount);
  return groups;
}

function errorOf(answer: HeartbeatAnswer): string {
  return answer instanceof GroupRefusal ? answer.error : 'NONE';
}

function namesOf(epochs: AssignedEpochs): string[] {
  return [...epochs].flatMap(([topicId, partitions]) =>
    [...partitions.keys()].map((partition) => `${topicId.slice('id-of-'.length)}-${partition}`),
  );
}

/** What members hold, by member id. */
function held({ members }: ConsumerGroup): Map<string, string[]> {
  return new Map(
    [...members].map(([memberId, { assigned, pendingRevocation }]) => [
      memberId,
      [...namesOf(assigned), ...namesOf(pendingRevocation)],
    ]),
  );
}

function contentOf(groups: GroupsUnderTest): unknown {
  const group = groups.machine.groups.get(groupId);
  return group?.type === 'consumer' ? group.content : undefined;
}

interface Step {
  readonly member: number;
  readonly what: 'beat' | 'lostBeat' | 'reconcile' | 'leave' | 'wait' | 'addPartition' | 'reload';
}

const step: fc.Arbitrary<Step> = fc.record({
  member: fc.nat(3),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant('beat' as const) },
    { weight: 5, arbitrary: fc.constant('reconcile' as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'lostBeat' as const,
        'leave' as const,
        'wait' as const,
        'addPartition' as const,
        'reload' as const,
      ),
    },
  ),
});

function newMembers(): ModelMember[] {
  return [
    new ModelMember('m0', ['t']),
    new ModelMember('m1', ['t', 'u']),
    new ModelMember('m2', ['t'], 'i2'),
    new ModelMember('m3', ['u', 't'], 'i3'),
  ];
}

function take(
  groups: GroupsUnderTest,
  members: readonly ModelMember[],
  { member, what }: Step,
): void {
  const acting = members[member];
  switch (what) {
    case 'beat':
    case 'lostBeat':
      acting?.beat(groups, what === 'beat');
      return;
    case 'reconcile':
      acting?.reconcile();
      return;
    case 'leave':
      acting?.leave(groups);
      return;
    case 'wait':
      groups.advance(6_000);
      return;
    case 'addPartition': {
      const count = groups.image.topicsByName.get('t')?.partitions.length ?? 0;
      if (count < 8) groups.setTopic('t', count + 1);
      return;
    }
    case 'reload':
      groups.reload();
  }
}

function start(): GroupsUnderTest {
  const groups = withTopic(3);
  groups.setTopic('u', 2);
  return groups;
}

describe('the coordinator of a consumer group', () => {
  test('gives no partition to two members, and lets nobody keep one that it does not hold', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const groups = start();
        const members = newMembers();
        for (const each of steps) {
          take(groups, members, each);
          if (groups.machine.groups.get(groupId)?.type !== 'consumer') continue;
          const holders = held(groups.group);
          const all = [...holders.values()].flat();
          expect(new Set(all).size).toBe(all.length);
          for (const { memberId, epoch, owned } of members) {
            const known = groups.group.members.get(memberId);
            if (epoch === 0 || known?.memberEpoch !== epoch) continue;
            expect(holders.get(memberId)).toEqual(expect.arrayContaining([...owned]));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('is after a failover, and after compaction, what it was', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const groups = start();
        const members = newMembers();
        for (const each of steps) take(groups, members, each);
        const before = contentOf(groups);
        groups.reload();
        expect(contentOf(groups)).toEqual(before);
        groups.compact();
        groups.reload();
        expect(contentOf(groups)).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  test('comes to rest when its members do as they are told', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const groups = start();
        const members = newMembers();
        for (const each of steps) take(groups, members, each);
        for (let round = 0; round < 60; round += 1) {
          groups.advance(1_000);
          for (const member of members) {
            member.beat(groups, true);
            member.reconcile();
          }
        }
        expect(groups.group.state).toBe('Stable');
        const owned = members.flatMap((member) => member.owned);
        const count = groups.image.topicsByName.get('t')?.partitions.length ?? 0;
        expect(new Set(owned).size).toBe(count + 2);
        expect(owned.length).toBe(count + 2);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a static member', () => {
  test('that has lost the answer to its join is refused under its own id', () => {
    const groups = withTopic(1);
    expect(errorOf(groups.join('m', ['t'], 'i'))).toBe('NONE');
    expect(errorOf(groups.join('m', ['t'], 'i'))).toBe('UNRELEASED_INSTANCE_ID');
  });

  test('that is back under another id goes on with what its predecessor had, without a new epoch', () => {
    const groups = withTopic(2);
    groups.join('old', ['t'], 'i');
    const { groupEpoch } = groups.group;
    groups.heartbeat({ memberId: 'old', instanceId: 'i', memberEpoch: -2 });
    const answer = groups.join('new', ['t'], 'i');
    expect(answer).toMatchObject({ memberEpoch: groupEpoch, memberId: 'new' });
    expect(held(groups.group)).toEqual(new Map([['new', ['t-0', 't-1']]]));
    expect(groups.facts).toContainEqual(
      expect.objectContaining({ kind: 'memberRemoved', memberId: 'old', why: 'replaced' }),
    );
  });
});

describe('a target', () => {
  test('is made at the first heartbeat after the assignment interval (KIP-1263)', () => {
    const groups = new GroupsUnderTest({ 'group.consumer.assignment.interval.ms': '1000' });
    groups.setTopic('t', 2);
    groups.join('a', ['t']);
    expect(groups.join('b', ['t'])).toMatchObject({
      memberEpoch: 2,
      assignment: { topicPartitions: [] },
    });
    expect(groups.group.state).toBe('Assigning');
    groups.advance(1_000);
    expect(groups.heartbeat({ memberId: 'a', memberEpoch: 2 })).toMatchObject({
      memberEpoch: 2,
      assignment: { topicPartitions: [{ partitions: [0] }] },
    });
  });
});

describe('time', () => {
  test('takes out a member that is silent, and one that does not give up what it is to give up', () => {
    const groups = withTopic(2);
    groups.join('a', ['t']);
    groups.join('b', ['t']);
    groups.heartbeat({ memberId: 'a', memberEpoch: 2 });
    for (let second = 0; second < 10; second += 1) {
      groups.heartbeat({ memberId: 'a', memberEpoch: 2 });
      groups.advance(1_000);
    }
    expect([...groups.group.members.keys()]).toEqual(['b']);
    groups.advance(45_000);
    expect(groups.group.state).toBe('Empty');
    const removals = groups.facts.filter(({ kind }) => kind === 'memberRemoved');
    expect(removals).toMatchObject([
      { memberId: 'a', why: 'rebalanceExpired' },
      { memberId: 'b', why: 'sessionExpired' },
    ]);
  });

  test('begins anew for every member when a coordinator has loaded', () => {
    const groups = withTopic(2);
    groups.join('a', ['t']);
    groups.advance(40_000);
    groups.reload();
    groups.advance(44_999);
    expect(groups.group.members.size).toBe(1);
    groups.advance(1);
    expect(groups.group.members.size).toBe(0);
  });
});
