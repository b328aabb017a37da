import { unmetExpectations } from '../explore/expectations.ts';
import { type SeedRange, sizeOf } from '../explore/seed-range.ts';
import { sweep } from '../explore/sweep.ts';
import { type Tally } from '../explore/tally.ts';
import { type WorkerPool } from '../explore/worker-pool.ts';
import { marks, type Outcome } from '../reports/outcome-mark.ts';
import { replayCommand } from '../reports/replay-command.ts';
import { type ScenarioResult } from '../reports/scenario-result.ts';
import { exampleWords } from '../reports/sweep-report.ts';
import { DefectFound } from './defect-found.ts';
import { type Prepared } from './prepare.ts';
import { Progress } from './progress.ts';
import { type Terminal } from './terminal.ts';

export interface SweepSession {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

/**
 * Sweeps over a scenario and shows how it goes on. Null if it was stopped before the first run.
 * @throws {DefectFound} If the simulator fails.
 */
export async function runSweep(
  prepared: Prepared,
  seeds: SeedRange,
  { pool, signal, terminal }: SweepSession,
): Promise<ScenarioResult | null> {
  const { source: name, scenario, settings, modelsFile } = prepared;
  const progress = new Progress(name, sizeOf(seeds));
  const herald = new Herald(prepared, terminal);
  const onProgress = (tally: Tally): void => {
    progress.update(tally);
    herald.tell(tally);
  };
  const swept = await sweep(prepared, seeds, { runner: pool, onProgress, signal }).finally(() => {
    progress.stop();
  });
  if (swept.defect !== null) {
    const { seed, message } = swept.defect;
    throw new DefectFound({ scenario: name, seed, settings, modelsFile }, message);
  }
  if (swept.tally === null || swept.seeds === null) return null;
  return {
    scenario: name,
    question: scenario.question,
    settings,
    modelsFile,
    isPlan: false,
    seeds: swept.seeds,
    asked: seeds,
    tally: swept.tally,
    // A scenario expects something of itself as it is written, not of what it becomes by settings.
    unmet: settings.size > 0 ? [] : [...unmetExpectations(scenario, swept.tally)],
  };
}

/** Tells the first violation of each invariant as soon as it is known. */
class Herald {
  readonly #prepared: Prepared;
  readonly #terminal: Terminal;
  readonly #told = new Set<string>();

  constructor(prepared: Prepared, terminal: Terminal) {
    this.#prepared = prepared;
    this.#terminal = terminal;
  }

  tell({ invariants }: Tally): void {
    for (const { invariant, firstViolation } of invariants) {
      if (firstViolation === null || this.#told.has(invariant.id)) continue;
      this.#told.add(invariant.id);
      const { source, settings, modelsFile } = this.#prepared;
      const run = { scenario: source, seed: firstViolation.seed, settings, modelsFile };
      const { tell, tellPaint } = this.#terminal;
      const violated: Outcome = 'violated';
      const title = `${marks[violated].symbol} ${invariant.id} ${invariant.name}`;
      tell(`${tellPaint.bad(title)}: ${exampleWords(firstViolation)}`);
      tell(`  ${replayCommand(run)}`);
    }
  }
}
