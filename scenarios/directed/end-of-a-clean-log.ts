import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, steadyConsumer } from './situation.ts';

/** A batch without key and without producer id, of which nothing stays when it is cleaned. */
const withoutIdentity = {
  'enable.idempotence': false,
  retries: 0,
  'request.timeout.ms': 1_000,
  'delivery.timeout.ms': 1_500,
};

/**
 * KAFKA-17076. Records without key fill a segment. Broker 1 alone begins another one, which is taken back
 * when it leads no more; so its log ends with an empty segment when it leads again, and is compacted.
 * Broker 4 takes over what is left, and leads then.
 */
export const endOfACleanLog: ScenarioInput = {
  name: 'end-of-a-clean-log',
  question: 'Does a replica know where a log ends of which the end was cleaned away?',
  cluster: {
    brokers: 4,
    config: { ...impatient, 'log.cleaner.backoff.ms': 1_000 },
    topics: [{ ...orders, config: { ...orders.config, 'segment.ms': 2_000 } }],
  },
  clients: [
    {
      kind: 'producer',
      config: withoutIdentity,
      workload: [
        { op: 'send', at: '1s', topic: 'orders', partition: 0, count: 10, every: '20ms' },
        { op: 'send', at: '5s', topic: 'orders', partition: 0, count: 1, every: '1ms' },
      ],
    },
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '22s', topic: 'orders', keys: ['ada'], count: 5, every: '20ms' },
      ],
    },
    steadyConsumer,
    {
      kind: 'admin',
      workload: [
        { op: 'electLeaders', at: '14s', partition: 'orders-0', election: 'preferred' },
        { op: 'alterConfig', at: '15s', topic: 'orders', config: { 'cleanup.policy': 'compact' } },
        { op: 'reassign', at: '18s', partition: 'orders-0', replicas: [4, 1, 3] },
        { op: 'electLeaders', at: '20s', partition: 'orders-0', election: 'preferred' },
      ],
    },
  ],
  faults: [
    {
      kind: 'cut',
      from: ['broker-1'],
      to: ['broker-2', 'broker-3', 'controller-1'],
      at: '4900ms',
      for: '5s',
    },
  ],
  healAfter: '23s',
  runFor: '33s',
};
