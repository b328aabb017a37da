import { type Names, namesOf } from '../node-names.ts';
import { type Path, type Problem } from '../problem.ts';
import { type Scenario } from '../scenario.ts';
import { type DrawnNode, latest } from '../schema/drawn.ts';
import { type Fault } from '../schema/faults.ts';
import { diskProblem, linkProblem, triggerProblem } from './fault-sense.ts';
import { partitionProblem } from './partition-problem.ts';

/** What is wrong with the faults. */
export function* faultProblems(scenario: Scenario): Generator<Problem> {
  const names = namesOf(scenario);
  for (const [index, fault] of scenario.faults.entries()) {
    const path = ['faults', index];
    if (fault.at !== undefined && latest(fault.at) >= scenario.healAfter) {
      const message = `expected an instant before the heal at ${scenario.healAfter} ms`;
      yield { path: [...path, 'at'], message };
    }
    yield* nodeProblems(fault, names, path);
    yield* senseProblems(fault, names, path);
    if (fault.kind === 'frames') yield* frameProblems(fault, names, path);
    if (fault.kind === 'disk' && (fault.state === 'slow') !== (fault.latency !== undefined)) {
      const message = `expected a latency where a disk is slow, and only there`;
      yield { path: [...path, 'latency'], message };
    }
  }
  yield* randomProblems(scenario, names);
}

function* nodeProblems(fault: Fault, names: Names, path: Path): Generator<Problem> {
  if ('node' in fault) yield* unknownNodes([fault.node], names, [...path, 'node'], false);
  if ('to' in fault) {
    yield* unknownNodes(fault.from, names, [...path, 'from'], true);
    yield* unknownNodes(fault.to, names, [...path, 'to'], true);
  }
  const { on } = fault;
  if (on?.node !== undefined) yield* unknownNodes([on.node], names, [...path, 'on', 'node'], false);
  if (on?.partition === undefined) return;
  const message = partitionProblem(on.partition, names);
  if (message !== undefined) yield { path: [...path, 'on', 'partition'], message };
}

/** Faults that can have no effect. */
function* senseProblems(fault: Fault, names: Names, path: Path): Generator<Problem> {
  if ('node' in fault) {
    for (const node of namesIn(fault.node)) {
      const message = diskProblem(fault.kind, node, names);
      if (message !== undefined) yield { path: [...path, 'node'], message };
    }
  }
  if ('to' in fault) {
    const message = linkProblem(fault.from.flatMap(namesIn), fault.to.flatMap(namesIn));
    if (message !== undefined) yield { path: [...path, 'to'], message };
  }
  if (fault.on === undefined) return;
  const problem = triggerProblem(fault.on, names);
  if (problem === undefined) return;
  yield { path: [...path, 'on', problem.where], message: problem.message };
}

function namesIn(node: DrawnNode): readonly string[] {
  return typeof node === 'string' ? [node] : node.oneOf;
}

function* frameProblems(
  { match, verdict, delay }: Extract<Fault, { readonly kind: 'frames' }>,
  names: Names,
  path: Path,
): Generator<Problem> {
  for (const end of ['from', 'to'] as const) {
    const node = match[end];
    if (node !== undefined) yield* unknownNodes([node], names, [...path, 'match', end], false);
  }
  if (match.partition !== undefined) {
    const message = partitionProblem(match.partition, names);
    if (message !== undefined) yield { path: [...path, 'match', 'partition'], message };
  }
  if (match.error !== undefined && match.direction === 'request') {
    yield { path: [...path, 'match', 'error'], message: 'only responses have an error' };
  }
  const isLate = verdict === 'delay' || verdict === 'duplicate';
  if (isLate !== latest(delay) > 0) {
    const message = isLate ? `expected how much later: ${verdict} needs it` : `${verdict} has none`;
    yield { path: [...path, 'delay'], message };
  }
}

const nodeFamilies = [
  'crashes',
  'powerLosses',
  'stops',
  'wipes',
  'pauses',
  'clientCrashes',
  'clientStops',
  'clientPauses',
  'clocks',
  'drifts',
  'disks',
  'slowDisks',
  'bitRots',
] as const;

const diskFamilies = [
  ['wipes', 'wipe'],
  ['disks', 'disk'],
  ['slowDisks', 'disk'],
  ['bitRots', 'bitRot'],
] as const;

function* randomProblems({ random }: Scenario, names: Names): Generator<Problem> {
  if (random === undefined) return;
  for (const family of nodeFamilies) {
    const nodes = random[family]?.nodes;
    if (nodes !== undefined) {
      yield* unknownNodes(nodes, names, ['random', family, 'nodes'], true);
    }
  }
  for (const [family, kind] of diskFamilies) {
    for (const [index, node] of (random[family]?.nodes ?? []).entries()) {
      const message = diskProblem(kind, node, names);
      if (message !== undefined) yield { path: ['random', family, 'nodes', index], message };
    }
  }
}

function* unknownNodes(
  nodes: readonly DrawnNode[],
  names: Names,
  path: Path,
  isList: boolean,
): Generator<Problem> {
  for (const [index, node] of nodes.entries()) {
    const here = isList ? [...path, index] : path;
    if (typeof node === 'string') {
      const message = nodeProblem(node, names);
      if (message !== undefined) yield { path: here, message };
    } else yield* unknownNodes(node.oneOf, names, [...here, 'oneOf'], true);
  }
}

function nodeProblem(node: string, names: Names): string | undefined {
  const { brokers, controller, clients } = names;
  if ([...brokers, controller, ...clients].includes(node)) return undefined;
  const partition = /^(?:leader|follower) of (?<partition>.+)$/u.exec(node)?.groups?.['partition'];
  if (partition !== undefined) return partitionProblem(partition, names);
  if (/^(?:group|transaction) coordinator of ./u.test(node)) return undefined;
  const known = [`broker-1 to ${brokers.at(-1) ?? ''}`, controller, ...clients].join(', ');
  const roles =
    '"leader of …", "follower of …", "group coordinator of …", "transaction coordinator of …"';
  return `there is no node ${node}; there is ${known}, ${roles}`;
}
