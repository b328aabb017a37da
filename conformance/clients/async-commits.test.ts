import { describe, expect, test } from 'vitest';
import { type Switches } from '../../sim/switches/switches.ts';
import { property } from '../json.ts';
import { type SeenEvent } from './seen-events.ts';
import { playConsumer } from './testing/play-consumer.ts';

const config = {
  'group.id': 'g',
  'group.protocol': 'consumer',
  'enable.auto.commit': false,
};
/** Node 2 coordinates the group. */
const given = {
  client: 'consumer',
  config,
  cluster: { nodes: [1, 2], coordinator: 2, topics: { t: [[1, 0]] } },
  committed: { 't-0': 5 },
  auto: ['Metadata', 'FindCoordinator', 'OffsetFetch'],
};

/** The consumer is a member with epoch 1, and has read up to offset 8. Its next request is the fifth. */
const joined = [
  { call: 'subscribe', topics: ['t'] },
  { call: 'poll', ms: 1_000 },
  { answer: 1, epoch: 1, assigned: ['t-0'], interval: 100_000 },
  { advance: 50 },
  { answer: 2, epoch: 1, interval: 100_000 },
  { advance: 250 },
  { answer: 3, with: { 't-0': { batches: [{ o: 5, n: 3 }] } } },
];

const commitOf = (offset: number): object => ({
  call: 'commitSync',
  ms: 60_000,
  offsets: { 't-0': offset },
});

describe('commits of a consumer with the new protocol', () => {
  test('name the member and its epoch', () => {
    expect(play([...joined, commitOf(8)])).toMatchObject([
      { sent: 'OffsetCommit', n: 5, generation: 1, member: 'member1', offsets: { 't-0': 8 } },
    ]);
  });

  test('are tried again with backoff after an error that is retriable', () => {
    const seen = play([
      ...joined,
      commitOf(8),
      { answer: 5, error: 'COORDINATOR_LOAD_IN_PROGRESS' },
      { advance: 200 },
    ]);
    expect(seen).toMatchObject([{ sent: 'OffsetCommit', n: 6, t: 400, offsets: { 't-0': 8 } }]);
  });

  test.each([
    ['STALE_MEMBER_EPOCH', 'CommitFailedException'],
    ['UNKNOWN_MEMBER_ID', 'CommitFailedException'],
    ['GROUP_AUTHORIZATION_FAILED', 'GroupAuthorizationException'],
    ['OFFSET_METADATA_TOO_LARGE', 'OffsetMetadataTooLarge'],
    ['INVALID_GROUP_ID', 'KafkaException'],
  ])('throw after %s', (error, exception) => {
    const seen = play([...joined, commitOf(8), { answer: 5, error }]);
    expect(seen).toMatchObject([{ threw: 'commitSync', error: exception }]);
  });

  test('look up the coordinator again when it is another one', () => {
    const refused = { answer: 5, error: 'NOT_COORDINATOR' };
    const seen = play([...joined, commitOf(8), refused, { answer: 4 }, { advance: 200 }], {}, 3);
    expect(seen).toMatchObject([
      { sent: 'FindCoordinator', t: 300 },
      { sent: 'OffsetCommit', n: 6, t: 400 },
    ]);
  });

  const overtaken = [
    ...joined,
    commitOf(6),
    { call: 'wakeup' },
    { answer: 5, error: 'COORDINATOR_LOAD_IN_PROGRESS' },
    commitOf(8),
  ];

  test('go on in the background after a wakeup, and are overtaken by later ones', () => {
    const seen = play([...overtaken, { advance: 200 }], {}, 2);
    expect(offsetsIn(seen)).toEqual([8, 6]);
  });

  test('keep their order with async.commitOrder=strict', () => {
    const switches = { 'async.commitOrder': 'strict' };
    const waiting = play([...overtaken, { advance: 200 }], switches, 2);
    expect(offsetsIn(waiting)).toEqual([6]);
    const seen = play([...overtaken, { advance: 200 }, { answer: 6 }], switches);
    expect(offsetsIn(seen)).toEqual([8]);
  });
});

describe('an automatic commit of a consumer with the new protocol', () => {
  const automatic = {
    ...given,
    config: { ...config, 'enable.auto.commit': true, 'auto.commit.interval.ms': 1_000 },
  };
  const steps = [
    ...joined.slice(0, -1),
    { advance: 900 },
    { answer: 3, with: { 't-0': { batches: [{ o: 5, n: 3 }] } } },
    { call: 'poll', ms: 100 },
  ];

  test('may commit what the poll that makes it is about to return', () => {
    expect(offsetsIn(play(steps, {}, steps.length, automatic))).toContain(8);
  });

  test('does not with async.autoCommitRace=off', () => {
    const switches = { 'async.autoCommitRace': 'off' };
    expect(offsetsIn(play(steps, switches, steps.length, automatic))).not.toContain(8);
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

function offsetsIn(seen: readonly SeenEvent[]): readonly unknown[] {
  return seen
    .filter(({ sent }) => sent === 'OffsetCommit')
    .map(({ offsets }) => property(offsets, 't-0'));
}
