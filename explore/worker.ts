import { draw } from '../scenarios/draw.ts';
import { type Scenario } from '../scenarios/scenario.ts';
import { ConfigError } from '../sim/config-error.ts';
import { loadModels } from './models-file.ts';
import { runPlan } from './run.ts';
import { type SeedRange } from './seed-range.ts';
import { combined, type Tally, tallyOf } from './tally.ts';

/** A portion of a sweep. */
export interface Portion {
  readonly scenario: Scenario;
  readonly seeds: SeedRange;
  /** Where its processing models are: functions do not pass from one thread to another. */
  readonly modelFiles: readonly string[];
}

/** What became of a portion. Plain data: errors do not keep their class between threads. */
export type PortionResult =
  | { readonly kind: 'tally'; readonly tally: Tally }
  /** The model does not have what the scenario asks for. */
  | { readonly kind: 'refused'; readonly place: string; readonly problem: string }
  /** The simulator itself failed. */
  | { readonly kind: 'defect'; readonly seed: number; readonly message: string };

/** Runs every seed of a portion. */
export async function runSeeds({ scenario, seeds, modelFiles }: Portion): Promise<PortionResult> {
  const models = await loadModels(modelFiles);
  let tally: Tally | undefined;
  for (let seed = seeds.from; seed <= seeds.to; seed += 1) {
    try {
      const next = tallyOf(seed, runPlan(draw(scenario, seed), { isTracing: false, models }));
      tally = tally === undefined ? next : combined(tally, next);
    } catch (error) {
      if (error instanceof ConfigError) {
        return { kind: 'refused', place: error.place, problem: error.problem };
      }
      // Whatever it is, a valid plan must not end so: it is a defect, told with its seed.
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { kind: 'defect', seed, message };
    }
  }
  if (tally === undefined) throw new RangeError('a portion has at least one seed');
  return { kind: 'tally', tally };
}
