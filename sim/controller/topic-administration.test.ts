import { describe, expect, test } from 'vitest';
import { Api } from '../protocol/api.ts';
import { type CreatableTopic } from '../protocol/messages/create-topics-request.ts';
import { zeroUuid } from '../protocol/uuid.ts';
import { ClusterUnderTest } from './cluster-under-test.ts';

function threeBrokers(configs: Record<string, string> = {}): ClusterUnderTest {
  const cluster = new ClusterUnderTest({ configs });
  cluster.startBrokers([1, 2, 3]);
  return cluster;
}

function create(cluster: ClusterUnderTest, changes: Partial<CreatableTopic>, validateOnly = false) {
  const topic = {
    name: 't',
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
    ...changes,
  };
  const request = { topics: [topic], timeoutMs: 5000, validateOnly };
  return cluster.ask(Api.createTopics, request).topics[0];
}

describe('CreateTopics', () => {
  test('places replicas, and says what it made', () => {
    const cluster = threeBrokers({ 'default.replication.factor': '3', 'num.partitions': '2' });
    const made = create(cluster, { numPartitions: -1, replicationFactor: -1 });
    expect(made).toMatchObject({ errorCode: 'NONE', numPartitions: 2, replicationFactor: 3 });
    expect(made?.configs?.find(({ name }) => name === 'min.insync.replicas')).toMatchObject({
      value: '1',
      configSource: 3,
    });
    const { topicId = '' } = made ?? {};
    expect(cluster.factsOf('topicCreated')).toEqual([
      { kind: 'topicCreated', topic: 't', topicId, partitions: 2 },
    ]);
    expect(cluster.last('t', 1)?.replicas.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  test('writes topic, configs and partitions in this order, in one batch', () => {
    const cluster = threeBrokers();
    create(cluster, { configs: [{ name: 'min.insync.replicas', value: '1' }] });
    const types = cluster.log().map(({ type }) => type);
    expect(types.slice(types.indexOf('TopicRecord'))).toEqual([
      'TopicRecord',
      'ConfigRecord',
      'ClearElrRecord',
      'PartitionRecord',
    ]);
  });

  test('puts a replica on a fenced broker only by hand, and not into the ISR', () => {
    const cluster = threeBrokers();
    cluster.heartbeat(3, { wantFence: true });
    cluster.createWith('t', [3, 1, 2]);
    expect(cluster.last('t')).toMatchObject({ replicas: [3, 1, 2], leader: 1, isr: [1, 2] });
  });

  test('that only validates writes nothing', () => {
    const cluster = threeBrokers();
    expect(create(cluster, {}, true)?.errorCode).toBe('NONE');
    expect(cluster.history('t')).toEqual([]);
  });

  test.each([
    [
      'an existing name',
      { name: 'known' },
      'TOPIC_ALREADY_EXISTS',
      "Topic 'known' already exists.",
    ],
    [
      'a colliding name',
      { name: 'a_b' },
      'INVALID_TOPIC_EXCEPTION',
      "Topic 'a_b' collides with existing topic: a.b",
    ],
    [
      'a bad name',
      { name: '.' },
      'INVALID_TOPIC_EXCEPTION',
      "Topic name is invalid: '.' is not allowed",
    ],
    [
      'the metadata topic',
      { name: '__cluster_metadata' },
      'INVALID_REQUEST',
      'Creation of internal topic __cluster_metadata is prohibited.',
    ],
    [
      'too few brokers',
      { replicationFactor: 4 },
      'INVALID_REPLICATION_FACTOR',
      'Unable to replicate the partition 4 time(s): The target replication factor of 4 cannot be reached because only 3 broker(s) are registered or some brokers have all their log directories cordoned.',
    ],
    [
      'no replica',
      { replicationFactor: 0 },
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    ],
    [
      'no partition',
      { numPartitions: 0 },
      'INVALID_PARTITIONS',
      'Number of partitions was set to an invalid non-positive value.',
    ],
    [
      'a config without value',
      { configs: [{ name: 'retention.ms', value: null }] },
      'INVALID_CONFIG',
      'Null value not supported for topic configs: retention.ms',
    ],
    [
      'a config that there is not',
      { configs: [{ name: 'no.such', value: '1' }] },
      'INVALID_CONFIG',
      'Unknown topic config name: no.such',
    ],
    [
      'far too many partitions',
      { numPartitions: 10_001 },
      'POLICY_VIOLATION',
      'Excessively large number of partitions per request.',
    ],
  ] as const)('refuses %s', (_what, changes, errorCode, errorMessage) => {
    const cluster = threeBrokers();
    cluster.createWith('known', [1]);
    cluster.createWith('a.b', [1]);
    expect(create(cluster, changes)).toMatchObject({ errorCode, errorMessage });
  });

  test.each([
    [[{ partitionIndex: 0, brokerIds: [] }], 'includes an empty replica list.'],
    [[{ partitionIndex: 0, brokerIds: [1, 1] }], 'includes the broker 1 more than once.'],
    [[{ partitionIndex: 0, brokerIds: [7] }], 'includes broker 7, but no such broker is'],
    [[{ partitionIndex: 1, brokerIds: [1] }], 'consecutive 0-based integer sequence'],
    [
      [
        { partitionIndex: 0, brokerIds: [1, 2] },
        { partitionIndex: 1, brokerIds: [1] },
      ],
      'not consistent with previous partitions, which have 2 replica(s).',
    ],
    [
      [
        { partitionIndex: 0, brokerIds: [1] },
        { partitionIndex: 0, brokerIds: [2] },
      ],
      'Found multiple manual partition assignments for partition 0',
    ],
  ])('refuses the assignment %j', (assignments, text) => {
    const given = { numPartitions: -1, replicationFactor: -1, assignments };
    const result = create(threeBrokers(), given);
    expect(result?.errorCode).toBe('INVALID_REPLICA_ASSIGNMENT');
    expect(result?.errorMessage).toContain(text);
  });

  test('refuses a name that comes twice', () => {
    const topic = { numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] };
    const twice = [
      { ...topic, name: 'a' },
      { ...topic, name: 'a' },
      { ...topic, name: 'b' },
    ];
    const request = { topics: twice, timeoutMs: 1000, validateOnly: false };
    const { topics } = threeBrokers().ask(Api.createTopics, request);
    expect(topics.map(({ name, errorCode }) => [name, errorCode])).toEqual([
      ['b', 'NONE'],
      ['a', 'INVALID_REQUEST'],
    ]);
  });
});

describe('CreatePartitions', () => {
  function add(cluster: ClusterUnderTest, count: number, assignments: number[][] | null = null) {
    const given = assignments?.map((brokerIds) => ({ brokerIds })) ?? null;
    const topics = [{ name: 't', count, assignments: given }];
    const request = { topics, timeoutMs: 1000, validateOnly: false };
    return cluster.ask(Api.createPartitions, request).results[0];
  }

  test('adds only more', () => {
    const cluster = threeBrokers();
    expect(add(cluster, 2)?.errorCode).toBe('UNKNOWN_TOPIC_OR_PARTITION');
    cluster.createWith('t', [1, 2]);
    expect(add(cluster, 1)?.errorMessage).toBe('Topic already has 1 partition(s).');
    expect(add(cluster, 0)?.errorMessage).toBe(
      'The topic t currently has 1 partition(s); 0 would not be an increase.',
    );
    expect(add(cluster, 3, [[2, 1]])?.errorMessage).toBe(
      'Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.',
    );
    expect(add(cluster, 2, [[2]])?.errorCode).toBe('INVALID_REPLICA_ASSIGNMENT');
    expect(add(cluster, 2, [[2, 1]])?.errorCode).toBe('NONE');
    expect(cluster.last('t', 1)).toMatchObject({ leader: 2, leaderEpoch: 0, isr: [2, 1] });
    expect(add(cluster, 4)?.errorCode).toBe('NONE');
    expect(cluster.last('t', 3)?.replicas.length).toBe(2);
  });
});

describe('DeleteTopics', () => {
  function remove(cluster: ClusterUnderTest, ...topics: [string | null, string][]) {
    return cluster.ask(Api.deleteTopics, {
      topics: topics.map(([name, topicId]) => ({ name, topicId })),
      topicNames: [],
      timeoutMs: 1000,
    }).responses;
  }

  test('takes names and ids', () => {
    const cluster = threeBrokers();
    const a = cluster.createWith('a', [1]);
    const b = cluster.createWith('b', [1]);
    expect(remove(cluster, ['a', zeroUuid], [null, b])).toEqual([
      { name: 'b', topicId: b, errorCode: 'NONE', errorMessage: null },
      { name: 'a', topicId: a, errorCode: 'NONE', errorMessage: null },
    ]);
    expect(cluster.factsOf('topicDeleted').length).toBe(2);
    expect(cluster.createWith('a', [1])).not.toBe(a);
  });

  test('says what is wrong with each', () => {
    const cluster = threeBrokers();
    const a = cluster.createWith('a', [1]);
    const codes = remove(
      cluster,
      [null, zeroUuid],
      ['a', a],
      ['no', zeroUuid],
      [null, 'xxxxxxxxxxxxxxxxxxxxxA'],
    ).map(({ errorCode, errorMessage }) => [errorCode, errorMessage]);
    expect(codes).toEqual([
      ['INVALID_REQUEST', 'Neither topic name nor id were specified.'],
      ['INVALID_REQUEST', 'You may not specify both topic name and topic id.'],
      ['UNKNOWN_TOPIC_ID', 'This server does not host this topic ID.'],
      ['UNKNOWN_TOPIC_OR_PARTITION', 'This server does not host this topic-partition.'],
    ]);
    const twice = remove(cluster, ['a', zeroUuid], [null, a]);
    expect(twice.map(({ errorCode }) => errorCode)).toEqual(['INVALID_REQUEST']);
    expect(cluster.last('a')).toBeDefined();
  });

  test('is refused where delete.topic.enable=false', () => {
    const cluster = threeBrokers({ 'delete.topic.enable': 'false' });
    cluster.createWith('a', [1]);
    expect(remove(cluster, ['a', zeroUuid])[0]?.errorCode).toBe('TOPIC_DELETION_DISABLED');
  });
});
