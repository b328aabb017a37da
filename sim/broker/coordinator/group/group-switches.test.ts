import { describe, expect, test } from 'vitest';
import { subscriptionBytes } from '../../../protocol/consumer-protocol.ts';
import { type OffsetCommitRequest } from '../../../protocol/messages/offset-commit-request.ts';
import { type Switches } from '../../../switches/switches.ts';
import { ReplayError } from '../runtime/coordinator-operation.ts';
import { offsetCommitRecord } from './group-records.ts';
import { GroupRefusal } from './group-refusal.ts';
import { commitError } from './offsets/offset-commit.ts';
import { fetchedOffsets } from './offsets/offset-fetch.ts';
import { groupId, GroupsUnderTest } from './testing/groups-under-test.ts';

function withTopic(partitionCount: number, switches: Switches = {}): GroupsUnderTest {
  const groups = new GroupsUnderTest({}, switches);
  groups.setTopic('t', partitionCount);
  return groups;
}

function commitOf(memberId: string, memberEpoch: number): OffsetCommitRequest {
  const committing = { committedOffset: 7, committedLeaderEpoch: -1, committedMetadata: '' };
  const partitions = [{ partitionIndex: 0, ...committing }];
  return {
    groupId,
    generationIdOrMemberEpoch: memberEpoch,
    memberId,
    groupInstanceId: null,
    retentionTimeMs: -1,
    topics: [{ name: 't', topicId: 'id-of-t', partitions }],
  };
}

function commitErrorOf(groups: GroupsUnderTest, memberId: string, memberEpoch: number): string {
  const { switches } = groups.machine;
  const kind = { apiVersion: 9, isTransactional: false, switches };
  return commitError(groups.group, commitOf(memberId, memberEpoch), kind);
}

function store(groups: GroupsUnderTest, commitTimestampMs: number): void {
  const offset = { offset: 7, leaderEpoch: -1, metadata: '', expireTimestampMs: -1 };
  const value = { ...offset, commitTimestampMs, topicId: 'id-of-t' };
  const record = offsetCommitRecord(groupId, { topic: 't', partition: 0 }, value);
  groups.perform({ records: [record], replays: true, settled: () => undefined });
}

describe('848.epochBookkeeping', () => {
  /** A member is to give up what another gets, and gets it back before it has given it up. */
  function giveAndTake(switches: Switches): GroupsUnderTest {
    const groups = withTopic(2, switches);
    groups.join('a', ['t']);
    groups.join('b', ['t']);
    groups.heartbeat({ memberId: 'a', memberEpoch: 2 });
    groups.heartbeat({ memberId: 'b', memberEpoch: -1 });
    const owned = [{ topicId: 'id-of-t', partitions: [0] }];
    groups.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions: owned });
    return groups;
  }

  test('as released: what a member gets back is held', () => {
    expect(giveAndTake({}).group.partitionEpoch('id-of-t', 1)).toBe(4);
  });

  test('loose: what a member gets back counts as free', () => {
    const { group } = giveAndTake({ '848.epochBookkeeping': 'loose' });
    expect(group.members.get('a')?.assigned.get('id-of-t')?.has(1)).toBe(true);
    expect(group.partitionEpoch('id-of-t', 1)).toBe(-1);
  });
});

describe('848.staticSameIdRejoin', () => {
  test.each([
    [{}, 'UNRELEASED_INSTANCE_ID'],
    [{ '848.staticSameIdRejoin': 'on' }, 'NONE'],
  ])('%j: a static member that joins again under its own id gets %s', (switches, expected) => {
    const groups = withTopic(1, switches);
    groups.join('m', ['t'], 'i');
    const answer = groups.join('m', ['t'], 'i');
    expect(answer instanceof GroupRefusal ? answer.error : 'NONE').toBe(expected);
    expect([...groups.group.members.keys()]).toEqual(['m']);
  });
});

describe('848.commitOwnerCheck', () => {
  test.each([
    [{}, 'NONE'],
    [{ '848.commitOwnerCheck': 'on' }, 'STALE_MEMBER_EPOCH'],
  ])('%j: a commit for what another member has gets %s', (switches, expected) => {
    const groups = withTopic(1, switches);
    groups.join('a', ['t']);
    groups.join('b', ['t']);
    expect(commitErrorOf(groups, 'b', 3)).toBe(expected);
    expect(commitErrorOf(groups, 'a', 2)).toBe('NONE');
  });
});

describe('848.commitEpoch', () => {
  test.each([
    [{}, 'NONE'],
    [{ '848.commitEpoch': 'equal' }, 'STALE_MEMBER_EPOCH'],
  ])(
    '%j: a commit in the epoch before the member heard of the next gets %s',
    (switches, expected) => {
      const groups = withTopic(2, switches);
      groups.join('a', ['t']);
      groups.join('b', ['t']);
      groups.heartbeat({ memberId: 'a', memberEpoch: 2 });
      const owned = [{ topicId: 'id-of-t', partitions: [0] }];
      groups.heartbeat({ memberId: 'a', memberEpoch: 2, topicPartitions: owned });
      expect(groups.group.members.get('a')?.memberEpoch).toBe(3);
      expect(commitErrorOf(groups, 'a', 2)).toBe(expected);
    },
  );
});

