import { type ScenarioInput } from './scenario.ts';

/** A member stops and comes back within its session. */
function memberRestart(
  name: string,
  question: string,
  config: Readonly<Record<string, string>>,
): ScenarioInput {
  return {
    name,
    question,
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
        config: { 'group.id': 'shop', 'auto.offset.reset': 'earliest', ...config },
        workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
      },
    ],
    faults: [{ kind: 'stop', node: 'consumer-1', at: '12s', restartAfter: '3s' }],
    healAfter: '28s',
    runFor: '90s',
    expect: { holds: ['C11', 'C13', 'G1'], reaches: ['rebalance'] },
  };
}

export const staticRestart = memberRestart(
  'static-restart',
  'Does a static member get its partitions back without a rebalance?',
  { 'group.instance.id': '{name}' },
);

export const dynamicRestart = memberRestart(
  'dynamic-restart',
  'How often do partitions move when a member without an instance id restarts?',
  {},
);
