import { type ScenarioInput } from '../scenario.ts';

/** A static member comes back under a new id, and then another broker coordinates its group. */
export const coordinatorAfterStaticRestart: ScenarioInput = {
  name: 'coordinator-after-static-restart',
  question: 'Does a new coordinator know under which id a static member has come back?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 4, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 2_500, every: '10ms' }],
    },
    {
      kind: 'consumer',
      count: 2,
      config: {
        'group.id': 'shop',
        'group.instance.id': '{name}',
        'auto.offset.reset': 'earliest',
      },
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
  ],
  faults: [
    { kind: 'stop', node: 'consumer-1', at: '10s', restartAfter: '1s' },
    { kind: 'crash', node: 'group coordinator of shop', at: '15s', restartAfter: '20s' },
  ],
  healAfter: '28s',
  runFor: '80s',
};
