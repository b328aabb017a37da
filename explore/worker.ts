import { draw } from '../scenarios/draw.ts';
import { type Scenario } from '../scenarios/scenario.ts';
import { runPlan } from './run.ts';
import { type SeedRange } from './seed-range.ts';
import { combined, type Tally, tallyOf } from './tally.ts';

/** A portion of a sweep. */
export interface Portion {
  readonly scenario: Scenario;
  readonly seeds: SeedRange;
}

/** What became of a portion: a tally, or the seed with which the simulator itself failed. */
export type PortionResult =
  | { readonly kind: 'tally'; readonly tally: Tally }
  | { readonly kind: 'defect'; readonly seed: number; readonly message: string };

/** Runs every seed of a portion. */
export function runSeeds({ scenario, seeds }: Portion): PortionResult {
  let tally: Tally | undefined;
  for (let seed = seeds.from; seed <= seeds.to; seed += 1) {
    try {
      const next = tallyOf(seed, runPlan(draw(scenario, seed), { isTracing: false }));
      tally = tally === undefined ? next : combined(tally, next);
    } catch (error) {
      // Whatever it is, a valid plan must not end so: it is a defect, told with its seed.
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: 'defect', seed, message };
    }
  }
  if (tally === undefined) throw new RangeError('a portion has at least one seed');
  return { kind: 'tally', tally };
}
