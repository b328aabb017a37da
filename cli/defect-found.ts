import { type RunName } from '../explore/replay-token.ts';

/** The simulator itself failed in a run. */
export class DefectFound extends Error {
  override readonly name = 'DefectFound';
  readonly run: RunName;
  /** What it failed with, and where. */
  readonly details: string;

  constructor(run: RunName, details: string) {
    super(`the simulator failed: ${details}`);
    this.run = run;
    this.details = details;
  }
}
