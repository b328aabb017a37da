import { type ScenarioInput } from './scenario.ts';

/** Each broker in turn is asked to stop, hands over what it leads, and starts again. */
export const rollingRestart: ScenarioInput = {
  name: 'rolling-restart',
  question: 'Can every broker be restarted in turn without a record lost, repeated or reordered?',
  cluster: {
    brokers: 3,
    topics: [
      {
        name: 'orders',
        partitions: 3,
        replicationFactor: 3,
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [
        {
          op: 'send',
          at: '1s',
          topic: 'orders',
          keys: ['alice', 'bob', 'carol', 'dave'],
          count: 1_200,
          every: '30ms',
        },
      ],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest' },
      workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'stop',
      node: 'broker-1',
      at: { between: ['2s', '3s'] },
      restartAfter: { between: ['1s', '3s'] },
    },
    {
      kind: 'stop',
      node: 'broker-2',
      at: { between: ['16s', '17s'] },
      restartAfter: { between: ['1s', '3s'] },
    },
    {
      kind: 'stop',
      node: 'broker-3',
      at: { between: ['30s', '31s'] },
      restartAfter: { between: ['1s', '3s'] },
    },
  ],
  healAfter: '45s',
  runFor: '60s',
  expect: {
    holds: ['C2', 'C3', 'C14'],
    reaches: ['election', 'isr-shrink', 'isr-expand', 'retry-at-new-leader'],
  },
};
