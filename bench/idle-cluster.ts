import { type Plan } from '../sim/plan.ts';

const minuteMs = 60_000;

/** Three brokers with six partitions and ten consumers that wait for one of them each, and nobody who writes. */
export function idleCluster(days: number): Plan {
  const endAtMs = days * 24 * 60 * minuteMs;
  return {
    format: 1,
    scenario: 'idle-cluster',
    seed: 'idle',
    kafka: 'released',
    switches: {},
    cluster: {
      brokers: 3,
      racks: [],
      brokerConfig: {},
      features: {},
      topics: [{ name: 'orders', assignments: spread(6), config: { 'min.insync.replicas': '2' } }],
    },
    network: { latency: { kind: 'uniform', minUs: 500, maxUs: 5_000 } },
    clients: Array.from({ length: 10 }, (_, index) => ({
      kind: 'consumer' as const,
      name: `consumer-${index + 1}`,
      config: {},
      model: 'auto-commit',
      processingMs: 0,
      output: null,
      workload: [{ op: 'assign' as const, atMs: 1_000, partitions: [`orders-${index % 6}`] }],
    })),
    faults: [],
    healAtMs: minuteMs,
    endAtMs,
  };
}

/** Replicas of partitions on brokers 1 to 3, each broker leading as many as the others. */
function spread(partitions: number): number[][] {
  return Array.from({ length: partitions }, (_, partition) =>
    [0, 1, 2].map((replica) => ((partition + replica) % 3) + 1),
  );
}
