import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignRanges } from './range-assignor.ts';
import { anyCounts, anySpec, isWhole, listsOf, member } from './testing/specs.ts';

test('members get ranges in the order of their ids, static ones first', () => {
  const members = [
    member('b', ['t']),
    member('a', ['t']),
    { ...member('c', ['t']), instanceId: 'x' },
  ];
  const assignment = assignRanges({ members, isHomogeneous: true }, () => 4);

  expect(listsOf(assignment)).toEqual({ c: { t: [0, 1] }, a: { t: [2] }, b: { t: [3] } });
});

test('a topic that does not exist is refused', () => {
  const spec = { members: [member('a', ['gone'])], isHomogeneous: true };

  expect(listsOf(assignRanges(spec, () => undefined))).toBe(
    'Member is subscribed to a non-existent topic',
  );
});

test('each partition has one owner that subscribes to it', () => {
  fc.assert(
    fc.property(anySpec, anyCounts, (spec, counts) => {
      const assignment = assignRanges(spec, (topicId) => counts.get(topicId));
      expect(isWhole(spec, counts, assignment)).toBe(true);
    }),
  );
});
