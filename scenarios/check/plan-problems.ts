import { type FaultPlan, type Plan } from '../../sim/plan.ts';
import { controllerName } from '../node-names.ts';
import { type Problem } from '../problem.ts';
import { diskProblem, linkProblem, triggerProblem } from './fault-sense.ts';
import { transactionProblems } from './transaction-problems.ts';

/** What is wrong with a plan that has the right form. */
export function* planProblems({
  cluster,
  clients,
  faults,
  healAtMs,
  endAtMs,
}: Plan): Generator<Problem> {
  if (healAtMs > endAtMs) {
    yield { path: ['healAtMs'], message: `comes after the end of the run at ${endAtMs} ms` };
  }
  for (const [index, { assignments }] of cluster.topics.entries()) {
    const unknown = assignments.flat().find((id) => id > cluster.brokers);
    if (unknown === undefined) continue;
    const message = `there is no broker ${unknown}; ids are 1 to ${cluster.brokers}`;
    yield { path: ['cluster', 'topics', index, 'assignments'], message };
  }
  for (const [index, client] of clients.entries()) {
    if (client.kind === 'producer') yield* transactionProblems(client, ['clients', index]);
  }
  yield* repeated('clients', clients, ({ name }) => name);
  yield* repeated('faults', faults, ({ id }) => id);
  const known = { controller: controllerName, clients: clients.map(({ name }) => name) };
  for (const [index, fault] of faults.entries()) {
    for (const { path, message } of faultProblems(fault, known)) {
      yield { path: ['faults', index, ...path], message };
    }
  }
}

/** Faults that can have no effect. */
function* faultProblems(
  fault: FaultPlan,
  known: Parameters<typeof diskProblem>[2],
): Generator<Problem> {
  if ('node' in fault) {
    const message = diskProblem(fault.kind, fault.node, known);
    if (message !== undefined) yield { path: ['node'], message };
  }
  if ('to' in fault) {
    const message = linkProblem(fault.from, fault.to);
    if (message !== undefined) yield { path: ['to'], message };
  }
  if (fault.trigger.kind === 'at') return;
  const problem = triggerProblem(fault.trigger, known);
  if (problem === undefined) return;
  yield { path: ['trigger', problem.where], message: problem.message };
}

function* repeated<T>(
  list: string,
  items: readonly T[],
  nameOf: (item: T) => string,
): Generator<Problem> {
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const name = nameOf(item);
    if (seen.has(name)) yield { path: [list, index], message: `there are two named ${name}` };
    seen.add(name);
  }
}
