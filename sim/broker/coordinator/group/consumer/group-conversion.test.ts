import { expect, test } from 'vitest';
import { assignmentBytes, subscriptionBytes } from '../../../../protocol/consumer-protocol.ts';
import { type Bytes } from '../../../../protocol/record-batch.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { groupId, GroupsUnderTest } from '../testing/groups-under-test.ts';

function subscription(...owned: readonly number[]): Bytes {
  return subscriptionBytes({
    topics: ['t'],
    userData: null,
    ownedPartitions: [{ topic: 't', partitions: owned }],
    generationId: -1,
    rackId: null,
  });
}

function assignment(...partitions: readonly number[]): Bytes {
  return assignmentBytes({ assignedPartitions: [{ topic: 't', partitions }], userData: null });
}

/** A classic group of one member, which has both partitions. */
function withClassicGroup(properties = {}): { groups: GroupsUnderTest; memberId: string } {
  const groups = new GroupsUnderTest(properties);
  groups.setTopic('t', 2);
  const joined = groups.joinClassic('', subscription());
  const memberId = joined.answer?.memberId ?? '';
  const assignments = [{ memberId, assignment: assignment(0, 1) }];
  expect(groups.syncClassic(memberId, assignments)).toBe('NONE');
  return { groups, memberId };
}

function stateOf(groups: GroupsUnderTest): unknown {
  const group = groups.machine.groups.get(groupId);
  return [group?.type, group?.state, group?.generation];
}

test('a classic group becomes a consumer group when such a member joins, and classic again when it leaves', () => {
  const { groups, memberId } = withClassicGroup();
  expect(groups.join('new', ['t'])).toMatchObject({ memberEpoch: 2 });
  expect(stateOf(groups)).toEqual(['consumer', 'Reconciling', 2]);
  expect(groups.heartbeatClassic(memberId, 1)).toBe('REBALANCE_IN_PROGRESS');

  expect(groups.joinClassic(memberId, subscription(0, 1)).answer?.generationId).toBe(1);
  expect(groups.heartbeatClassic(memberId, 1)).toBe('REBALANCE_IN_PROGRESS');
  expect(groups.joinClassic(memberId, subscription(0)).answer?.generationId).toBe(2);
  expect(groups.heartbeat({ memberId: 'new', memberEpoch: 2 })).toMatchObject({
    assignment: { topicPartitions: [{ partitions: [1] }] },
  });
  expect(stateOf(groups)).toEqual(['consumer', 'Stable', 2]);

  groups.heartbeat({ memberId: 'new', memberEpoch: -1 });
  expect(stateOf(groups)).toEqual(['classic', 'PreparingRebalance', 2]);
  expect(groups.heartbeatClassic(memberId, 2)).toBe('REBALANCE_IN_PROGRESS');
  groups.reload();
  expect(stateOf(groups)).toEqual(['classic', 'Stable', 2]);
});

test('the log of a group that was converted to and fro can be read, compacted or not', () => {
  const { groups } = withClassicGroup();
  groups.join('new', ['t']);
  groups.reload();
  expect(stateOf(groups)).toEqual(['consumer', 'Reconciling', 2]);
  groups.heartbeat({ memberId: 'new', memberEpoch: -1 });
  groups.compact();
  groups.reload();
  expect(stateOf(groups)).toEqual(['classic', 'Stable', 2]);
});

test('an empty group becomes what its first member is', () => {
  const { groups } = withClassicGroup();
  groups.advance(10_000);
  expect(stateOf(groups)).toEqual(['classic', 'Empty', 2]);
  expect(groups.join('new', ['t'])).toMatchObject({ memberEpoch: 2 });
  expect(stateOf(groups)).toEqual(['consumer', 'Stable', 2]);
});

test('a group stays what it is where its policy says so', () => {
  const { groups } = withClassicGroup({ 'group.consumer.migration.policy': 'downgrade' });
  expect(groups.join('new', ['t'])).toEqual(
    new GroupRefusal(
      'GROUP_ID_NOT_FOUND',
      `Cannot upgrade classic group ${groupId} to consumer group because online upgrade is disabled.`,
    ),
  );
  expect(stateOf(groups)).toEqual(['classic', 'Stable', 1]);
});

test('a classic member that does not join again in time is taken out', () => {
  const { groups, memberId } = withClassicGroup();
  groups.join('new', ['t']);
  for (let second = 0; second < 10; second += 1) {
    expect(groups.heartbeatClassic(memberId, 1)).toBe('REBALANCE_IN_PROGRESS');
    groups.advance(1_000);
  }
  expect(groups.heartbeatClassic(memberId, 1)).toBe('UNKNOWN_MEMBER_ID');
  expect(groups.facts).toContainEqual(
    expect.objectContaining({ kind: 'memberRemoved', memberId, why: 'rebalanceExpired' }),
  );
});

test('what a group has waited for before it was converted changes nothing any more', () => {
  const groups = new GroupsUnderTest();
  groups.setTopic('t', 2);
  const memberId = groups.joinClassic('', subscription()).answer?.memberId ?? '';
  const classic = groups.machine.groups.get(groupId);
  groups.isCommitting = false;
  groups.syncClassic(memberId, [{ memberId, assignment: assignment(0, 1) }]);
  groups.join('new', ['t']);
  const before = groups.facts.length;
  groups.commitAll();
  expect(classic?.state).toBe('Stable');
  expect(stateOf(groups)).toEqual(['consumer', 'Reconciling', 2]);
  expect(groups.facts.slice(before)).toEqual([]);
});
