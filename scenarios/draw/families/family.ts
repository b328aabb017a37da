import { type Random } from '../../../sim/kernel/random.ts';
import { type FaultAction } from '../../../sim/plan.ts';

/** Faults of one sort that happen at random. */
export interface Family {
  readonly name: string;
  /** On average. */
  readonly perMinute: number;
  /** One fault of it. */
  readonly draw: (random: Random) => FaultAction;
}
