import { Piscina } from 'piscina';
import { type Portion, type PortionResult, type runSeeds } from './worker.ts';

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
    });
  }

  async run(portion: Portion): Promise<PortionResult> {
    return this.#pool.run(portion);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
