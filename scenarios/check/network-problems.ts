import { namesOf } from '../node-names.ts';
import { type Path, type Problem } from '../problem.ts';
import { type Scenario } from '../scenario.ts';
import { linkProblem } from './fault-sense.ts';

/** What is wrong with the links that are not like the others. */
export function* networkProblems(scenario: Scenario): Generator<Problem> {
  const { brokers, controller, clients } = namesOf(scenario);
  const known = [...brokers, controller, ...clients];
  for (const [index, { from, to }] of scenario.network.links.entries()) {
    const path = ['network', 'links', index];
    yield* unknownNodes(from, known, [...path, 'from']);
    yield* unknownNodes(to, known, [...path, 'to']);
    const message = linkProblem(from, to);
    if (message !== undefined) yield { path: [...path, 'to'], message };
  }
}

function* unknownNodes(
  nodes: readonly string[],
  known: readonly string[],
  path: Path,
): Generator<Problem> {
  for (const [index, node] of nodes.entries()) {
    if (known.includes(node)) continue;
    const message = `there is no node ${node}; there is ${known.join(', ')}`;
    yield { path: [...path, index], message };
  }
}
