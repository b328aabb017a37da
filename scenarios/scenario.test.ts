import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../sim/config-error.ts';
import { leaderCrash } from './leader-crash.ts';
import { placesIn } from './problem.ts';
import { readScenario } from './read-scenario.ts';
import { scenarioSchema } from './scenario.ts';

/** The message that `leader-crash` with these changes is refused with. */
function refusal(changes: object): string {
  try {
    readScenario({ ...leaderCrash, ...changes }, placesIn('my.yaml'));
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

const topic = { name: 'orders', partitions: 1, replicationFactor: 3 };
const send = { op: 'send', at: '1s', topic: 'orders', count: 10, every: '1ms' };
/** A consumer that subscribes so. */
function subscribing(to: object): object {
  const workload = [{ op: 'subscribe', at: '1s', ...to }];
  return { clients: [{ kind: 'consumer', config: { 'group.id': 'shop' }, workload }] };
}

function usedBefore(...ids: readonly (readonly [string, number])[]): object {
  const used = ids.map(([transactionalId, producerId]) => {
    return { transactionalId, producerId, producerEpoch: 7 };
  });
  return { cluster: { brokers: 3, topics: [topic], usedTransactionalIds: used } };
}

const crash = { kind: 'crash', node: 'broker-1', at: '2s' };

describe('what a person writes is refused with its place and what was expected', () => {
  test.each<[string, object]>([
    ['colour: there is no colour here', { colour: 'red' }],
    ['question: question is missing: expected string', { question: undefined }],
    ['name: expected a name such as leader-crash, not "Leader Crash"', { name: 'Leader Crash' }],
    [
      'cluster.brokers: expected number, received string',
      { cluster: { brokers: '3', topics: [topic] } },
    ],
    [
      'cluster.topics[0]: expected either partitions and replicationFactor, or assignments',
      { cluster: { brokers: 3, topics: [{ name: 'orders', partitions: 1 }] } },
    ],
    [
      'cluster.topics[0].replicationFactor: expected at most 2, the number of brokers',
      { cluster: { brokers: 2, topics: [topic] } },
    ],
    [
      'cluster.topics[1].name: there are two topics orders',
      { cluster: { brokers: 3, topics: [topic, topic] } },
    ],
    [
      'cluster.topics[0].assignments[0]: there is no broker 4; ids are 1 to 3',
      { cluster: { brokers: 3, topics: [{ name: 'orders', assignments: [[1, 4]] }] } },
    ],
    [
      'cluster.racks: expected a rack for each of the 3 brokers, or none',
      { cluster: { brokers: 3, racks: ['a'], topics: [topic] } },
    ],
    [
      "cluster.topics[0].name: Topic name is invalid: 'my topic' contains one or more characters " +
        "other than ASCII alphanumerics, '.', '_' and '-'",
      { cluster: { brokers: 3, topics: [{ ...topic, name: 'my topic' }] } },
    ],
    [
      "clients[0].kind: expected 'producer' | 'consumer' | 'admin'",
      { clients: [{ kind: 'streams' }] },
    ],
    [
      'clients[0].workload[0].topic: there is no topic payments; there is orders',
      { clients: [{ kind: 'producer', workload: [{ ...send, topic: 'payments' }] }] },
    ],
    [
      'clients[0].workload[0].partition: there is no partition orders-7; orders has 1, from orders-0 on',
      { clients: [{ kind: 'producer', workload: [{ ...send, partition: 7 }] }] },
    ],
    [
      'cluster.usedTransactionalIds[1].transactionalId: there are two transactional ids checkout',
      usedBefore(['checkout', 1_000_000], ['checkout', 1_000_001]),
    ],
    [
      'cluster.usedTransactionalIds[1].producerId: two transactional ids have the producer id 1000000',
      usedBefore(['checkout', 1_000_000], ['refund', 1_000_000]),
    ],
    [
      'clients[0].config: expected a group.id, since it enforces a rebalance',
      { clients: [{ kind: 'consumer', workload: [{ op: 'enforceRebalance', at: '1s' }] }] },
    ],
    ['clients[0].workload[0]: expected either topics or a pattern', subscribing({})],
    [
      'clients[0].workload[0].pattern: expected a regular expression, not "orders-("',
      subscribing({ pattern: 'orders-(' }),
    ],
    [
      'clients[0].workload[0].matchedBy: needs a pattern',
      subscribing({ topics: ['orders'], matchedBy: 'client' }),
    ],
    [
      'clients[0].workload[0].matchedBy: needs group.protocol=consumer: coordinators of other groups match no patterns',
      subscribing({ pattern: 'orders-.*', matchedBy: 'broker' }),
    ],
    [
      'clients[0].workload[1]: takes topics where partitions are in force: expected an unsubscribe between',
      {
        clients: [
          {
            kind: 'consumer',
            config: { 'group.id': 'shop' },
            workload: [
              { op: 'assign', at: '1s', partitions: ['orders'] },
              { op: 'subscribe', at: '2s', topics: ['orders'] },
            ],
          },
        ],
      },
    ],
    [
      'clients[0].workload[1].op: begin needs a transactional.id in the config of its producer',
      {
        clients: [
          {
            kind: 'producer',
            workload: [
              { op: 'flush', at: '1s' },
              { op: 'begin', at: '2s' },
            ],
          },
        ],
      },
    ],
    [
      'clients[0].workload[0].every: expected a duration such as 250us, 200ms, 5s, 2m or 1h, not "5"',
      { clients: [{ kind: 'producer', workload: [{ ...send, every: '5' }] }] },
    ],
    [
      'clients[0].workload[0]: sends until 41000 ms, but everything is healed at 25000 ms: sends come before',
      { clients: [{ kind: 'producer', workload: [{ ...send, every: '10s', count: 5 }] }] },
    ],
    [
      'clients[1].name: two clients are writer',
      {
        clients: [
          { kind: 'producer', name: 'writer', workload: [send] },
          { kind: 'producer', name: 'writer', workload: [send] },
        ],
      },
    ],
    [
      'faults[0]: expected either at: an instant, or on: an event of the protocol',
      { faults: [{ kind: 'crash', node: 'broker-1' }] },
    ],
    [
      'faults[0].node: there is no node broker-9; there is broker-1 to broker-3, controller-1, ' +
        'producer-1, consumer-1, "leader of …", "follower of …", ' +
        '"group coordinator of …", "transaction coordinator of …"',
      { faults: [{ ...crash, node: 'broker-9' }] },
    ],
    [
      'faults[0].node: there is no partition orders-4; orders has 1, from orders-0 on',
      { faults: [{ ...crash, node: 'leader of orders-4' }] },
    ],
    [
      'faults[0].node: controller-1 is the only controller: all metadata would be gone, and ' +
        'without them it does not start',
      { faults: [{ kind: 'wipe', node: 'controller-1', at: '1s' }] },
    ],
    [
      'faults[0].node: producer-1 is a client, which keeps nothing on a disk',
      { faults: [{ kind: 'wipe', node: { oneOf: ['broker-1', 'producer-1'] }, at: '1s' }] },
    ],
    [
      'faults[0].node: producer-1 is a client, which keeps nothing on a disk',
      { faults: [{ kind: 'disk', node: 'producer-1', state: 'full', at: '1s', for: '1s' }] },
    ],
    [
      'faults[0].latency: expected a latency where a disk is slow, and only there',
      { faults: [{ kind: 'disk', node: 'broker-1', state: 'slow', at: '1s', for: '1s' }] },
    ],
    [
      'faults[0].node: controller-1 has no batches of topics, and only those rot',
      { faults: [{ kind: 'bitRot', node: 'controller-1', at: '1s' }] },
    ],
    [
      'faults[0].to: there is no link from broker-1 to itself',
      { faults: [{ kind: 'cut', from: ['broker-1'], to: ['broker-1'], at: '1s', for: '1s' }] },
    ],
    [
      'faults[0].on.partition: nodeStarted is not about one partition',
      {
        faults: [
          { kind: 'crash', node: 'broker-1', on: { fact: 'nodeStarted', partition: 'orders-0' } },
        ],
      },
    ],
    [
      'faults[0].on.node: sendAcked happens at a client, and broker-1 is none',
      {
        faults: [{ kind: 'crash', node: 'broker-1', on: { fact: 'sendAcked', node: 'broker-1' } }],
      },
    ],
    [
      'network.links[0].to[0]: there is no node leader of orders-0; there is broker-1, broker-2, ' +
        'broker-3, controller-1, producer-1, consumer-1',
      {
        network: {
          links: [{ from: ['broker-1'], to: ['leader of orders-0'], bytesPerSecond: 1_000 }],
        },
      },
    ],
    [
      'network.links[0].to: there is no link from broker-1 to itself',
      { network: { links: [{ from: ['broker-1'], to: ['broker-1'], bytesPerSecond: 1_000 }] } },
    ],
    [
      'network.links[0]: expected a latency, bytesPerSecond, or both',
      { network: { links: [{ from: ['broker-1'], to: ['broker-2'] }] } },
    ],
    [
      'random.disks.nodes[0]: consumer-1 is a client, which keeps nothing on a disk',
      { random: { disks: { perMinute: 1, nodes: ['consumer-1'] } } },
    ],
    [
      'faults[0].at: expected an instant before the heal at 25000 ms',
      { faults: [{ ...crash, at: { between: ['2s', '30s'] } }] },
    ],
    [
      'faults[0].at.between: expected the smaller of the two first',
      { faults: [{ ...crash, at: { between: ['3s', '2s'] } }] },
    ],
    [
      'faults[0].delay: expected how much later: delay needs it',
      { faults: [{ kind: 'frames', match: {}, verdict: 'delay', at: '1s', for: '1s' }] },
    ],
    [
      'healAfter: comes after the end of the run at 1000 ms',
      {
        runFor: '1s',
        faults: [],
        clients: [{ kind: 'producer', workload: [{ op: 'flush', at: '1s' }] }],
      },
    ],
    [
      'switches["repl.truncate"]: expected repl.truncate to be hw or epoch1, not "off"',
      { switches: { 'repl.truncate': 'off' } },
    ],
    [
      'expect.holds[0]: C3 cannot both hold and break',
      { expect: { holds: ['C3'], breaks: ['C3'] } },
    ],
  ])('%s', (message, changes) => {
    expect(refusal(changes)).toBe(`my.yaml: ${message}`);
  });
});

test('the JSON schema for editors is the current one', async () => {
  const schema = z.toJSONSchema(scenarioSchema, { io: 'input', target: 'draft-7' });
  const json = JSON.stringify({ title: 'A scenario of kafka-trial', ...schema });
  const text = await format(json, { parser: 'json', printWidth: 100 });
  await expect(text).toMatchFileSnapshot('scenario.schema.json');
});
