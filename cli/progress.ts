import { SingleBar } from 'cli-progress';
import { type Tally } from '../explore/tally.ts';

/** How often a line is written where there is no terminal to draw a bar on. */
const lineEveryMs = 10_000;

/** Shows on standard error how a sweep goes on: done, rate, time left. */
export class Progress {
  readonly #bar: SingleBar;
  readonly #startedAtMs = performance.now();

  constructor(title: string, runs: number) {
    this.#bar = new SingleBar({
      format: `${title}  {bar}  {value} of {total} runs, {rate} runs/s, {left} left`,
      barsize: 24,
      barCompleteChar: '━',
      barIncompleteChar: '─',
      hideCursor: true,
      clearOnComplete: true,
      noTTYOutput: true,
      notTTYSchedule: lineEveryMs,
      gracefulExit: false,
      stream: process.stderr,
    });
    this.#bar.start(runs, 0, { rate: '–', left: '–' });
  }

  update({ runs }: Tally): void {
    const seconds = (performance.now() - this.#startedAtMs) / 1_000;
    const secondsLeft = Math.ceil(((this.#bar.getTotal() - runs) / runs) * seconds);
    this.#bar.update(runs, { rate: (runs / seconds).toPrecision(3), left: spanOf(secondsLeft) });
  }

  stop(): void {
    this.#bar.stop();
  }
}

function spanOf(seconds: number): string {
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}m${seconds % 60}s`
    : `${Math.floor(minutes / 60)}h${minutes % 60}m`;
}
