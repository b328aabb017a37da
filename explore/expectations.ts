import { catalogue } from '../invariants/catalogue.ts';
import { situations } from '../invariants/situations.ts';
import { type Problem } from '../scenarios/problem.ts';
import { type Scenario } from '../scenarios/scenario.ts';
import { type Tally } from './tally.ts';

/** Expectations about invariants and situations that there are not. */
export function* unknownExpectations({ expect }: Scenario): Generator<Problem> {
  const ids = new Set(catalogue.map(({ id }) => id));
  for (const kind of ['holds', 'breaks'] as const) {
    for (const [index, id] of expect[kind].entries()) {
      if (ids.has(id)) continue;
      const message = `there is no invariant ${id}; there is ${[...ids].join(', ')}`;
      yield { path: ['expect', kind, index], message };
    }
  }
  const known = new Set<string>(situations.map(({ id }) => id));
  for (const [index, id] of expect.reaches.entries()) {
    if (known.has(id)) continue;
    const message = `there is no situation ${id}; there is ${[...known].join(', ')}`;
    yield { path: ['expect', 'reaches', index], message };
  }
}

/** Something that was expected of many runs and did not come true. */
export interface Unmet {
  readonly kind: 'holds' | 'breaks' | 'reaches';
  readonly id: string;
}

/** What of a scenario's expectations the runs did not fulfil. */
export function* unmetExpectations({ expect }: Scenario, tally: Tally): Generator<Unmet> {
  const broken = new Set<string>();
  const brokenAnew = new Set<string>();
  for (const { invariant, violated, knownDefects, brokenLegally } of tally.invariants) {
    if (violated + brokenLegally > 0) brokenAnew.add(invariant.id);
    if (violated + knownDefects + brokenLegally > 0) broken.add(invariant.id);
  }
  for (const id of expect.holds) if (brokenAnew.has(id)) yield { kind: 'holds', id };
  for (const id of expect.breaks) if (!broken.has(id)) yield { kind: 'breaks', id };
  const reached = new Set<string>(
    tally.situations.filter(({ runs }) => runs > 0).map(({ situation }) => situation),
  );
  for (const id of expect.reaches) if (!reached.has(id)) yield { kind: 'reaches', id };
}
