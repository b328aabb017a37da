import { printPlanToken } from '../explore/plan-token.ts';
import { breachOf, type Judgement, type Run } from '../explore/run.ts';
import { catalogue } from '../invariants/catalogue.ts';
import { renderFailure } from '../reports/failure-report.ts';
import { ConfigError } from '../sim/config-error.ts';

/** A run broke what it should have kept. The message says what, why, and how to see it again. */
export class GuaranteeBroken extends Error {
  override readonly name = 'GuaranteeBroken';
  readonly run: Run;
  /** What was broken, in the order of the catalogue. */
  readonly broken: readonly Judgement[];

  constructor(run: Run, broken: readonly Judgement[]) {
    const scenario = printPlanToken(run.plan);
    super(
      renderFailure(run, broken, { scenario, seed: null, settings: new Map(), modelsFile: null }),
    );
    this.run = run;
    this.broken = broken;
  }
}

export interface Demands {
  /**
   * Ids of invariants that have to hold even where these settings do not promise them, as an
   * application needs it: `C3`, no acknowledged record is lost. `kafka-trial list invariants`.
   */
  readonly holds?: readonly string[];
}

/**
 * Passes if a run broke nothing that Kafka promises with its settings, and nothing that is demanded.
 * Bugs that Kafka 4.3.1 is known to have count only where they break what is demanded.
 * @throws {GuaranteeBroken} Otherwise.
 * @throws {ConfigError} If there is no such invariant.
 */
export function assertGuarantees(run: Run, { holds = [] }: Demands = {}): void {
  const unknown = holds.find((demanded) => catalogue.every(({ id }) => id !== demanded));
  if (unknown !== undefined) {
    const ids = catalogue.map(({ id }) => id).join(', ');
    throw new ConfigError('holds', `there is no invariant ${unknown}; there is ${ids}`);
  }
  const broken = run.judgements.filter((judgement) => {
    if (judgement.outcome === 'violated') return true;
    return holds.includes(judgement.invariant.id) && breachOf(judgement) !== null;
  });
  if (broken.length > 0) throw new GuaranteeBroken(run, broken);
}
