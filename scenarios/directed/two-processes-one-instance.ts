import { type ScenarioInput } from '../scenario.ts';

function member(
  instance: string,
  joins: `${number}s`,
): NonNullable<ScenarioInput['clients']>[number] {
  return {
    kind: 'consumer',
    config: {
      'group.id': 'shop',
      'group.instance.id': instance,
      'auto.offset.reset': 'earliest',
    },
    workload: [{ op: 'subscribe', at: joins, topics: ['orders'] }],
  };
}

/** A third process is started by mistake with the instance id of the second, which does not lead. */
export const twoProcessesOneInstance: ScenarioInput = {
  name: 'two-processes-one-instance',
  question: 'Do two processes with one group.instance.id read the same partitions?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 4, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 2_500, every: '10ms' }],
    },
    member('first', '1s'),
    member('second', '2s'),
    member('second', '12s'),
  ],
  healAfter: '28s',
  runFor: '80s',
};
