import { type ConfigurationInForce } from './configuration.ts';
import { type Breach, type Instant, type Invariant, type Violation } from './invariant.ts';
import { type Standing } from './standing.ts';
import { type Verdict } from './verdict.ts';

/** What one invariant has found in a run so far. */
export class Finding {
  readonly invariant: Invariant;
  exercised = 0;
  #violations = 0;
  #firstViolation: Violation | null = null;
  #legalBreaches = 0;
  #firstLegalBreach: Violation | null = null;
  readonly #kinds = new Map<string, number>();

  constructor(invariant: Invariant) {
    this.invariant = invariant;
  }

  /** @returns The violation, if the promise was made. */
  add(breach: Breach, at: Instant, node: string): Violation | null {
    const violation: Violation = { ...breach, invariant: this.invariant.id, at, node };
    const { kind } = breach;
    if (kind !== undefined) this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    if (!breach.standing.promised) {
      this.#legalBreaches += 1;
      this.#firstLegalBreach ??= violation;
      return null;
    }
    this.#violations += 1;
    this.#firstViolation ??= violation;
    return violation;
  }

  verdict(configuration: ConfigurationInForce): Verdict {
    const { id, name, promise, kind, source } = this.invariant;
    const judged = this.#judge(configuration);
    return {
      invariant: { id, name, promise, kind, source },
      outcome: judged.outcome,
      exercised: this.exercised,
      violations: this.#violations,
      firstViolation: this.#firstViolation,
      legalBreaches: this.#legalBreaches,
      firstLegalBreach: this.#firstLegalBreach,
      kinds: [...this.#kinds].map(([kind, count]) => ({ kind, count })),
      because: judged.standing?.promised === false ? judged.standing.because : null,
      whichSettingWouldPromiseIt:
        judged.standing?.promised === false ? judged.standing.whichSettingWouldPromiseIt : null,
    };
  }

  #judge(configuration: ConfigurationInForce): Judgement {
    if (this.#violations > 0) return { outcome: 'violated' };
    if (this.#firstLegalBreach !== null) {
      return { outcome: 'not promised', standing: this.#firstLegalBreach.standing };
    }
    const standing = this.invariant.promised(configuration);
    if (!standing.promised) return { outcome: 'not promised', standing };
    return { outcome: this.exercised > 0 ? 'held' : 'not exercised' };
  }
}

interface Judgement {
  readonly outcome: Verdict['outcome'];
  readonly standing?: Standing;
}
