import { type ScenarioInput } from '../scenario.ts';

type Client = NonNullable<ScenarioInput['clients']>[number];

/** Changes a config five times a second, so that the next change comes before the last one is everywhere. */
function busyAdmin(firstMs: number): Client {
  return {
    kind: 'admin',
    workload: Array.from({ length: 390 }, (_, index) => ({
      op: 'alterConfig' as const,
      at: `${firstMs + 200 * index}ms` as const,
      topic: 'orders',
      config: { 'retention.ms': 100_000_000 + index },
    })),
  };
}

/** KAFKA-13959. A broker comes back while the metadata log never comes to rest. */
export const unfencedWhileBusy: ScenarioInput = {
  name: 'unfenced-while-busy',
  question: 'Does a broker take part again while the metadata change all the time?',
  cluster: { brokers: 3, topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }] },
  network: { latency: { kind: 'constant', takes: '100ms' } },
  clients: [
    ...[0, 20, 40, 60, 80, 100, 120, 140, 160, 180].map((lateMs) => busyAdmin(10_000 + lateMs)),
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 100, every: '100ms' }],
    },
  ],
  faults: [{ kind: 'crash', node: 'broker-2', at: '12s', restartAfter: '1s' }],
  healAfter: '16s',
  runFor: '90s',
};
