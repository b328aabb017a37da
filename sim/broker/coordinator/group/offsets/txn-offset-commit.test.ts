import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../../../cluster-under-test.ts';
import { present } from '../../../../kernel/assert.ts';
import { milliseconds, seconds } from '../../../../kernel/time.ts';
import { Api } from '../../../../protocol/api.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import { offsetsTopic } from '../../../../protocol/topic-name.ts';
import { zeroUuid } from '../../../../protocol/uuid.ts';
import { type Switches } from '../../../../switches/switches.ts';
import { type BrokerId } from '../../../../trace.ts';
import {
  TransactionalClient,
  transactionProperties,
} from '../../transaction/testing/transactional-client.ts';

const groupId = 'billing';

interface Started {
  readonly cluster: ClusterUnderTest;
  readonly client: TransactionalClient;
  readonly coordinator: BrokerId;
}

function start(switches: Switches = {}): Started {
  const cluster = new ClusterUnderTest({ properties: transactionProperties, switches }).start();
  const client = new TransactionalClient(cluster).find();
  cluster.createTopic('orders', { numPartitions: 1, replicationFactor: 3 });
  const coordinator = findGroupCoordinator(cluster, 1);
  client.init();
  return { cluster, client, coordinator };
}

function findGroupCoordinator(cluster: ClusterUnderTest, asked: BrokerId): BrokerId {
  for (;;) {
    const request = { key: '', keyType: 0, coordinatorKeys: [groupId] };
    const { coordinators } = cluster.ask(asked, Api.findCoordinator, request, { on: 'find' });
    const found = present(coordinators[0], 'coordinator');
    cluster.run(seconds(1));
    if (found.errorCode === 'NONE') return found.nodeId;
  }
}

function commitInTransaction(
  { cluster, client, coordinator }: Started,
  committedOffset: number,
  member = { generationId: -1, memberId: '' },
): ErrorName {
  const partition = { partitionIndex: 0, committedOffset, committedLeaderEpoch: -1 };
  const { topics } = cluster.ask(coordinator, Api.txnOffsetCommit, {
    transactionalId: client.transactionalId,
    groupId,
    producerId: client.producerId,
    producerEpoch: client.epoch,
    ...member,
    groupInstanceId: null,
    topics: [{ name: 'orders', partitions: [{ ...partition, committedMetadata: '' }] }],
    txnUid: client.txnUid,
  });
  return present(topics[0]?.partitions[0], 'answer').errorCode;
}

function commit({ cluster, coordinator }: Started, committedOffset: number): ErrorName {
  const partition = { partitionIndex: 0, committedOffset, committedLeaderEpoch: -1 };
  const topics = [
    { name: 'orders', topicId: zeroUuid, partitions: [{ ...partition, committedMetadata: '' }] },
  ];
  const request = { groupId, generationIdOrMemberEpoch: -1, memberId: '', groupInstanceId: null };
  const answer = cluster.ask(
    coordinator,
    Api.offsetCommit,
    { ...request, retentionTimeMs: -1, topics },
    { apiVersion: 9 },
  );
  return present(answer.topics[0]?.partitions[0], 'answer').errorCode;
}

/** The offset, or why there is none. */
function fetch({ cluster, coordinator }: Started, requireStable = true): number | ErrorName {
  const topics = [{ name: 'orders', topicId: zeroUuid, partitionIndexes: [0] }];
  const group = { groupId, memberId: null, memberEpoch: -1, topics };
  const { groups } = cluster.ask(
    coordinator,
    Api.offsetFetch,
    { groupId: '', topics: [], groups: [group], requireStable },
    { apiVersion: 9 },
  );
  const found = present(groups[0]?.topics[0]?.partitions[0], 'offset');
  return found.errorCode === 'NONE' ? found.committedOffset : found.errorCode;
}

