import { type Names, clientNames, namesOf } from '../node-names.ts';
import { type Path, type Problem } from '../problem.ts';
import { type Scenario } from '../scenario.ts';
import { type Client, type Consumer } from '../schema/clients.ts';
import { latest } from '../schema/drawn.ts';
import { partitionProblem, topicProblem } from './partition-problem.ts';
import { transactionProblems } from './transaction-problems.ts';

type Operation = Client['workload'][number];
type Subscription = Extract<Operation, { op: 'subscribe' }>;

/** What is wrong with clients and what they do. */
export function* clientProblems(scenario: Scenario): Generator<Problem> {
  const names = namesOf(scenario);
  const seen = new Set<string>();
  const made = clientNames(scenario.clients);
  for (const [index, client] of scenario.clients.entries()) {
    const path = ['clients', index];
    for (const name of made[index] ?? []) {
      if (seen.has(name)) yield { path: [...path, 'name'], message: `two clients are ${name}` };
      if (/^(?:broker|controller)-/u.test(name)) {
        yield { path: [...path, 'name'], message: `${name} is the name of a server` };
      }
      seen.add(name);
    }
    if (client.kind === 'consumer') yield* consumerProblems(client, names, path);
    if (client.kind === 'producer') yield* transactionProblems(client, path);
    for (const [position, operation] of client.workload.entries()) {
      const here = [...path, 'workload', position];
      yield* timeProblems(operation, scenario, here);
      yield* operationProblems(operation, names, here);
    }
  }
}

function* consumerProblems(consumer: Consumer, names: Names, path: Path): Generator<Problem> {
  const { config, model, output, workload } = consumer;
  const ofGroup = workload.find(({ op }) => op === 'subscribe' || op === 'enforceRebalance');
  if (ofGroup !== undefined && config['group.id'] === undefined) {
    const what = ofGroup.op === 'subscribe' ? 'subscribes' : 'enforces a rebalance';
    yield { path: [...path, 'config'], message: `expected a group.id, since it ${what}` };
  }
  for (const [position, operation] of workload.entries()) {
    if (operation.op !== 'subscribe') continue;
    yield* subscriptionProblems(operation, config, [...path, 'workload', position]);
  }
  yield* mixedSubscriptions(workload, path);
  if (output !== undefined) {
    yield* topicsProblems(output.topics, names, [...path, 'output', 'topics']);
  }
  if (model === 'exactly-once' && output?.config['transactional.id'] === undefined) {
    const message = 'expected an output with a transactional.id, since the model is exactly-once';
    yield { path: [...path, 'output'], message };
  }
}

/** `SubscriptionState.setSubscriptionType` throws an IllegalStateException. */
function* mixedSubscriptions(workload: Consumer['workload'], path: Path): Generator<Problem> {
  const inTime = [...workload.entries()].sort(([, a], [, b]) => latest(a.at) - latest(b.at));
  let inForce: string | null = null;
  for (const [position, operation] of inTime) {
    const kind = subscriptionKind(operation);
    if (inForce !== null && kind !== null && kind !== inForce) {
      const message = `takes ${kind} where ${inForce} are in force: expected an unsubscribe between`;
      yield { path: [...path, 'workload', position], message };
    }
    if (operation.op === 'unsubscribe') inForce = null;
    else inForce = kind ?? inForce;
  }
}

function subscriptionKind(operation: Operation): string | null {
  if (operation.op === 'assign') return 'partitions';
  if (operation.op !== 'subscribe') return null;
  if (operation.pattern === undefined) return 'topics';
  return operation.matchedBy === 'broker' ? 'patterns of its coordinator' : 'patterns of its own';
}

function* subscriptionProblems(
  { topics, pattern, matchedBy }: Subscription,
  config: Consumer['config'],
  path: Path,
): Generator<Problem> {
  if ((topics === undefined) === (pattern === undefined)) {
    yield { path, message: 'expected either topics or a pattern' };
  }
  if (pattern === undefined && matchedBy !== undefined) {
    yield { path: [...path, 'matchedBy'], message: 'needs a pattern' };
    return;
  }
  if (matchedBy === 'broker') {
    if (config['group.protocol'] === 'consumer') return;
    const message = 'needs group.protocol=consumer: coordinators of other groups match no patterns';
    yield { path: [...path, 'matchedBy'], message };
  } else if (pattern !== undefined && !isExpression(pattern)) {
    yield {
      path: [...path, 'pattern'],
      message: `expected a regular expression, not ${JSON.stringify(pattern)}`,
    };
  }
}

function isExpression(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u').test('');
    return true;
  } catch {
    return false;
  }
}

function* timeProblems(
  operation: Operation,
  { healAfter, runFor }: Scenario,
  path: Path,
): Generator<Problem> {
  const at = latest(operation.at);
  if (at > runFor) {
    yield { path: [...path, 'at'], message: `comes after the end of the run at ${runFor} ms` };
  }
  if (operation.op !== 'send' && operation.op !== 'transact') return;
  const end = at + (operation.count - 1) * operation.every;
  if (end <= healAfter) return;
  yield {
    path,
    message: `sends until ${end} ms, but everything is healed at ${healAfter} ms: sends come before`,
  };
}

function* operationProblems(operation: Operation, names: Names, path: Path): Generator<Problem> {
  if ('topics' in operation && operation.topics !== undefined) {
    yield* topicsProblems(operation.topics, names, [...path, 'topics']);
  }
  if ('topic' in operation && operation.op !== 'createTopic') {
    const message = topicProblem(operation.topic, names);
    if (message !== undefined) yield { path: [...path, 'topic'], message };
  }
  if (operation.op === 'send') {
    if (operation.partition === undefined) return;
    const message = partitionProblem(`${operation.topic}-${operation.partition}`, names);
    if (message !== undefined) yield { path: [...path, 'partition'], message };
  } else if ('partition' in operation) {
    const message = partitionProblem(operation.partition, names);
    if (message !== undefined) yield { path: [...path, 'partition'], message };
  } else if ('partitions' in operation && operation.op !== 'createTopic') {
    for (const [index, name] of operation.partitions.entries()) {
      if (topicProblem(name, names) === undefined) continue;
      const message = partitionProblem(name, names);
      if (message !== undefined) yield { path: [...path, 'partitions', index], message };
    }
  }
}

function* topicsProblems(topics: readonly string[], names: Names, path: Path): Generator<Problem> {
  for (const [index, topic] of topics.entries()) {
    const message = topicProblem(topic, names);
    if (message !== undefined) yield { path: [...path, index], message };
  }
}
