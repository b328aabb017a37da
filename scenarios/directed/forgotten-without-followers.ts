import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders } from './situation.ts';

const log = '__transaction_state-0';

function transactions(at: '3s' | '16s'): NonNullable<ScenarioInput['clients']>[number] {
  return {
    kind: 'producer',
    config: { 'transactional.id': 'checkout' },
    workload: [
      { op: 'transact', at, topics: ['orders'], records: 4, count: 3, every: '100ms' },
      ...(at === '3s' ? [{ op: 'close' as const, at: '5s' as const }] : []),
    ],
  };
}

/**
 * KAFKA-14880. A transactional id is idle for so long that it is to be forgotten, and the coordinator
 * cannot write that, since both its followers are down. When they are back, and all faults are over, the
 * id is used again.
 */
export const forgottenWithoutFollowers: ScenarioInput = {
  name: 'forgotten-without-followers',
  question: 'Can a transactional id be used again that could not be forgotten?',
  cluster: {
    brokers: 3,
    config: {
      ...impatient,
      'transaction.state.log.num.partitions': 1,
      'transactional.id.expiration.ms': 5_000,
      'transaction.remove.expired.transaction.cleanup.interval.ms': 3_000,
    },
    topics: [orders],
  },
  clients: [
    transactions('3s'),
    transactions('16s'),
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '4s', partition: log, replicas: [3, 2, 1] },
        { op: 'electLeaders', at: '4300ms', partition: log, election: 'preferred' },
      ],
    },
  ],
  faults: [
    { kind: 'crash', node: 'broker-1', at: '6s', restartAfter: '8s' },
    { kind: 'crash', node: 'broker-2', at: '6s', restartAfter: '8s' },
    {
      kind: 'cut',
      from: ['producer-2'],
      to: ['broker-1', 'broker-2', 'broker-3'],
      at: '15s',
      for: '4s',
    },
  ],
  healAfter: '18s',
  runFor: '120s',
};
