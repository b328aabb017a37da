import { type Random } from './random.ts';
import { type Duration } from './time.ts';

/** How long a frame travels. All times in microseconds. */
export type LatencyModel =
  | { readonly kind: 'constant'; readonly us: Duration }
  | { readonly kind: 'uniform'; readonly minUs: Duration; readonly maxUs: Duration }
  /** `minUs` plus an exponentially distributed time of that mean, at most 20 means. */
  | { readonly kind: 'exponential'; readonly minUs: Duration; readonly meanUs: Duration }
  /** Mostly fast, and slow with probability `slowShare`. */
  | {
      readonly kind: 'bimodal';
      readonly fast: LatencyModel;
      readonly slow: LatencyModel;
      readonly slowShare: number;
    };

/** Draws how long the next frame travels: whole microseconds, at least 0. */
export function drawLatency(model: LatencyModel, random: Random): Duration {
  switch (model.kind) {
    case 'constant':
      return model.us;
    case 'uniform':
      return random.between(model.minUs, model.maxUs);
    case 'exponential':
      return model.minUs + Math.floor(model.meanUs * Math.min(exponential(random.next()), 20));
    case 'bimodal':
      return drawLatency(random.chance(model.slowShare) ? model.slow : model.fast, random);
  }
}

const ln2 = 0.6931471805599453;

/**
 * -ln(1 - u): `Math.log` may round differently from engine to engine, so this uses exact arithmetic
 * only (1 - u = m / 2^k with m in [1, 2), and ln m by its series).
 */
function exponential(u: number): number {
  let m = 1 - u;
  let k = 0;
  while (m < 1) {
    m *= 2;
    k += 1;
  }
  const y = (m - 1) / (m + 1);
  const y2 = y * y;
  // Terms up to y^17 / 17, with y at most 1/3: exact to 1e-9.
  let sum = 0;
  for (let n = 17; n >= 1; n -= 2) sum = sum * y2 + 1 / n;
  return k * ln2 - 2 * y * sum;
}
