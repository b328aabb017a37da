import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../../cluster-under-test.ts';
import { present } from '../../../kernel/assert.ts';
import { seconds } from '../../../kernel/time.ts';
import { Api } from '../../../protocol/api.ts';
import { subscriptionBytes } from '../../../protocol/consumer-protocol.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type ConsumerGroupHeartbeatRequest } from '../../../protocol/messages/consumer-group-heartbeat-request.ts';
import { type ConsumerGroupHeartbeatResponse } from '../../../protocol/messages/consumer-group-heartbeat-response.ts';
import { type JoinGroupResponse } from '../../../protocol/messages/join-group-response.ts';
import { type BrokerId } from '../../../trace.ts';

const groupId = 'billing';
const subscription = subscriptionBytes({
  topics: ['orders'],
  userData: null,
  ownedPartitions: [],
  generationId: -1,
  rackId: null,
});

function startCluster(brokerSessionMs: number): ClusterUnderTest {
  return new ClusterUnderTest({
    properties: {
      'offsets.topic.num.partitions': '1',
      'offsets.topic.replication.factor': '3',
      'group.initial.rebalance.delay.ms': '0',
      'broker.session.timeout.ms': String(brokerSessionMs),
    },
  }).start();
}

/** Asks a broker as long as it knows no coordinator. */
function findCoordinator(cluster: ClusterUnderTest, asked: BrokerId): BrokerId {
  for (;;) {
    const request = { key: '', keyType: 0, coordinatorKeys: [groupId] };
    const { coordinators } = cluster.ask(asked, Api.findCoordinator, request, { on: 'find' });
    const found = present(coordinators[0], 'coordinator');
    if (found.errorCode === 'NONE') return found.nodeId;
    cluster.run(seconds(1));
  }
}

function join(cluster: ClusterUnderTest, to: BrokerId, memberId: string): JoinGroupResponse {
  return cluster.ask(to, Api.joinGroup, {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 10_000,
    memberId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: subscription }],
    reason: null,
  });
}

function sync(cluster: ClusterUnderTest, to: BrokerId, memberId: string): ErrorName {
  const protocol = { protocolType: 'consumer', protocolName: 'range' };
  const assignments = [{ memberId, assignment: 'mine' }];
  const member = { groupId, generationId: 1, memberId, groupInstanceId: null };
  return cluster.ask(to, Api.syncGroup, { ...member, ...protocol, assignments }).errorCode;
}

function heartbeat(cluster: ClusterUnderTest, to: BrokerId, memberId: string): ErrorName {
  const member = { groupId, generationId: 1, memberId, groupInstanceId: null };
  return cluster.ask(to, Api.heartbeat, member).errorCode;
}

/** A group with one member, which has its assignment. */
function startGroup(cluster: ClusterUnderTest): { coordinator: BrokerId; memberId: string } {
  cluster.createTopic('orders', { numPartitions: 1, replicationFactor: 3 });
  const coordinator = findCoordinator(cluster, 1);
  cluster.run(seconds(1));
  const { memberId } = join(cluster, coordinator, '');
  expect(join(cluster, coordinator, memberId).errorCode).toBe('NONE');
  expect(sync(cluster, coordinator, memberId)).toBe('NONE');
  return { coordinator, memberId };
}

function commit(
  cluster: ClusterUnderTest,
  { coordinator, memberId }: { coordinator: BrokerId; memberId: string },
  offset: number,
  generationIdOrMemberEpoch = 1,
): ErrorName {
  const partition = { partitionIndex: 0, committedLeaderEpoch: -1, committedMetadata: '' };
  const partitions = [{ ...partition, committedOffset: offset }];
  const topicId = 'AAAAAAAAAAAAAAAAAAAAAA';
  const { topics } = cluster.ask(
    coordinator,
    Api.offsetCommit,
    {
      groupId,
      generationIdOrMemberEpoch,
      memberId,
      groupInstanceId: null,
      retentionTimeMs: -1,
      topics: [{ name: 'orders', topicId, partitions }],
    },
    { apiVersion: 9 },
  );
  return present(topics[0]?.partitions[0], 'answer').errorCode;
}

function committedOffset(cluster: ClusterUnderTest, coordinator: BrokerId): number {
  const topicId = 'AAAAAAAAAAAAAAAAAAAAAA';
  const topics = [{ name: 'orders', topicId, partitionIndexes: [0] }];
  const { groups } = cluster.ask(
    coordinator,
    Api.offsetFetch,
    {
      groupId: '',
      topics: [],
      groups: [{ groupId, memberId: null, memberEpoch: -1, topics }],
      requireStable: true,
    },
    { apiVersion: 9 },
  );
  return present(groups[0]?.topics[0]?.partitions[0], 'offset').committedOffset;
}

