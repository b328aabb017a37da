import { describe, expect, test } from 'vitest';
import { type Switches } from '../../sim/switches/switches.ts';
import { type SeenEvent } from './seen-events.ts';
import { playConsumer } from './testing/play-consumer.ts';

/** Node 2 coordinates the group. */
const given = {
  client: 'consumer',
  config: {
    'group.id': 'g',
    'group.protocol': 'consumer',
    'enable.auto.commit': false,
    'max.poll.interval.ms': 5_000,
  },
  cluster: { nodes: [1, 2], coordinator: 2, topics: { t: [[1, 0]] } },
  committed: { 't-0': 5 },
  auto: ['Metadata', 'FindCoordinator', 'OffsetFetch'],
};
const subscribe = { call: 'subscribe', topics: ['t'] };
const interval = 1_000;

/** The consumer is a member with epoch 1, and has t-0. Its last request was the fetch 3. */
const joined = [
  subscribe,
  { call: 'poll', ms: 300 },
  { answer: 1, epoch: 1, assigned: ['t-0'], interval },
  { advance: 50 },
  { answer: 2, epoch: 1, interval },
  { advance: 250 },
];

describe('a member of a consumer group', () => {
  test('tells everything again after a heartbeat that has failed', () => {
    const seen = play([
      ...joined,
      { advance: 750 },
      { answer: 4, error: 'COORDINATOR_LOAD_IN_PROGRESS' },
      { advance: 200 },
    ]);
    expect(seen).toMatchObject([
      {
        sent: 'ConsumerGroupHeartbeat',
        t: 1_150,
        body: {
          memberEpoch: 1,
          rebalanceTimeoutMs: 5_000,
          subscribedTopicNames: ['t'],
          topicPartitions: ['t-0'],
        },
      },
    ]);
  });

  test.each(['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID'])(
    'tells of its loss after %s, and joins again under its own id',
    (error) => {
      const seen = play([
        ...joined,
        { advance: 750 },
        { answer: 4, error },
        { call: 'poll', ms: 1_000 },
      ]);
      expect(seen).toMatchObject([
        { callback: 'lost', partitions: ['t-0'] },
        {
          sent: 'ConsumerGroupHeartbeat',
          body: { memberId: 'member1', memberEpoch: 0, topicPartitions: [] },
        },
      ]);
    },
  );

  test.each([
    ['GROUP_MAX_SIZE_REACHED', 'GroupMaxSizeReachedException'],
    ['UNRELEASED_INSTANCE_ID', 'UnreleasedInstanceIdException'],
    ['UNSUPPORTED_ASSIGNOR', 'UnsupportedAssignorException'],
  ])('is none any more after %s', (error, exception) => {
    const end = [{ answer: 1, error }, { advance: 10 }];
    const seen = play([subscribe, { call: 'poll', ms: 300 }, ...end], {}, 2);
    expect(seen).toMatchObject([{ threw: 'poll', error: exception }]);
  });

  test('is not moved by the late answer to a heartbeat when it has left since it polled too late', () => {
    const late = { answer: 4, error: 'UNKNOWN_MEMBER_ID' };
    const seen = play([...joined, { at: 8_000 }, late, { call: 'poll', ms: 1_000 }], {}, 3);
    expect(seen).toMatchObject([
      { sent: 'ConsumerGroupHeartbeat', n: 4, body: { memberEpoch: 1 } },
      { sent: 'ConsumerGroupHeartbeat', body: { memberEpoch: -1 } },
      { callback: 'lost', partitions: ['t-0'] },
      { sent: 'ConsumerGroupHeartbeat', body: { memberEpoch: 0 } },
    ]);
  });

  test('leaves with -2 if it is a static one', () => {
    const config = { ...given.config, 'group.instance.id': 's' };
    const seen = play([...joined, { call: 'close' }], {}, 1, { ...given, config });
    expect(seen).toMatchObject([
      { callback: 'revoked', partitions: ['t-0'] },
      { sent: 'ConsumerGroupHeartbeat', body: { instanceId: 's', memberEpoch: -2 } },
    ]);
  });

  test('commits nothing when it unsubscribes, and leaves', () => {
    const config = { ...given.config, 'enable.auto.commit': true };
    const steps = [...joined, { call: 'unsubscribe' }, { advance: 100 }];
    const seen = play(steps, {}, 2, { ...given, config });
    expect(seen).toMatchObject([
      { callback: 'revoked', partitions: ['t-0'] },
      { sent: 'ConsumerGroupHeartbeat', body: { memberEpoch: -1, topicPartitions: [] } },
    ]);
  });
});

describe('an assignment that comes while the application does not poll', () => {
  const steps = [
    subscribe,
    { call: 'poll', ms: 300 },
    { answer: 1, epoch: 1, assigned: [], interval },
    { advance: 750 },
    { answer: 2, epoch: 1, interval },
    { at: 1_100 },
    { answer: 3, epoch: 2, assigned: ['t-0'], interval },
    { at: 3_000 },
    { at: 6_000 },
    { call: 'poll', ms: 1_000 },
  ];

  test('is taken up although the member has left since', () => {
    const seen = play(steps, {}, 2);
    expect(seen).toMatchObject([
      { sent: 'ConsumerGroupHeartbeat', body: { memberEpoch: -1 } },
      { sent: 'ConsumerGroupHeartbeat', body: { memberEpoch: 0, topicPartitions: [] } },
      { callback: 'assigned', partitions: ['t-0'] },
      { sent: 'OffsetFetch', partitions: ['t-0'] },
    ]);
  });

  test('is not with async.staleAssignment=ignored', () => {
    const seen = play(steps, { 'async.staleAssignment': 'ignored' }, 2);
    expect(seen).toMatchObject([
      { sent: 'ConsumerGroupHeartbeat', body: { memberEpoch: -1 } },
      { sent: 'ConsumerGroupHeartbeat', body: { memberEpoch: 0, topicPartitions: [] } },
    ]);
  });
});

/** What the consumer did in the last `count` steps. */
function play(
  steps: readonly object[],
  switches: Switches = {},
  count = 1,
  world: object = given,
): readonly SeenEvent[] {
  return playConsumer(world, steps, { switches, count });
}
