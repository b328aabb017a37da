import {
  type ClientPlan,
  type ConsumerPlan,
  type Plan,
  type ProducerOperation,
} from '../sim/plan.ts';
import { renderMs } from './durations.ts';
import { latencyWords, renderFault } from './fault-words.ts';
import { counted, listed } from './sentences/sentences.ts';

type Config = Plan['cluster']['brokerConfig'];

/** A name and what there is to say of it. */
export type Row = readonly [name: string, text: string];

/** Everything that a run is given, drawn or written, a line each. */
export function planRows(plan: Plan): readonly Row[] {
  const { cluster, network, clients, faults, switches } = plan;
  const rows: Row[] = [
    ['seed', plan.seed],
    ['kafka', `4.3.1, ${plan.kafka === 'ideal' ? 'known bugs fixed' : 'as released'}`],
    ...Object.entries(switches).map(([name, value]): Row => ['switch', `${name}=${value}`]),
    ['cluster', clusterWords(cluster)],
    ...cluster.topics.map(({ name, assignments, config }): Row => {
      const replicas = assignments.map((ids) => listed(ids)).join(' ');
      return [name, withConfig(`replicas ${replicas}`, config)];
    }),
    ['network', latencyWords(network.latency)],
    ...clients.map((client): Row => [client.name, withConfig(clientWords(client), client.config)]),
    ...faults.map((fault): Row => [fault.id, renderFault(fault)]),
    ['end', `healed at ${renderMs(plan.healAtMs)}, over at ${renderMs(plan.endAtMs)}`],
  ];
  return rows;
}

function clusterWords({ brokers, racks, brokerConfig }: Plan['cluster']): string {
  const where = racks.length === 0 ? '' : ` in racks ${listed(racks)}`;
  return withConfig(`${counted(brokers, 'broker')}${where}`, brokerConfig);
}

/** The text, then the configs that are not Kafka's defaults. */
function withConfig(text: string, config: Config): string {
  const settings = Object.entries(config).map(([name, value]) => `${name}=${value}`);
  return [text, ...settings].join('  ');
}

function clientWords(client: ClientPlan): string {
  switch (client.kind) {
    case 'producer':
      return client.workload.map(sendWords).join(', ');
    case 'consumer':
      return [...workWords(client), operationWords(client.workload)].join(', ');
    case 'admin':
      return operationWords(client.workload);
  }
}

/** When it works on its records and commits, and for how long it works; nothing without a group or work. */
function workWords({ config, model, processingMs, output }: ConsumerPlan): readonly string[] {
  const words: string[] = [];
  if ('group.id' in config || output !== null) words.push(`model ${model}`);
  if (processingMs > 0) words.push(`works ${renderMs(processingMs)} on each poll`);
  if (output !== null) words.push(`sends what comes of it to ${listed(output.topics)}`);
  return words;
}

interface Operation {
  readonly op: string;
  readonly atMs: number;
}

/** What is asked again and again is told once. */
function operationWords(workload: readonly Operation[]): string {
  const times = new Map<string, number[]>();
  for (const operation of workload) {
    const words = `${operation.op}${subject(operation)}`;
    const known = times.get(words);
    if (known === undefined) times.set(words, [operation.atMs]);
    else known.push(operation.atMs);
  }
  return [...times].map(([words, atMs]) => `${words} ${timesWords(atMs)}`).join(', ');
}

function timesWords(atMs: readonly number[]): string {
  if (atMs.length <= 3) return `at ${atMs.map(renderMs).join(' and at ')}`;
  const [first, last] = [Math.min(...atMs), Math.max(...atMs)];
  return `${atMs.length} times from ${renderMs(first)} to ${renderMs(last)}`;
}

function sendWords(operation: ProducerOperation): string {
  if (operation.op !== 'send') return `${operation.op} at ${renderMs(operation.atMs)}`;
  const { count, topic, partition, everyMs, atMs, keys } = operation;
  const where = partition === undefined ? topic : `${topic}-${partition}`;
  const how = keys.length === 0 ? '' : ` with keys ${listed(keys)}`;
  const pace = `one every ${renderMs(everyMs)} from ${renderMs(atMs)} on`;
  return `sends ${counted(count, 'record')} to ${where}${how}, ${pace}`;
}

function subject(operation: object): string {
  if ('partitions' in operation && Array.isArray(operation.partitions)) {
    return ` ${operation.partitions.join(', ')}`;
  }
  if ('partition' in operation) return ` ${String(operation.partition)}${target(operation)}`;
  return 'topic' in operation ? ` ${String(operation.topic)}` : '';
}

/** Where an operation seeks to; nothing if it does not. */
function target(operation: object): string {
  if (!('to' in operation)) return '';
  const { to } = operation;
  if (typeof to !== 'object' || to === null || !('timeMs' in to)) return ` to ${String(to)}`;
  return ` to what was sent from ${renderMs(Number(to.timeMs))} on`;
}
