import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignableGroup } from './assignable-group.ts';
import { assignRanges } from './range-assignor.ts';
import { anyGroup, isWhole, namesOf, newMember, topicsOf } from './testing/groups.ts';

test('the first members of each topic get one partition more', () => {
  const members = [newMember('a', ['t', 'u']), newMember('b', ['t', 'u'])];
  const assigned = assignRanges(assignableGroup(topicsOf({ t: 3, u: 3 }), members));

  expect(namesOf(assigned)).toEqual({ a: ['t-0', 't-1', 'u-0', 'u-1'], b: ['t-2', 'u-2'] });
});

test('static members come first, in the order of their instances', () => {
  const members = [
    newMember('a', ['t']),
    { ...newMember('b', ['t']), groupInstanceId: 'second' },
    { ...newMember('c', ['t']), groupInstanceId: 'first' },
  ];
  const assigned = assignRanges(assignableGroup(topicsOf({ t: 3 }), members));

  expect(namesOf(assigned)).toEqual({ a: ['t-2'], b: ['t-1'], c: ['t-0'] });
});

test('a partition goes to a member in a rack of its replicas', () => {
  const topics = new Map([['t', [new Set(['north']), new Set(['south'])]]]);
  const members = [
    { ...newMember('a', ['t']), rackId: 'south' },
    { ...newMember('b', ['t']), rackId: 'north' },
  ];

  expect(namesOf(assignRanges(assignableGroup(topics, members)))).toEqual({
    a: ['t-1'],
    b: ['t-0'],
  });
});

test('each partition has one owner that subscribes to it, and no topic is shared unevenly', () => {
  fc.assert(
    fc.property(anyGroup, (group) => {
      const assigned = assignRanges(group);
      expect(isWhole(group, assigned)).toBe(true);
      for (const [topic] of group.partitions) {
        const subscribers = group.members.filter((member) => member.topics.includes(topic));
        const counts = subscribers.map(({ memberId }) => {
          const partitions = assigned.get(memberId) ?? [];
          return partitions.filter((partition) => partition.topic === topic).length;
        });
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }),
  );
});
