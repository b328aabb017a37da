import { type ScenarioInput } from '../scenario.ts';

type Client = NonNullable<ScenarioInput['clients']>[number];

/** One topic of three replicas, the first of them preferred; two have to be in sync. */
export const orders = {
  name: 'orders',
  assignments: [[1, 2, 3]],
  config: { 'min.insync.replicas': 2 },
};

/** Who is silent for 2 s is fenced, and a follower that is 1.5 s behind leaves the ISR. */
export const impatient = {
  'broker.heartbeat.interval.ms': 500,
  'broker.session.timeout.ms': 2_000,
  'replica.lag.time.max.ms': 1_500,
};

/** Sends one record each 20 ms, for 20 s. */
export const steadyProducer: Client = {
  kind: 'producer',
  config: { 'request.timeout.ms': 3_000 },
  workload: [
    { op: 'send', at: '500ms', topic: 'orders', partition: 0, count: 1_000, every: '20ms' },
  ],
};

export const steadyConsumer: Client = {
  kind: 'consumer',
  config: { 'auto.offset.reset': 'earliest', 'request.timeout.ms': 3_000 },
  workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
};

export const readCommitted: Client = {
  kind: 'consumer',
  config: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
  workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
};

/** Sends one record in a transaction, gives it up after 1.5 s, and aborts. */
export const takesBackWhatItGaveUp: Client = {
  kind: 'producer',
  config: {
    'transactional.id': 'checkout',
    'request.timeout.ms': 1_000,
    'delivery.timeout.ms': 1_500,
  },
  workload: [
    { op: 'begin', at: '2s' },
    { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 1, every: '1ms' },
    { op: 'abort', at: '4s' },
  ],
};

/** A member of the group `shop` that works on each poll, and then commits if its model is the usual one. */
export function groupMember(member: {
  readonly config: Readonly<Record<string, string | number | boolean>>;
  /** For each poll. */
  readonly processing?: `${number}${'ms' | 's'}`;
  readonly joins?: `${number}s`;
  readonly leaves?: `${number}s`;
  /** Its application is woken up from what it waits for. */
  readonly wakes?: `${number}s`;
  readonly model?: string;
  readonly topic?: string;
}): Client {
  const { config, processing = '0ms', joins = '1s', leaves, wakes, topic = 'orders' } = member;
  return {
    kind: 'consumer',
    config: {
      'group.id': 'shop',
      'auto.offset.reset': 'earliest',
      'enable.auto.commit': false,
      ...config,
    },
    model: member.model ?? 'at-least-once',
    processing,
    workload: [
      { op: 'subscribe', at: joins, topics: [topic] },
      ...(wakes === undefined ? [] : [{ op: 'wakeup' as const, at: wakes }]),
      ...(leaves === undefined ? [] : [{ op: 'close' as const, at: leaves }]),
    ],
  };
}

/** A compacted topic, of which the segments are closed 4 s after their first record. */
export const compactedUsers = {
  name: 'users',
  assignments: [[1, 2, 3]],
  config: { 'cleanup.policy': 'compact', 'segment.ms': 4_000 },
};
