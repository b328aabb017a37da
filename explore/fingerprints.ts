import { draw } from '../scenarios/draw.ts';
import { shippedScenarios } from '../scenarios/shipped.ts';
import { runPlan } from './run.ts';

const seeds = [1, 2, 3];

/** A line for each shipped scenario and seed: `leader-crash@1 a235c1afbb8b7c57`. Same on every machine. */
export function fingerprintLines(): readonly string[] {
  return shippedScenarios.flatMap((scenario) =>
    seeds.map((seed) => {
      const { fingerprint } = runPlan(draw(scenario, seed));
      return `${scenario.name}@${seed} ${fingerprint}`;
    }),
  );
}
