import { ConfigError } from '../sim/config-error.ts';
import { clientProblems } from './check/client-problems.ts';
import { clusterProblems } from './check/cluster-problems.ts';
import { configProblems, configsOfScenario, unknownConfigs } from './check/config-problems.ts';
import { faultProblems } from './check/fault-problems.ts';
import { issueProblem } from './check/issue-problem.ts';
import { networkProblems } from './check/network-problems.ts';
import { type PlaceOf, placesIn, type Problem } from './problem.ts';
import { type Scenario, type ScenarioInput, scenarioSchema } from './scenario.ts';
import { isSwitch, switchProblem } from './schema/switches.ts';

/**
 * Reads what a person wrote, be it TypeScript or YAML.
 * @throws {ConfigError} With the place of the first mistake, also where Kafka refuses a config.
 */
export function readScenario(written: unknown, placeOf: PlaceOf = placesIn('scenario')): Scenario {
  const read = scenarioSchema.safeParse(written, { reportInput: true });
  const problems = read.success ? problemsOf(read.data) : read.error.issues.map(issueProblem);
  for (const { path, message } of problems) throw new ConfigError(placeOf(path), message);
  if (!read.success) throw read.error;
  return read.data;
}

/** Reads what comes with kafka-trial: a mistake is told by the name of the scenario. */
export function readNamed(written: readonly ScenarioInput[]): readonly Scenario[] {
  return written.map((scenario) => readScenario(scenario, placesIn(scenario.name)));
}

function* problemsOf(scenario: Scenario): Generator<Problem> {
  yield* clusterProblems(scenario);
  yield* networkProblems(scenario);
  yield* clientProblems(scenario);
  yield* faultProblems(scenario);
  const { healAfter, runFor, switches, expect } = scenario;
  for (const [name, value] of Object.entries(switches)) {
    const message = isSwitch(name) ? switchProblem(name, value) : undefined;
    if (message !== undefined) yield { path: ['switches', name], message };
  }
  if (healAfter > runFor) {
    yield { path: ['healAfter'], message: `comes after the end of the run at ${runFor} ms` };
  }
  for (const [index, id] of expect.holds.entries()) {
    if (!expect.breaks.includes(id)) continue;
    yield { path: ['expect', 'holds', index], message: `${id} cannot both hold and break` };
  }
  const configs = configsOfScenario(scenario);
  yield* configProblems(configs);
  yield* unknownConfigs(configs);
}
