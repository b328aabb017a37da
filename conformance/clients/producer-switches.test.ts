import { describe, expect, test } from 'vitest';
import { type Switches } from '../../sim/switches/switches.ts';
import { isList } from '../json.ts';
import { ProducerPlayer } from './producer-player.ts';
import { type SeenEvent } from './seen-events.ts';
import { scriptedCase } from './testing/scripted-case.ts';

const idempotent = {
  client: 'producer',
  config: { 'linger.ms': 0, 'request.timeout.ms': 1_000, 'delivery.timeout.ms': 1_500 },
  cluster: {
    nodes: [1],
    topics: {
      t: [
        [1, 0],
        [1, 0],
      ],
    },
  },
  auto: ['Metadata', 'InitProducerId'],
};

describe('a producer whose answer is lost when another batch fails', () => {
  const steps = [
    { send: 'a', to: 't-0' },
    { send: 'b', to: 't-0' },
    { answer: 1, error: 'REQUEST_TIMED_OUT' },
    { answer: 2, error: 'MESSAGE_TOO_LARGE' },
    { advance: 100 },
  ];

  test('sends the first one again under another identity (KAFKA-14034)', () => {
    expect(sentBatches(steps, {}).at(-1)).toMatchObject({ records: ['a'], epoch: 1, seq: 0 });
  });

  test('keeps its identity with idem.bumpWaitsInflight=on, and bumps the epoch after it', () => {
    const sent = sentBatches(
      [...steps, { send: 'c', to: 't-0' }, { answer: 3, error: 'DUPLICATE_SEQUENCE_NUMBER' }],
      { 'idem.bumpWaitsInflight': 'on' },
    );
    expect(sent.slice(2)).toMatchObject([
      { records: ['a'], epoch: 0, seq: 0 },
      { records: ['c'], epoch: 1, seq: 0 },
    ]);
  });
});

describe('OUT_OF_ORDER_SEQUENCE_NUMBER for a batch behind one that will be sent again', () => {
  const steps = [
    { send: 'a', to: 't-0' },
    { send: 'b', to: 't-0' },
    { answer: 1, error: 'NOT_ENOUGH_REPLICAS' },
    { answer: 2, error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' },
  ];

  test('is waited out', () => {
    expect(epochAfter(steps, {})).toBe(0);
  });

  test('bumps the epoch with idem.bumpOnOoosAlways=on', () => {
    expect(epochAfter(steps, { 'idem.bumpOnOoosAlways': 'on' })).toBe(1);
  });
});

describe('a partition that is idle while the epoch is bumped for another one', () => {
  const steps = [
    { send: ['a', 'b'], to: 't-1' },
    { answer: 1 },
    { send: 'c', to: 't-0' },
    { answer: 2, error: 'MESSAGE_TOO_LARGE' },
    { send: 'd', to: 't-1' },
  ];

  test('begins again at sequence 0', () => {
    expect(sentBatches(steps, {}).at(-1)).toMatchObject({ records: ['d'], epoch: 1, seq: 0 });
  });

  test('goes on with its sequences with idem.bumpResetsIdle=off (KAFKA-12152)', () => {
    const sent = sentBatches(steps, { 'idem.bumpResetsIdle': 'off' });
    expect(sent.at(-1)).toMatchObject({ records: ['d'], epoch: 1, seq: 2 });
  });
});

describe('a batch that is given up during its first flight', () => {
  const steps = [
    { send: 'a', to: 't-0' },
    { advance: 1_500 },
    { send: 'b', to: 't-0' },
    { advance: 200 },
  ];
  const patient = { 'request.timeout.ms': 1_500 };

  test('leaves a hole that the next batch runs into', () => {
    const sent = sentBatches(steps, {}, patient);
    expect(sent.at(-1)).toMatchObject({ records: ['b'], epoch: 0, seq: 1 });
  });

  test('leaves its partition unresolved with producer.unresolvedOnFirstFlight=on', () => {
    const sent = sentBatches(steps, { 'producer.unresolvedOnFirstFlight': 'on' }, patient);
    expect(sent.at(-1)).toMatchObject({ records: ['b'], epoch: 1, seq: 0 });
  });
});

describe('a partition whose second batch waits for the first one to be sent again', () => {
  const steps = [
    { send: 'a', to: 't-1' },
    { send: 'b', to: 't-1' },
    { answer: 1, error: 'NOT_ENOUGH_REPLICAS' },
    { answer: 2, error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' },
    { advance: 150 },
    { send: 'c', to: 't-0' },
  ];

  test('holds back the other partitions of the node', () => {
    expect(sentBatches(steps, {}).at(-1)).toMatchObject({ records: ['a'] });
  });

  test('does not with producer.drainHol=off', () => {
    const sent = sentBatches(steps, { 'producer.drainHol': 'off' });
    expect(sent.at(-1)).toMatchObject({ records: ['c'], p: 't-0' });
  });
});

describe('flush, when a batch is split', () => {
  const steps = [
    { send: ['a', 'b'], to: 't-0', size: 300 },
    { call: 'flush' },
    { answer: 1, error: 'MESSAGE_TOO_LARGE' },
    { answer: 2, error: 'MESSAGE_TOO_LARGE' },
  ];
  const slow = { 'linger.ms': 400 };

  test('waits for the pieces (KAFKA-19479)', () => {
    expect(events(steps, {}, slow)).not.toContainEqual(
      expect.objectContaining({ returned: 'flush' }),
    );
    const answered = [...steps, { answer: 3 }, { answer: 4 }];
    expect(events(answered, {}, slow).at(-1)).toMatchObject({ returned: 'flush' });
  });

  test('returns before they are sent with producer.flushWaitsSplit=off', () => {
    const seen = events(steps.slice(0, 3), { 'producer.flushWaitsSplit': 'off' }, slow);
    expect(seen).toContainEqual(expect.objectContaining({ returned: 'flush' }));
  });
});

/** What a producer with these switches does when it is taken through the steps. */
function events(
  steps: readonly object[],
  switches: Switches,
  config: object = {},
): readonly SeenEvent[] {
  return play(steps, switches, config).takeSeen();
}

function play(steps: readonly object[], switches: Switches, config: object = {}): ProducerPlayer {
  const given = { ...idempotent, config: { ...idempotent.config, ...config } };
  const played = scriptedCase(given, steps);
  const player = new ProducerPlayer(played.given, switches);
  for (const step of played.steps) player.play(step);
  return player;
}

function sentBatches(
  steps: readonly object[],
  switches: Switches,
  config: object = {},
): readonly unknown[] {
  return events(steps, switches, config).flatMap(({ batches }) => (isList(batches) ? batches : []));
}

function epochAfter(steps: readonly object[], switches: Switches): unknown {
  const state = play(steps, switches).takeState();
  return typeof state === 'object' && state !== null && 'epoch' in state ? state.epoch : undefined;
}
