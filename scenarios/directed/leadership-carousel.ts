import { type ScenarioInput } from '../scenario.ts';
import { orders, steadyConsumer, steadyProducer } from './situation.ts';

const preferences = [
  [2, 1, 3],
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
  [1, 3, 2],
  [2, 1, 3],
  [1, 2, 3],
  [3, 2, 1],
];

/** Every half second another replica is preferred, and elected; the ISR stays as it is. */
const elections = Array.from({ length: 36 }, (_, round) => [
  {
    op: 'reassign' as const,
    at: `${1_500 + 500 * round}ms` as const,
    partition: 'orders-0',
    replicas: preferences[round % preferences.length] ?? [],
  },
  {
    op: 'electLeaders' as const,
    at: `${1_560 + 500 * round}ms` as const,
    partition: 'orders-0',
    election: 'preferred' as const,
  },
]).flat();

/**
 * Leaders change while nobody has failed: each has a tail that others lack, since acks=1 writes go on and
 * fetches are late. Three more partitions keep the fetchers of all brokers at work.
 */
export const leadershipCarousel: ScenarioInput = {
  name: 'leadership-carousel',
  question: 'Do logs stay equal when the leader changes twice a second and all fetches are late?',
  cluster: {
    brokers: 3,
    config: {
      'replica.lag.time.max.ms': 5_000,
      'request.timeout.ms': 3_000,
      'controller.socket.timeout.ms': 2_000,
      'replica.fetch.wait.max.ms': 100,
    },
    topics: [
      {
        ...orders,
        assignments: [
          [1, 2, 3],
          [1, 2, 3],
          [2, 3, 1],
          [3, 1, 2],
        ],
      },
    ],
  },
  network: { latency: { kind: 'uniform', min: '500us', max: '20ms' } },
  clients: [
    {
      ...steadyProducer,
      config: { acks: 1, 'enable.idempotence': false, 'request.timeout.ms': 3_000 },
    },
    steadyProducer,
    steadyConsumer,
    { kind: 'admin', workload: elections },
  ],
  random: {
    oneWayCuts: { perMinute: 30, lasts: { between: ['100ms', '1500ms'] } },
    slowLinks: {
      perMinute: 60,
      lasts: { between: ['200ms', '1500ms'] },
      by: { between: ['50ms', '1500ms'] },
    },
    delays: { perMinute: 120, by: { between: ['50ms', '1s'] }, apis: ['Fetch'] },
  },
  healAfter: '22s',
  runFor: '40s',
};
