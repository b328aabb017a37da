import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, readCommitted } from './situation.ts';

const used = { transactionalId: 'checkout', producerId: 1_000_000, producerEpoch: 32_765 };

const cluster = {
  brokers: 3,
  config: {
    ...impatient,
    'transaction.state.log.num.partitions': 1,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
  },
  topics: [orders],
  usedTransactionalIds: [used],
};

/**
 * KAFKA-20090. A transaction of the last epoch takes so long that its coordinator aborts it. Only then
 * comes the abort of its producer, which goes on after that.
 */
export const timedOutInTheLastEpoch: ScenarioInput = {
  name: 'timed-out-in-the-last-epoch',
  question:
    'Can a producer go on whose epochs are used up, after a transaction that took too long?',
  cluster,
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout', 'transaction.timeout.ms': 2_000 },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'abort', at: '8s' },
        { op: 'transact', at: '9s', topics: ['orders'], records: 4, count: 5, every: '100ms' },
      ],
    },
    readCommitted,
  ],
  healAfter: '12s',
  runFor: '30s',
};

/** For its id the coordinator gets a block of producer ids, so that it has the next at hand. */
const anotherProducer: NonNullable<ScenarioInput['clients']>[number] = {
  kind: 'producer',
  config: { 'transactional.id': 'warehouse' },
  workload: [{ op: 'transact', at: '1s', topics: ['orders'], records: 1, count: 1, every: '1ms' }],
};

/**
 * KAFKA-20310. The commit of the last epoch is decided, and with it the next producer id. Before the
 * producer hears of it, another coordinator takes over, which has to know both.
 */
export const movedInTheLastEpoch: ScenarioInput = {
  name: 'moved-in-the-last-epoch',
  question: 'Does a new coordinator know the next id of a producer whose epochs are used up?',
  cluster,
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout', 'request.timeout.ms': 2_000 },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'commit', at: '3s' },
        { op: 'transact', at: '4s', topics: ['orders'], records: 4, count: 5, every: '100ms' },
      ],
    },
    anotherProducer,
    readCommitted,
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'WriteTxnMarkers', direction: 'request' },
      verdict: 'drop',
      count: 10,
      at: '2500ms',
      for: '1s',
    },
    {
      kind: 'frames',
      match: { api: 'EndTxn', direction: 'response', to: 'producer-1' },
      verdict: 'drop',
      at: '2500ms',
      for: '1s',
    },
    { kind: 'crash', node: 'transaction coordinator of checkout', at: '3500ms' },
  ],
  healAfter: '12s',
  runFor: '30s',
};
