import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topicPartition } from '../../topic-partition.ts';
import { assignableGroup } from './assignable-group.ts';
import { AssignorError } from './assignor-error.ts';
import {
  assignCooperativeSticky,
  assignCooperativeStickyByClaims,
  assignSticky,
  assignStickyByClaims,
} from './sticky-assignors.ts';
import { stickyUserData } from './sticky-user-data.ts';
import {
  anyTopicsAndLikeMembers,
  anyTopicsAndMembers,
  isWhole,
  membersAfter,
  namesOf,
  newMember,
  topicsOf,
} from './testing/groups.ts';

const topics = topicsOf({ t: 4 });
const [a, b] = [newMember('a', ['t']), newMember('b', ['t'])];

test('a new member gets no more than balance asks for; the others keep the rest', () => {
  const alone = assignSticky(assignableGroup(topics, [a]));
  const members = [...membersAfter([a], alone, 'eager'), b];

  expect(namesOf(assignSticky(assignableGroup(topics, members)))).toEqual({
    a: ['t-0', 't-1'],
    b: ['t-2', 't-3'],
  });
});

test('a partition that moves between cooperative members is nobody’s for one generation', () => {
  const alone = assignCooperativeSticky(assignableGroup(topics, [a]));
  const joined = [...membersAfter([a], alone, 'cooperative'), b];
  const first = assignCooperativeSticky(assignableGroup(topics, joined));
  expect(namesOf(first)).toEqual({ a: ['t-0', 't-1'], b: [] });

  const next = membersAfter([a, b], first, 'cooperative', 2);
  expect(namesOf(assignCooperativeSticky(assignableGroup(topics, next)))).toEqual({
    a: ['t-0', 't-1'],
    b: ['t-2', 't-3'],
  });
});

test('of two members that claim a partition, the one of the newer generation keeps it', () => {
  const claimed = [topicPartition('t', 0), topicPartition('t', 1)];
  const claim = { ownedPartitions: claimed, generationId: 2 };
  const members = [
    { ...a, ...claim, generationId: 1 },
    { ...b, ...claim },
  ];

  expect(namesOf(assignCooperativeSticky(assignableGroup(topics, members)))).toEqual({
    a: ['t-2', 't-3'],
    b: ['t-0', 't-1'],
  });
});

test('without generations, both of two members that claim a partition keep it', () => {
  const alone = assignSticky(assignableGroup(topics, [b]));
  const old = { userData: stickyUserData([topicPartition('t', 0)], 1) };
  const group = assignableGroup(topics, [
    { ...a, ...old },
    ...membersAfter([b], alone, 'eager', 2),
  ]);

  expect(isWhole(group, assignSticky(group))).toBe(true);
  const assigned = Object.values(namesOf(assignStickyByClaims(group))).flat();
  expect(assigned.filter((name) => name === 't-0')).toHaveLength(2);
  expect(new Set(assigned).size).toBe(4);
});

test('without generations, cooperative members that claim the same cannot be served', () => {
  const alone = assignCooperativeSticky(assignableGroup(topics, [b]));
  const claimed = [topicPartition('t', 0), topicPartition('t', 1)];
  const old = { ownedPartitions: claimed, generationId: 1 };
  const now = membersAfter([b], alone, 'cooperative', 2);
  const group = assignableGroup(topics, [{ ...a, ...old }, ...now]);

  expect(() => assignCooperativeSticky(group)).not.toThrow();
  expect(() => assignCooperativeStickyByClaims(group)).toThrow(AssignorError);
});

test('what two members of one generation claim is taken from both first', () => {
  const claim = { ownedPartitions: [topicPartition('t', 0)], generationId: 2 };
  const group = assignableGroup(topics, [
    { ...a, ...claim },
    { ...b, ...claim },
  ]);

  expect(namesOf(assignCooperativeSticky(group))).toEqual({ a: ['t-2'], b: ['t-1', 't-3'] });
});

test('the assignor fails where members own partitions that the topic no longer has', () => {
  const owned = [4, 5, 6, 7].map((index) => topicPartition('t', index));
  const members = [{ ...a, ownedPartitions: owned, generationId: 1 }, b];

  expect(() => assignCooperativeSticky(assignableGroup(topics, members))).toThrow(AssignorError);
});

