import { type ScenarioInput } from '../scenario.ts';
import { orders } from './situation.ts';

/**
 * KAFKA-19479. What comes of ten orders is one batch, which is too large for its topic: it is split, and the
 * pieces do not arrive. The consumer has waited for its flush, commits, and is killed.
 */
export const splitInAFlush: ScenarioInput = {
  name: 'split-in-a-flush',
  question: 'Is all that was sent acknowledged when flush returns?',
  cluster: {
    brokers: 3,
    topics: [
      orders,
      { ...orders, name: 'invoices', config: { ...orders.config, 'max.message.bytes': 2_000 } },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 40, every: '5ms' }],
    },
    {
      kind: 'consumer',
      name: 'biller',
      config: {
        'group.id': 'billing',
        'auto.offset.reset': 'earliest',
        'enable.auto.commit': false,
        'max.poll.records': 10,
      },
      model: 'at-least-once',
      output: {
        config: { 'linger.ms': 1_000, 'request.timeout.ms': 2_000 },
        topics: ['invoices'],
        valueBytes: 500,
      },
      workload: [{ op: 'subscribe', at: '3s', topics: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'Produce', direction: 'request', from: 'biller' },
      verdict: 'drop',
      count: 5,
      on: { fact: 'produceAnswered', node: 'broker-1', after: '3s' },
      for: '2s',
    },
    {
      kind: 'crash',
      node: 'biller',
      on: { fact: 'offsetCommitSucceeded', node: 'biller' },
      restartAfter: '5s',
    },
  ],
  healAfter: '20s',
  runFor: '50s',
};
