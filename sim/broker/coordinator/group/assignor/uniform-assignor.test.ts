import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GroupSpec } from './group-spec.ts';
import {
  after,
  anyCounts,
  anyLikeSpec,
  anySpec,
  isWhole,
  listsOf,
  loadsOf,
  member,
} from './testing/specs.ts';
import { assignUniformly } from './uniform-assignor.ts';

test('members keep what balance allows, and the rest moves', () => {
  const members = [member('a', ['t'], { t: [0, 1, 2, 3] }), member('b', ['t'])];

  for (const isHomogeneous of [true, false]) {
    expect(listsOf(assignUniformly({ members, isHomogeneous }, () => 4))).toEqual({
      a: { t: [0, 1] },
      b: { t: [2, 3] },
    });
  }
});

test('a partition of a topic that a member no longer subscribes to goes to who does', () => {
  const members = [member('a', ['u'], { t: [0], u: [0] }), member('b', ['t', 'u'])];
  const assignment = assignUniformly({ members, isHomogeneous: false }, () => 1);

  expect(listsOf(assignment)).toEqual({ a: { u: [0] }, b: { t: [0] } });
});

test('a topic that does not exist is refused', () => {
  for (const isHomogeneous of [true, false]) {
    const spec = { members: [member('a', ['gone'])], isHomogeneous };
    expect(listsOf(assignUniformly(spec, () => undefined))).toBe(
      "Members are subscribed to topic gone which doesn't exist in the topic metadata.",
    );
  }
});

test('a group without members, or without topics, has no targets', () => {
  expect(listsOf(assignUniformly({ members: [], isHomogeneous: true }, () => 1))).toEqual({});
  for (const isHomogeneous of [true, false]) {
    const spec = { members: [member('a', [])], isHomogeneous };
    expect(listsOf(assignUniformly(spec, () => 1))).toEqual({});
  }
});

test('each partition has one owner that subscribes to it, when members come and go', () => {
  fc.assert(
    fc.property(fc.oneof(anySpec, anyLikeSpec), anyCounts, fc.nat(6), (spec, counts, leaver) => {
      const first = assignUniformly(spec, (topicId) => counts.get(topicId));
      expect(isWhole(spec, counts, first)).toBe(true);

      const left = without(after(spec, first), leaver);
      if (left.members.length === 0) return;
      const second = assignUniformly(left, (topicId) => counts.get(topicId));
      expect(isWhole(left, counts, second)).toBe(true);
    }),
  );
});

test('members with the same subscription differ by one partition at most, and do not change again', () => {
  fc.assert(
    fc.property(anyLikeSpec, anyCounts, fc.boolean(), (spec, counts, isHomogeneous) => {
      const group = { ...spec, isHomogeneous };
      const assignment = assignUniformly(group, (topicId) => counts.get(topicId));
      const loads = loadsOf(assignment);
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);

      const again = assignUniformly(after(group, assignment), (topicId) => counts.get(topicId));
      expect(listsOf(again)).toEqual(listsOf(assignment));
    }),
  );
});

function without({ members, isHomogeneous }: GroupSpec, index: number): GroupSpec {
  return { members: members.filter((_, place) => place !== index), isHomogeneous };
}