describe('the group coordinator', () => {
  test('goes on elsewhere with members and offsets when its broker is lost', () => {
    const cluster = startCluster(3_000);
    const group = startGroup(cluster);
    expect(commit(cluster, group, 7)).toBe('NONE');

    cluster.world.crash(cluster.nodeOf(group.coordinator));
    cluster.run(seconds(5));
    const asked = group.coordinator === 1 ? 2 : 1;
    const coordinator = findCoordinator(cluster, asked);
    expect(coordinator).not.toBe(group.coordinator);
    expect(heartbeat(cluster, coordinator, group.memberId)).toBe('NONE');
    expect(committedOffset(cluster, coordinator)).toBe(7);
    expect(heartbeat(cluster, asked === coordinator ? 3 : asked, group.memberId)).toBe(
      'NOT_COORDINATOR',
    );
  });

  test('answers a commit only when the followers have it', () => {
    // Longer than the time-out of a commit: the followers stay in the ISR.
    const cluster = startCluster(9_000);
    const group = startGroup(cluster);
    const followers = [1, 2, 3].filter((id) => id !== group.coordinator);
    for (const id of followers) cluster.world.pause(cluster.nodeOf(id));
    expect(commit(cluster, group, 7)).toBe('COORDINATOR_NOT_AVAILABLE');

    // Nobody undoes what was not answered in time.
    for (const id of followers) cluster.world.resume(cluster.nodeOf(id));
    cluster.run(seconds(5));
    expect(committedOffset(cluster, findCoordinator(cluster, 1))).toBe(7);
  });

  test('takes out a member whose session is over', () => {
    const cluster = startCluster(3_000);
    const { coordinator, memberId } = startGroup(cluster);
    cluster.run(seconds(9));
    expect(heartbeat(cluster, coordinator, memberId)).toBe('NONE');
    cluster.run(seconds(11));
    expect(heartbeat(cluster, coordinator, memberId)).toBe('UNKNOWN_MEMBER_ID');
  });
});

function beat(
  cluster: ClusterUnderTest,
  to: BrokerId,
  request: Partial<ConsumerGroupHeartbeatRequest>,
): ConsumerGroupHeartbeatResponse {
  return cluster.ask(to, Api.consumerGroupHeartbeat, {
    groupId,
    memberId: 'm',
    memberEpoch: 0,
    instanceId: null,
    rackId: null,
    rebalanceTimeoutMs: -1,
    subscribedTopicNames: null,
    subscribedTopicRegex: null,
    serverAssignor: null,
    topicPartitions: null,
    ...request,
  });
}

/** A consumer group with one member. */
function startConsumerGroup(cluster: ClusterUnderTest): BrokerId {
  cluster.createTopic('orders', { numPartitions: 2, replicationFactor: 3 });
  const coordinator = findCoordinator(cluster, 1);
  cluster.run(seconds(1));
  const subscribed = { subscribedTopicNames: ['orders'], topicPartitions: [] };
  const joined = beat(cluster, coordinator, { rebalanceTimeoutMs: 10_000, ...subscribed });
  expect(joined).toMatchObject({ errorCode: 'NONE', memberEpoch: 2 });
  expect(joined.assignment?.topicPartitions).toMatchObject([{ partitions: [0, 1] }]);
  return coordinator;
}

describe('the coordinator of a consumer group', () => {
  test('goes on elsewhere with members, epochs and offsets when its broker is lost', () => {
    const cluster = startCluster(3_000);
    const coordinator = startConsumerGroup(cluster);
    expect(commit(cluster, { coordinator, memberId: 'm' }, 7, 2)).toBe('NONE');

    cluster.world.crash(cluster.nodeOf(coordinator));
    cluster.run(seconds(5));
    const next = findCoordinator(cluster, coordinator === 1 ? 2 : 1);
    expect(next).not.toBe(coordinator);
    expect(beat(cluster, next, { memberEpoch: 2 })).toMatchObject({
      errorCode: 'NONE',
      memberEpoch: 2,
      assignment: null,
    });
    expect(committedOffset(cluster, next)).toBe(7);
    const told = cluster.seen.filter(({ fact }) => fact.kind === 'groupChanged');
    expect(told.at(-1)?.fact).toMatchObject({
      broker: next,
      protocol: 'consumer',
      state: 'Stable',
      generation: 2,
      assignor: 'uniform',
      members: [{ memberId: 'm', epoch: 2, assigned: ['orders-0', 'orders-1'] }],
    });
  });

  test('does not undo what was not committed in time', () => {
    const cluster = startCluster(9_000);
    const coordinator = startConsumerGroup(cluster);
    const followers = [1, 2, 3].filter((id) => id !== coordinator);
    for (const id of followers) cluster.world.pause(cluster.nodeOf(id));
    const left = beat(cluster, coordinator, { memberEpoch: -1 });
    expect(left.errorCode).toBe('COORDINATOR_NOT_AVAILABLE');
    expect(beat(cluster, coordinator, { memberEpoch: 2 }).errorCode).toBe('UNKNOWN_MEMBER_ID');
  });
});