describe('an offset in a transaction', () => {
  test('counts when the transaction is committed', () => {
    const started = start();
    expect(commit(started, 3)).toBe('NONE');
    expect(commitInTransaction(started, 5)).toBe('NONE');
    expect(fetch(started)).toBe('UNSTABLE_OFFSET_COMMIT');
    expect(fetch(started, false)).toBe(3);
    expect(started.client.end(true)).toBe('NONE');
    started.cluster.run(seconds(1));
    expect(fetch(started)).toBe(5);
  });

  test('is gone when the transaction is aborted', () => {
    const started = start();
    commitInTransaction(started, 5);
    started.client.end(false);
    started.cluster.run(seconds(1));
    expect(fetch(started)).toBe(-1);
  });

  test('is still to come for the next coordinator of the group', () => {
    const started = start();
    const { cluster, client } = started;
    commitInTransaction(started, 5);
    cluster.world.crash(cluster.nodeOf(started.coordinator));
    cluster.run(seconds(5));
    const other: BrokerId = started.coordinator === 1 ? 2 : 1;
    const next = { ...started, coordinator: findGroupCoordinator(cluster, other) };
    expect(fetch(next)).toBe('UNSTABLE_OFFSET_COMMIT');
    client.find(other);
    expect(client.end(true)).toBe('NONE');
    cluster.run(seconds(1));
    expect(fetch(next)).toBe(5);
  });

  test.each([
    [{}, 'UNSTABLE_OFFSET_COMMIT'],
    [{ 'offsets.requireStable': 'off' }, 3],
  ] as const)('makes who asks for stable offsets wait: %o', (switches, found) => {
    const started = start(switches);
    commit(started, 3);
    commitInTransaction(started, 5);
    expect(fetch(started)).toBe(found);
  });

  test.each([
    [{}, 9],
    [{ 'offsets.txnOverwriteNewer': 'on' }, 5],
  ] as const)('yields to one that was written later: %o', (switches, offset) => {
    const started = start(switches);
    commitInTransaction(started, 5);
    commit(started, 9);
    started.client.end(true);
    started.cluster.run(seconds(1));
    expect(fetch(started)).toBe(offset);
  });

  test.each([
    [{}, 'UNKNOWN_MEMBER_ID'],
    [{ 'txn.offsetFencing': 'off' }, 'NONE'],
  ] as const)('is taken from members of the group: %o', (switches, error) => {
    const started = start(switches);
    commit(started, 3);
    const stranger = { generationId: 7, memberId: 'stranger' };
    expect(commitInTransaction(started, 5, stranger)).toBe(error);
  });

  test.each([
    [{}, -1],
    [{ 'offsets.deleteWithPending': 'on' }, 5],
  ] as const)('is gone with its group: %o', (switches, offset) => {
    const started = start(switches);
    const { cluster, client, coordinator } = started;
    commitInTransaction(started, 5);
    cluster.ask(coordinator, Api.deleteGroups, { groupsNames: [groupId] });
    client.end(true);
    cluster.run(seconds(1));
    commitGroupAgain(started);
    expect(fetch(started)).toBe(offset);
  });

  test.each([
    [{}, 5],
    [{ 'txn.markerReplyBeforeGc': 'on' }, 'UNSTABLE_OFFSET_COMMIT'],
  ] as const)('is there when its marker is answered: %o', (switches, found) => {
    const started = start(switches);
    const { cluster, client, coordinator } = started;
    commitInTransaction(started, 5);
    cluster.ask(coordinator, Api.writeTxnMarkers, {
      markers: [
        {
          producerId: client.producerId,
          producerEpoch: client.epoch + 1,
          transactionResult: true,
          topics: [{ name: offsetsTopic, partitionIndexes: [0] }],
          coordinatorEpoch: 0,
          transactionVersion: 2,
        },
      ],
    });
    expect(fetch(started)).toBe(found);
    cluster.run(milliseconds(100));
    expect(fetch(started)).toBe(5);
  });
});

/** Makes the group known again, by an offset of another partition that is not looked at. */
function commitGroupAgain({ cluster, coordinator }: Started): void {
  cluster.createTopic('other', { numPartitions: 1, replicationFactor: 3 });
  const partition = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1 };
  const topics = [
    { name: 'other', topicId: zeroUuid, partitions: [{ ...partition, committedMetadata: '' }] },
  ];
  const request = { groupId, generationIdOrMemberEpoch: -1, memberId: '', groupInstanceId: null };
  cluster.ask(
    coordinator,
    Api.offsetCommit,
    { ...request, retentionTimeMs: -1, topics },
    { apiVersion: 9 },
  );
}