test('partitions go to members in a rack of their replicas, as far as balance allows', () => {
  const [north, south] = [new Set(['north']), new Set(['south'])];
  const racked = new Map([
    ['t', [north, south, south, south]],
    ['u', [north]],
  ]);
  const members = [
    { ...newMember('a', ['t']), rackId: 'south' },
    { ...newMember('b', ['t']), rackId: 'north' },
  ];
  expect(namesOf(assignSticky(assignableGroup(racked, members)))).toEqual({
    a: ['t-1', 't-2'],
    b: ['t-0', 't-3'],
  });

  const unlike = members.map((member) =>
    member.memberId === 'b' ? { ...member, topics: ['t', 'u'] } : member,
  );
  expect(namesOf(assignSticky(assignableGroup(racked, unlike)))).toEqual({
    a: ['t-1', 't-2', 't-3'],
    b: ['t-0', 'u-0'],
  });
});

test('a partition that has left the rack of its owner moves to a member in its rack', () => {
  const racks = ['north', 'south'].map((rack) => new Set([rack]));
  const members = [
    { ...newMember('a', ['t']), rackId: 'south' },
    { ...newMember('b', ['t']), rackId: 'north' },
  ];
  const owned = new Map([
    ['a', [topicPartition('t', 0)]],
    ['b', [topicPartition('t', 1)]],
  ]);
  const group = assignableGroup(new Map([['t', racks]]), membersAfter(members, owned, 'eager'));

  expect(namesOf(assignSticky(group))).toEqual({ a: ['t-1'], b: ['t-0'] });
});

test('a first member without topics counts as one that subscribes to what the next does, as in Kafka', () => {
  const group = assignableGroup(topics, [newMember('a', []), b]);

  expect(namesOf(assignSticky(group))).toEqual({ a: ['t-0', 't-2'], b: ['t-1', 't-3'] });
});

test('each partition has one owner that subscribes to it, with and without a history', () => {
  fc.assert(
    fc.property(anyTopicsAndMembers, fc.nat(5), ([all, members], leaver) => {
      const group = assignableGroup(all, members);
      const first = assignSticky(group);
      expect(isWhole(group, first)).toBe(true);

      const remaining = membersAfter(members, first, 'eager').filter(
        (_, index) => index !== leaver,
      );
      const second = assignableGroup(all, remaining);
      if (remaining.length > 0) expect(isWhole(second, assignSticky(second))).toBe(true);
    }),
  );
});

test('an assignment to unchanged members stays as it is', () => {
  fc.assert(
    fc.property(anyTopicsAndMembers, ([all, members]) => {
      const unracked = members.map((member) => ({ ...member, rackId: null }));
      const first = assignSticky(assignableGroup(all, unracked));
      const again = assignableGroup(all, membersAfter(unracked, first, 'eager'));
      expect(namesOf(assignSticky(again))).toEqual(namesOf(first));
    }),
  );
});

test('members with the same subscription differ by one partition at most', () => {
  fc.assert(
    fc.property(anyTopicsAndLikeMembers, ([all, members]) => {
      const assigned = assignSticky(assignableGroup(all, members));
      const counts = [...assigned.values()].map((partitions) => partitions.length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});

test('two cooperative rebalances bring members to a whole assignment, and never give one partition twice', () => {
  fc.assert(
    fc.property(anyTopicsAndMembers, fc.nat(4), ([all, members], joinsLater) => {
      const unracked = members.map((member) => ({ ...member, rackId: null }));
      const early = unracked.filter((_, index) => index !== joinsLater);
      const start = assignCooperativeSticky(assignableGroup(all, early));
      const joining = unracked.filter((_, index) => index === joinsLater);
      const joined = [...membersAfter(early, start, 'cooperative'), ...joining];
      const first = assignCooperativeSticky(assignableGroup(all, joined));
      const names = Object.values(namesOf(first)).flat();
      expect(new Set(names).size).toBe(names.length);

      const settled = assignableGroup(all, membersAfter(joined, first, 'cooperative', 2));
      expect(isWhole(settled, assignCooperativeSticky(settled))).toBe(true);
    }),
  );
});
