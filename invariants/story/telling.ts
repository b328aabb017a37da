import { type Fact } from '../../sim/trace.ts';
import { Checker } from '../checker.ts';
import { type Configuration } from '../configuration.ts';
import { type Instant } from '../invariant.ts';
import { type Verdict } from '../verdict.ts';

/** A history that is told by hand, fact by fact, and what the checker says of it. */
export class Telling {
  at: Instant = 0;
  readonly #checker: Checker;

  constructor(configuration: Configuration) {
    this.#checker = new Checker(configuration);
  }

  tell(fact: Fact, node = ''): void {
    this.at += 1;
    this.#checker.observe(fact, this.at, node);
  }

  wait(ms: number): void {
    this.at += ms * 1000;
  }

  /** All faults are over, and after a long time the run ends. */
  end(): this {
    this.tell({ kind: 'faultsHealed' });
    this.wait(61_000);
    this.tell({ kind: 'runEnded' });
    return this;
  }

  verdict(id: string): Verdict {
    const verdict = this.#checker.verdicts().find(({ invariant }) => invariant.id === id);
    if (verdict === undefined) throw new Error(`no invariant has the id ${id}`);
    return verdict;
  }

  /** Ids of what was violated. */
  violated(): string[] {
    return this.#checker
      .verdicts()
      .filter(({ outcome }) => outcome === 'violated')
      .map(({ invariant }) => invariant.id);
  }

  count(situation: string): number {
    const count = this.#checker.situations().find((one) => one.situation === situation);
    if (count === undefined) throw new Error(`there is no situation ${situation}`);
    return count.count;
  }
}
