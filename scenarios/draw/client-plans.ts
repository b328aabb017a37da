import {
  type AdminOperation,
  type ClientPlan,
  type ConsumerOperation,
  type ProducerOperation,
} from '../../sim/plan.ts';
import { present } from '../../sim/kernel/assert.ts';
import { namedConfig } from '../named-config.ts';
import { clientNames } from '../node-names.ts';
import { type Scenario } from '../scenario.ts';
import { type Admin, type Client, type Consumer, type Producer } from '../schema/clients.ts';
import { type Draws } from './draws.ts';

/** Every client that takes part, each with a plan of its own. */
export function clientPlans({ clients }: Scenario, draws: Draws): readonly ClientPlan[] {
  const names = clientNames(clients);
  return clients.flatMap((client, index) =>
    (names[index] ?? []).map((name) => clientPlan(client, name, draws)),
  );
}

function clientPlan(client: Client, name: string, draws: Draws): ClientPlan {
  const { kind } = client;
  const config = namedConfig(client.config, name);
  switch (kind) {
    case 'producer':
      return { kind, name, config, workload: producerOperations(client, name, draws) };
    case 'consumer': {
      const { model, processing: processingMs, output } = client;
      const workload = consumerOperations(client, name, draws);
      const sink =
        output === undefined ? null : { ...output, config: namedConfig(output.config, name) };
      return { kind, name, config, model, processingMs, output: sink, workload };
    }
    case 'admin':
      return { kind, name, config, workload: adminOperations(client, name, draws) };
  }
}

function producerOperations(
  { workload }: Producer,
  name: string,
  draws: Draws,
): readonly ProducerOperation[] {
  return workload.map((operation, index) => {
    const atMs = draws.number(operation.at, `${name}/workload/${index}`);
    if (operation.op === 'transact') {
      const { op, topics, keys, records, count, every, valueBytes, abortEvery } = operation;
      const everyMs = every;
      return { op, atMs, topics, keys, records, count, everyMs, valueBytes, abortEvery };
    }
    if (operation.op !== 'send') return { op: operation.op, atMs };
    const { op, topic, keys, count, every, valueBytes, tombstoneEvery, partition } = operation;
    const sent = { op, atMs, topic, keys, count, everyMs: every, valueBytes, tombstoneEvery };
    return partition === undefined ? sent : { ...sent, partition };
  });
}

function consumerOperations(
  { workload }: Consumer,
  name: string,
  draws: Draws,
): readonly ConsumerOperation[] {
  return workload.map(({ at, ...operation }, index) => {
    const atMs = draws.number(at, `${name}/workload/${index}`);
    if (operation.op === 'seek') {
      const { op, partition, to } = operation;
      if (typeof to !== 'object') return { op, atMs, partition, to };
      const timeMs = draws.number(to.time, `${name}/workload/${index}/to`);
      return { op, atMs, partition, to: { timeMs } };
    }
    if (operation.op !== 'subscribe') return { ...operation, atMs };
    const { op, topics, pattern, matchedBy = 'client' } = operation;
    if (pattern !== undefined) return { op, atMs, pattern, matchedBy };
    return { op, atMs, topics: present(topics, 'topics that are subscribed to') };
  });
}

function adminOperations(
  { workload }: Admin,
  name: string,
  draws: Draws,
): readonly AdminOperation[] {
  return workload.map(({ at, ...operation }, index) => {
    const atMs = draws.number(at, `${name}/workload/${index}`);
    if (operation.op !== 'alterConfig') return { ...operation, atMs };
    const config = Object.entries(operation.config).map(
      ([key, value]) => [key, value === null ? null : String(value)] as const,
    );
    return { ...operation, atMs, config: Object.fromEntries(config) };
  });
}
