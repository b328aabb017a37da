import { Piscina } from 'piscina';
import { type Portion, type PortionResult, type runSeeds } from './worker.ts';

/**
 * A run without a trace holds some tens of MB. The less room a thread has beyond that, the sooner V8
 * takes away what earlier runs have left: 112 MB a thread instead of 174.
 */
const resourceLimits = { maxOldGenerationSizeMb: 1_024 };

/** Threads that run portions of sweeps. They need built JavaScript. */
export class WorkerPool {
  readonly #pool: Piscina<Portion, PortionResult>;
  readonly size: number;

  constructor(workers: number) {
    this.size = workers;
    this.#pool = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      name: 'runSeeds' satisfies (typeof runSeeds)['name'],
      minThreads: workers,
      maxThreads: workers,
      resourceLimits,
    });
  }

  async run(portion: Portion): Promise<PortionResult> {
    return this.#pool.run(portion);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
