import { expect, test } from 'vitest';
import { GroupRefusal } from '../group-refusal.ts';
import { GroupsUnderTest } from '../testing/groups-under-test.ts';
import { TopicPattern } from './regular-expression.ts';

test.each([
  ['orders.*', 'orders-1', true],
  ['orders', 'orders-1', false],
  ['a|b', 'b', true],
  ['(?:a|b)+c?', 'abab', true],
])('%s matches %s: %s', (pattern, name, matches) => {
  const compiled = TopicPattern.compile(pattern);
  expect(compiled instanceof TopicPattern && compiled.matches(name)).toBe(matches);
});

test.each([
  ['[', 'missing closing ]'],
  ['(a', 'missing closing )'],
  ['a)', 'unexpected )'],
  ['*a', 'missing argument to repetition operator'],
  ['a\\', 'trailing backslash at end of expression'],
  ['(?=a)', 'invalid or unsupported Perl syntax'],
  ['(a)\\1', 'invalid escape sequence'],
])('%s is refused: %s', (pattern, fault) => {
  expect(TopicPattern.compile(pattern)).toBe(fault);
});

function joinBy(groups: GroupsUnderTest, memberId: string, subscribedTopicRegex: string): unknown {
  return groups.heartbeat({
    memberId,
    rebalanceTimeoutMs: 10_000,
    subscribedTopicRegex,
    topicPartitions: [],
  });
}

test('the topics of an expression are looked for in the background, and again when there are new ones', () => {
  const groups = new GroupsUnderTest();
  groups.setTopic('t1', 1);
  groups.setTopic('u', 1);
  expect(joinBy(groups, 'a', 't.*')).toMatchObject({ memberEpoch: 1 });
  groups.advance(1);
  expect(groups.heartbeat({ memberId: 'a', memberEpoch: 1 })).toMatchObject({
    memberEpoch: 2,
    assignment: { topicPartitions: [{ topicId: 'id-of-t1', partitions: [0] }] },
  });
  groups.setTopic('t2', 1);
  groups.heartbeat({ memberId: 'a', memberEpoch: 2 });
  groups.advance(1);
  expect(groups.group.subscribedTopics).toEqual(new Set(['t1']));
  groups.advance(10_001);
  groups.heartbeat({ memberId: 'a', memberEpoch: 2 });
  groups.advance(1);
  expect(groups.group.subscribedTopics).toEqual(new Set(['t1', 't2']));
  expect(groups.group.groupEpoch).toBe(3);
});

test('an expression is forgotten with its last subscriber', () => {
  const groups = new GroupsUnderTest();
  groups.setTopic('t1', 1);
  joinBy(groups, 'a', 't.*');
  joinBy(groups, 'b', 't.*');
  groups.advance(1);
  groups.heartbeat({ memberId: 'a', memberEpoch: -1 });
  expect(groups.group.content.expressions.size).toBe(1);
  groups.heartbeat({ memberId: 'b', memberEpoch: -1 });
  expect(groups.group.content.expressions.size).toBe(0);
});

test('a join by an expression that says nothing is refused', () => {
  const groups = new GroupsUnderTest();
  const answer = joinBy(groups, 'a', '[');
  expect(answer instanceof GroupRefusal && answer.error).toBe('INVALID_REGULAR_EXPRESSION');
});
