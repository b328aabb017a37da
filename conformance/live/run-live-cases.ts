import { ConfigError } from '../../sim/config-error.ts';
import { type CaseFile } from '../case-file.ts';
import { type CaseResult, type Difference, resultOf } from '../case-result.ts';
import { differenceAt } from '../difference.ts';
import { CasePlayer, type Outcome } from './case-player.ts';
import { withoutHashOrder } from './hash-order.ts';
import { type LiveCase, type LiveStep, readLiveCases } from './live-case.ts';
import { notModelledReason } from './not-modelled.ts';
import { RecordedCluster } from './recorded-cluster.ts';

/**
 * Takes a simulated cluster through every case of a file, each its own.
 * @throws {ConfigError} If a case is not as it should be.
 */
export function runLiveCases(file: CaseFile): CaseResult[] {
  return readLiveCases(file).map((live) => {
    const reason = notModelledReason(live);
    if (reason !== undefined) return { case: live.name, outcome: 'not modelled', reason };
    return resultOf(live.name, differenceOf(live));
  });
}

/** The first step that went otherwise than recorded. */
function differenceOf({ cluster, steps }: LiveCase): Difference | undefined {
  const player = new CasePlayer(new RecordedCluster(cluster).start());
  for (const [index, step] of steps.entries()) {
    const name = `step ${index + 1}`;
    try {
      const difference = differenceOfStep(name, step, player.play(step));
      if (difference !== undefined) return difference;
    } catch (error) {
      if (error instanceof ConfigError || !(error instanceof Error)) throw error;
      // The model does not hold what it assumes.
      return { step: name, expected: 'saw' in step ? step.saw : undefined, came: error.stack };
    }
  }
  return undefined;
}

function differenceOfStep(name: string, step: LiveStep, outcome: Outcome): Difference | undefined {
  if (!('saw' in step || 'failed' in step) || step.mayFail === true) return undefined;
  if (step.failed !== outcome.failed) {
    const expected = step.failed ?? step.saw;
    return { step: name, expected, came: outcome.failed ?? outcome.saw };
  }
  const difference = differenceAt(name, withoutHashOrder(step.saw), withoutHashOrder(outcome.saw));
  return difference ?? differenceOfTime(name, step, outcome);
}

function differenceOfTime(
  name: string,
  step: { readonly minMs?: number | undefined; readonly maxMs?: number | undefined },
  { tookMs }: Outcome,
): Difference | undefined {
  const { minMs = 0, maxMs = Infinity } = step;
  if (tookMs === undefined || (tookMs >= minMs && tookMs <= maxMs)) return undefined;
  return { step: name, expected: `${minMs} to ${maxMs} ms`, came: `${tookMs} ms` };
}
