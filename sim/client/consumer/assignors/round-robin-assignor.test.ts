import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignableGroup } from './assignable-group.ts';
import { assignRoundRobin } from './round-robin-assignor.ts';
import {
  anyGroup,
  anyTopicsAndLikeMembers,
  isWhole,
  namesOf,
  newMember,
  topicsOf,
} from './testing/groups.ts';

test('partitions go round, and members that do not subscribe are passed over', () => {
  const members = [newMember('a', ['t']), newMember('b', ['t', 'u']), newMember('c', ['u'])];
  const assigned = assignRoundRobin(assignableGroup(topicsOf({ t: 3, u: 2 }), members));

  expect(namesOf(assigned)).toEqual({ a: ['t-0', 't-2'], b: ['t-1', 'u-0'], c: ['u-1'] });
});

test('a topic that is not known, or has no partitions, is nobody’s', () => {
  const group = assignableGroup(topicsOf({ empty: 0 }), [newMember('a', ['empty', 'unknown'])]);

  expect(namesOf(assignRoundRobin(group))).toEqual({ a: [] });
});

test('each partition has one owner that subscribes to it', () => {
  fc.assert(
    fc.property(anyGroup, (group) => {
      expect(isWhole(group, assignRoundRobin(group))).toBe(true);
    }),
  );
});

test('members with the same subscription differ by one partition at most', () => {
  fc.assert(
    fc.property(anyTopicsAndLikeMembers, ([topics, members]) => {
      const assigned = assignRoundRobin(assignableGroup(topics, members));
      const counts = [...assigned.values()].map((partitions) => partitions.length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }),
  );
});
