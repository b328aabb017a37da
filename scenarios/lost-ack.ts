import { type ScenarioInput } from './scenario.ts';

/** The answer to a produce is lost; the producer waits for it, then sends the batch again. */
function lostAck(
  name: string,
  question: string,
  idempotence: boolean,
  expect: ScenarioInput['expect'],
): ScenarioInput {
  return {
    name,
    question,
    cluster: {
      brokers: 3,
      topics: [
        {
          name: 'orders',
          partitions: 1,
          replicationFactor: 3,
          config: { 'min.insync.replicas': 2 },
        },
      ],
    },
    clients: [
      {
        kind: 'producer',
        config: {
          acks: 'all',
          'enable.idempotence': idempotence,
          'request.timeout.ms': 2_000,
          'delivery.timeout.ms': 20_000,
        },
        workload: [{ op: 'send', at: '1s', topic: 'orders', count: 200, every: '20ms' }],
      },
      {
        kind: 'consumer',
        config: { 'auto.offset.reset': 'earliest' },
        workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
      },
    ],
    faults: [
      {
        kind: 'frames',
        match: { api: 'Produce', direction: 'response' },
        verdict: 'drop',
        at: { between: ['1s', '4s'] },
        for: '3s',
      },
    ],
    healAfter: '15s',
    runFor: '20s',
    expect,
  };
}

export const lostAckWithoutIdempotence = lostAck(
  'lost-ack-without-idempotence',
  'What does a producer without idempotence do when an acknowledgement is lost?',
  false,
  { holds: ['C3'], breaks: ['C2'], reaches: ['ack-lost'] },
);

export const lostAckWithIdempotence = lostAck(
  'lost-ack-with-idempotence',
  'Does idempotence keep a record single when its acknowledgement is lost?',
  true,
  { holds: ['C2', 'C3', 'C14'], reaches: ['ack-lost', 'retry-deduplicated'] },
);