describe('848.zombieCommitEmpty', () => {
  test.each([
    [{}, 'NONE'],
    [{ '848.zombieCommitEmpty': 'off' }, 'UNKNOWN_MEMBER_ID'],
  ])('%j: a commit of a former member of an empty group gets %s', (switches, expected) => {
    const groups = withTopic(1, switches);
    groups.join('a', ['t']);
    groups.heartbeat({ memberId: 'a', memberEpoch: -1 });
    expect(commitErrorOf(groups, 'zombie', -1)).toBe(expected);
    expect(commitErrorOf(groups, '', -1)).toBe('NONE');
  });
});

describe('gc.loadOffsetsFirst', () => {
  function withOffsetsFirst(switches: Switches): GroupsUnderTest {
    const groups = withTopic(1, switches);
    groups.join('a', ['t']);
    const ofGroup = groups.log;
    store(groups, groups.nowMs);
    groups.log = [groups.log.at(-1), ...ofGroup];
    return groups;
  }

  test('as released: a group is read whose offsets stand before it', () => {
    const groups = withOffsetsFirst({});
    groups.reload();
    expect([...groups.group.members.keys()]).toEqual(['a']);
  });

  test('strict: it is not', () => {
    const groups = withOffsetsFirst({ 'gc.loadOffsetsFirst': 'strict' });
    expect(() => {
      groups.reload();
    }).toThrow(ReplayError);
  });
});

describe('offsets.topicIdCheck', () => {
  test.each([
    [{}, -1],
    [{ 'offsets.topicIdCheck': 'off' }, 7],
  ])(
    '%j: the offset of a topic that was there before under its name is %i',
    (switches, expected) => {
      const groups = withTopic(1, switches);
      store(groups, groups.nowMs);
      const topics = [{ name: 't', topicId: 'id-of-another', partitionIndexes: [0] }];
      const asked = { groupId, memberId: null, memberEpoch: -1, topics };
      const { machine } = groups;
      const [found] = fetchedOffsets(machine.offsets, asked, 'newest', machine.switches);
      expect(found?.partitions[0]?.committedOffset).toBe(expected);
    },
  );
});

const subscription = subscriptionBytes({
  topics: ['t'],
  userData: null,
  ownedPartitions: [],
  generationId: -1,
  rackId: null,
});

describe('offsets.expireWhileRebalancing', () => {
  const minuteMs = 60_000;

  test.each([
    [{}, 1],
    [{ 'offsets.expireWhileRebalancing': 'on' }, 0],
  ])('%j: of a group that was empty and rebalances %i old offset is left', (switches, left) => {
    const properties = { 'group.initial.rebalance.delay.ms': String(120 * minuteMs) };
    const groups = new GroupsUnderTest(properties, switches);
    groups.setTopic('t', 1);
    groups.joinClassic('', subscription);
    groups.advance(10 * minuteMs);
    expect(groups.machine.groups.get(groupId)?.state).toBe('Empty');
    store(groups, groups.nowMs - 8 * 24 * 60 * minuteMs);
    groups.advance(49 * minuteMs);
    groups.joinClassic('', subscription);
    groups.advance(2 * minuteMs);
    expect(groups.machine.groups.get(groupId)?.state).toBe('PreparingRebalance');
    expect(groups.machine.offsets.ofGroup(groupId).length).toBe(left);
  });
});

describe('static members of classic groups', () => {
  function rejoin(switches: Switches): { groups: GroupsUnderTest; first: string; second: string } {
    const groups = withTopic(1, switches);
    const first = groups.joinClassic('', subscription, 'i').answer?.memberId ?? '';
    groups.syncClassic(first, [{ memberId: first, assignment: '' }]);
    const second = groups.joinClassic('', subscription, 'i').answer?.memberId ?? '';
    return { groups, first, second };
  }

  function membersOf(groups: GroupsUnderTest): string[] {
    return [...(groups.machine.groups.get(groupId)?.members.keys() ?? [])];
  }

  test('as released: a static member that joins again gets another id, which is kept', () => {
    const { groups, first, second } = rejoin({});
    expect(second).not.toBe(first);
    groups.reload();
    expect(membersOf(groups)).toEqual([second]);
  });

  test('static.persist off: a new coordinator knows the old id only', () => {
    const { groups, first, second } = rejoin({ 'static.persist': 'off' });
    expect(membersOf(groups)).toEqual([second]);
    groups.reload();
    expect(membersOf(groups)).toEqual([first]);
  });

  test('static.updateMemberId off: two processes are one member', () => {
    const { first, second } = rejoin({ 'static.updateMemberId': 'off' });
    expect(second).toBe(first);
  });
});
