import { type Invariant, type Violation } from './invariant.ts';

/**
 * - `held`: promised, exercised, not broken.
 * - `violated`: promised and broken.
 * - `not promised`: this configuration, or what happened in this run, leaves it open.
 * - `not exercised`: the situation never came up, so nothing was proved.
 */
export type Outcome = 'held' | 'violated' | 'not promised' | 'not exercised';

/** What one invariant says of one run. Plain data. */
export interface Verdict {
  readonly invariant: Pick<Invariant, 'id' | 'name' | 'promise' | 'kind' | 'source'>;
  readonly outcome: Outcome;
  /** How often the promise could have been broken. */
  readonly exercised: number;
  /** How often it was broken where it was promised, and the first time. */
  readonly violations: number;
  readonly firstViolation: Violation | null;
  /** How often it did not hold where it was not promised, and the first time. */
  readonly legalBreaches: number;
  readonly firstLegalBreach: Violation | null;
  /** How often each kind of breach was found, promised or not, in the order of the first of each. */
  readonly kinds: readonly KindCount[];
  /** Only with `not promised`: why not, and what would promise it. */
  readonly because: string | null;
  readonly whichSettingWouldPromiseIt: string | null;
}

export interface KindCount {
  readonly kind: string;
  readonly count: number;
}
