import { describe, expect, test } from 'vitest';
import { type Switches } from '../../sim/switches/switches.ts';
import { property } from '../json.ts';
import { playConsumer } from './testing/play-consumer.ts';

const range = 'org.apache.kafka.clients.consumer.RangeAssignor';
const given = {
  client: 'consumer',
  config: {
    'group.id': 'g',
    'partition.assignment.strategy': range,
    'heartbeat.interval.ms': 1_000,
    'auto.commit.interval.ms': 60_000,
    'max.poll.records': 1,
  },
  cluster: { nodes: [1], topics: { t: [[1, 0]] } },
  committed: { 't-0': 5 },
  auto: ['Metadata', 'FindCoordinator', 'JoinGroup', 'SyncGroup', 'OffsetFetch'],
};
const subscribe = { call: 'subscribe', topics: ['t'] };
const poll = { call: 'poll', ms: 100 };
const batches = [{ o: 5, n: 3 }];
/** The member has got three records, and has returned the first one. */
const oneReturned = [subscribe, poll, { answer: 1, batches }];

describe('a consumer with one of three fetched records returned', () => {
  const steps = [...oneReturned, { call: 'close', ms: 5_000 }];

  test('commits what follows that one', () => {
    expect(play(steps)).toMatchObject([{ sent: 'OffsetCommit', offsets: { 't-0': 6 } }]);
  });

  test('commits what follows all three with consumer.commitFetchPosition=on', () => {
    expect(play(steps, { 'consumer.commitFetchPosition': 'on' })).toMatchObject([
      { sent: 'OffsetCommit', offsets: { 't-0': 8 } },
    ]);
  });
});

describe('a consumer whose last commit before a revocation is under way', () => {
  const steps = [
    ...oneReturned,
    { advance: 1_000 },
    { answer: 2, error: 'REBALANCE_IN_PROGRESS' },
    { advance: 100 },
    poll,
    { advance: 10 },
  ];
  const commit = { sent: 'OffsetCommit', offsets: { 't-0': 6 } };

  test('returns nothing more', () => {
    expect(playAll(steps).slice(-1)).toMatchObject([commit]);
  });

  test('returns what it has of the partition with consumer.pendingRevocation=off', () => {
    expect(playAll(steps, { 'consumer.pendingRevocation': 'off' }).slice(-2)).toMatchObject([
      commit,
      { returned: 'poll', records: { 't-0': ['6'] } },
    ]);
  });
});

describe('a consumer whose asynchronous commit fails after a newer one was sent', () => {
  const commitAsync = (offset: number): object => {
    return { call: 'commitAsync', offsets: { 't-0': offset } };
  };
  const steps = [
    ...oneReturned,
    commitAsync(6),
    commitAsync(7),
    { answer: 2, error: 'COORDINATOR_LOAD_IN_PROGRESS' },
    { answer: 3 },
    poll,
    poll,
    poll,
    poll,
  ];

  test('tells the application, and sends it no more', () => {
    const seen = playAll(steps);
    expect(seen.filter((event) => property(event, 'callback') === 'committed')).toMatchObject([
      { offsets: { 't-0': 6 }, error: 'RetriableCommitFailedException' },
      { offsets: { 't-0': 7 } },
    ]);
    expect(committedOffsets(seen)).toEqual([{ 't-0': 6 }, { 't-0': 7 }]);
  });

  test('sends it again behind the newer one with consumer.retryAsyncCommit=on', () => {
    const seen = playAll(steps, { 'consumer.retryAsyncCommit': 'on' });
    expect(committedOffsets(seen)).toEqual([{ 't-0': 6 }, { 't-0': 7 }, { 't-0': 6 }]);
  });
});

/** Of each OffsetCommit that was sent. */
function committedOffsets(seen: readonly unknown[]): readonly unknown[] {
  const commits = seen.filter((event) => property(event, 'sent') === 'OffsetCommit');
  return commits.map((event) => property(event, 'offsets'));
}

/** What the consumer does in the last step. */
function play(steps: readonly object[], switches: Switches = {}): readonly unknown[] {
  return playConsumer(given, steps, { switches });
}

/** What it does in all of them. */
function playAll(steps: readonly object[], switches: Switches = {}): readonly unknown[] {
  return playConsumer(given, steps, { switches, count: steps.length });
}
