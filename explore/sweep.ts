import { ConfigError } from '../sim/config-error.ts';
import { type Portion, type PortionResult } from './worker.ts';
import { portions, type SeedRange, sizeOf } from './seed-range.ts';
import { combined, type Tally } from './tally.ts';

/** What is run with many seeds. */
export type Subject = Omit<Portion, 'seeds'>;

/** Where portions are run: threads, or this one. */
export interface Runner {
  /** How many portions at a time. */
  readonly size: number;
  readonly run: (portion: Portion) => Promise<PortionResult>;
}

export interface SweepOptions {
  readonly runner: Runner;
  /** Hears the tally so far, after each portion. */
  readonly onProgress: (tally: Tally) => void;
  /** When aborted, what was begun is finished, and nothing more is begun. */
  readonly signal: AbortSignal;
}

export interface SweepResult {
  /** Null if nothing was run. */
  readonly tally: Tally | null;
  /** What was run: all seeds, or if it was aborted, the first ones; null if none. */
  readonly seeds: SeedRange | null;
  /** The seed with which the simulator itself failed, if there is one. */
  readonly defect: { readonly seed: number; readonly message: string } | null;
}

/** Portions small enough to show progress and to keep every worker busy to the end. */
function portionSize(seeds: SeedRange, workers: number): number {
  return Math.max(1, Math.min(20, Math.floor(sizeOf(seeds) / (workers * 4))));
}

/**
 * Runs a scenario with every seed of a range. The result does not depend on the runner.
 * @throws {ConfigError} If the model does not have what the scenario asks for.
 */
export async function sweep(
  subject: Subject,
  seeds: SeedRange,
  options: SweepOptions,
): Promise<SweepResult> {
  return new Sweep(subject, seeds, options).run();
}

/** A sweep that goes on. */
class Sweep {
  readonly #subject: Subject;
  readonly #seeds: SeedRange;
  readonly #options: SweepOptions;
  readonly #waiting: Iterator<SeedRange>;
  #tally: Tally | null = null;
  #last: number | null = null;
  #defect: SweepResult['defect'] = null;

  constructor(subject: Subject, seeds: SeedRange, options: SweepOptions) {
    this.#subject = subject;
    this.#seeds = seeds;
    this.#options = options;
    this.#waiting = portions(seeds, portionSize(seeds, options.runner.size));
  }

  async run(): Promise<SweepResult> {
    const { size } = this.#options.runner;
    await Promise.all(Array.from({ length: size }, async () => this.#work()));
    const { from } = this.#seeds;
    const seeds = this.#last === null ? null : { from, to: this.#last };
    return { tally: this.#tally, seeds, defect: this.#defect };
  }

  /** Takes one portion after the other, as long as there are any. */
  async #work(): Promise<void> {
    const { runner, signal } = this.#options;
    while (!signal.aborted && this.#defect === null) {
      const next = this.#waiting.next();
      if (next.done === true) return;
      const { scenario, modelFiles } = this.#subject;
      const portion = { scenario, modelFiles, seeds: next.value };
      this.#take(portion, await runner.run(portion));
    }
  }

  #take({ seeds }: Portion, result: PortionResult): void {
    if (result.kind === 'refused') throw new ConfigError(result.place, result.problem);
    if (result.kind === 'defect') {
      if (this.#defect === null || result.seed < this.#defect.seed) this.#defect = result;
      return;
    }
    this.#last = Math.max(this.#last ?? 0, seeds.to);
    this.#tally = this.#tally === null ? result.tally : combined(this.#tally, result.tally);
    this.#options.onProgress(this.#tally);
  }
}
