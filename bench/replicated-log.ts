import { readScenario } from '../scenarios/read-scenario.ts';
import { type Scenario, type ScenarioInput } from '../scenarios/scenario.ts';

/**
 * The replicated log that speed is measured with: 3 brokers, 6 partitions with 3 replicas and
 * min.insync.replicas 2, 4 producers with acks=all and 5 requests in flight, 2 consumers, and a
 * latency of 0.5 to 5 ms. The producers write for `loadMs`, each a record every 2 ms.
 */
export function replicatedLog(loadMs: number, { faults }: { readonly faults: boolean }): Scenario {
  const scenario: ScenarioInput = {
    name: 'replicated-log',
    question: 'How fast is the simulator under load?',
    cluster: {
      brokers: 3,
      config: { 'log.retention.check.interval.ms': 10_000 },
      topics: [
        {
          name: 'orders',
          partitions: 6,
          replicationFactor: 3,
          // Old segments go, so that memory does not grow with the length of a run.
          config: {
            'min.insync.replicas': 2,
            'segment.bytes': 1_048_576,
            'retention.bytes': 2_097_152,
          },
        },
      ],
    },
    network: { latency: { kind: 'uniform', min: '500us', max: '5ms' } },
    clients: [
      {
        kind: 'producer',
        count: 4,
        config: { acks: 'all', 'max.in.flight.requests.per.connection': 5 },
        workload: [
          {
            op: 'send',
            at: '500ms',
            topic: 'orders',
            keys: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'],
            count: Math.max(1, Math.round(loadMs / 2)),
            every: '2ms',
          },
        ],
      },
      {
        kind: 'consumer',
        count: 2,
        config: { 'auto.offset.reset': 'earliest' },
        workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
      },
    ],
    ...(faults
      ? {
          random: {
            crashes: { perMinute: 2 },
            pauses: { perMinute: 2 },
            cuts: { perMinute: 2 },
            lostResponses: { perMinute: 6 },
            resets: { perMinute: 6 },
          },
        }
      : {}),
    healAfter: `${loadMs + 500}ms`,
    runFor: `${loadMs + 1_500}ms`,
  };
  return readScenario(scenario);
}
