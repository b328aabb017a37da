import { type Outcome } from '../verdict.ts';
import { type Telling } from './telling.ts';

/** A history in which one invariant has something to say. */
export interface Tale {
  /** Its id. */
  readonly invariant: string;
  readonly what: string;
  readonly tell: () => Telling;
}

/** What must not alarm, and what the verdict is instead. */
export interface GuardTale extends Tale {
  readonly outcome: Outcome;
}

/** Each under its invariant and what it tells, as rows of a table of tests. */
export function titled<T extends Tale>(
  tales: readonly T[],
): readonly (readonly [invariant: string, what: string, tale: T])[] {
  return tales.map((tale) => [tale.invariant, tale.what, tale]);
}
