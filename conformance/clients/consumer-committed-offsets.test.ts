import { describe, expect, test } from 'vitest';
import { playConsumer } from './testing/play-consumer.ts';

/** Node 2 coordinates the group. */
const given = {
  client: 'consumer',
  config: { 'group.id': 'g', 'enable.auto.commit': false, 'request.timeout.ms': 1_000 },
  cluster: { nodes: [1, 2], coordinator: 2, topics: { t: [[1, 0]] } },
  committed: { 't-0': 5 },
  auto: ['Metadata', 'FindCoordinator'],
};
const assign = { call: 'assign', partitions: ['t-0'] };
const poll = { call: 'poll', ms: 10_000 };
const shortPoll = { call: 'poll', ms: 50 };
const asked = { sent: 'OffsetFetch', to: 'coordinator' };
const looked = { sent: 'FindCoordinator' };

describe('a consumer that assigns its partitions and has a group', () => {
  test('looks up the coordinator again, and asks another one, after NOT_COORDINATOR', () => {
    const seen = play([
      assign,
      poll,
      { cluster: { coordinator: 1 } },
      { answer: 1, topError: 'NOT_COORDINATOR' },
      { advance: 200 },
    ]);
    expect(seen).toMatchObject([
      { ...looked, t: 100 },
      { ...asked, n: 2, t: 100 },
    ]);
  });

  test('asks the same coordinator again, with backoff, while a transaction is open', () => {
    const open = { error: 'UNSTABLE_OFFSET_COMMIT' };
    const steps = [assign, poll, { answer: 1, ...open }, { advance: 100 }, { answer: 2, ...open }];
    expect(play([...steps, { advance: 300 }])).toMatchObject([{ ...asked, n: 3, t: 300 }]);
  });

  test('looks up the coordinator again when the connection is lost', () => {
    const seen = play([assign, poll, { drop: 1 }, { advance: 200 }]);
    expect(seen).toMatchObject([
      { sent: 'Metadata', t: 100 },
      { ...looked, t: 100 },
      { ...asked, n: 2, t: 100 },
    ]);
  });

  test('leaves the question to the next poll when the time is over', () => {
    const seen = play([assign, shortPoll, { advance: 50 }, shortPoll, { answer: 1 }]);
    expect(seen).toMatchObject([{ sent: 'Fetch', partitions: [{ p: 't-0', offset: 5 }] }]);
  });

  test('asks again when other partitions lack a position', () => {
    const reassign = { call: 'assign', partitions: ['t-1'] };
    const seen = play([assign, shortPoll, { advance: 50 }, reassign, shortPoll]);
    expect(seen).toMatchObject([{ ...asked, n: 2, partitions: ['t-1'] }]);
  });

  test.each([
    [{ topError: 'GROUP_AUTHORIZATION_FAILED' }, 'GroupAuthorizationException'],
    [{ topError: 'INVALID_GROUP_ID' }, 'KafkaException'],
    [{ error: 'TOPIC_AUTHORIZATION_FAILED' }, 'TopicAuthorizationException'],
    [{ error: 'UNKNOWN_TOPIC_OR_PARTITION' }, 'KafkaException'],
  ])('is thrown what cannot be tried again: %j → %s', (answer, error) => {
    expect(play([assign, poll, { answer: 1, ...answer }])).toMatchObject([
      { threw: 'poll', error },
    ]);
  });

  test('is woken up while it waits', () => {
    expect(play([assign, poll, { call: 'wakeup' }])).toMatchObject([
      { returned: 'wakeup' },
      { threw: 'poll', error: 'WakeupException' },
    ]);
  });

  test('waits between lookups while there is no coordinator', () => {
    const manual = { ...given, auto: ['Metadata'] };
    const unavailable = { error: 'COORDINATOR_NOT_AVAILABLE' };
    const steps = [assign, poll, { answer: 1, ...unavailable }, { advance: 150 }];
    expect(play(steps, manual)).toMatchObject([{ sent: 'Metadata' }, { ...looked, n: 2, t: 100 }]);
  });
});

/** What the consumer does in the last step. */
function play(steps: readonly object[], of: object = given): readonly unknown[] {
  return playConsumer(of, steps);
}
