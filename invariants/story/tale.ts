import { type Outcome } from '../verdict.ts';
import { type Story } from './story.ts';

/** A history in which one invariant has something to say. */
export interface Tale {
  /** Its id. */
  readonly invariant: string;
  readonly what: string;
  readonly tell: () => Story;
}

/** What must not alarm, and what the verdict is instead. */
export interface GuardTale extends Tale {
  readonly outcome: Outcome;
}
