import { z } from 'zod';
import { ExponentialBackoff } from '../../sim/client/exponential-backoff.ts';
import { type Random, randomFrom } from '../../sim/kernel/random.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

/** A text where no number is exact: as near as a number comes. */
const milliseconds = z.union([z.number(), z.string().transform(Number)]);
const options = { initial: milliseconds, multiplier: z.number(), max: milliseconds };

const backoffCase = z.strictObject({ ...options, values: z.array(milliseconds) });

export const backoff = section(backoffCase, ({ initial, multiplier, max, values }) => {
  const came = new ExponentialBackoff(
    { initialMs: initial, multiplier, maxMs: max, jitter: 0 },
    alwaysDrawing(0),
  );
  return differenceAt(
    'values',
    values,
    values.map((_, attempts) => came.next(attempts)),
  );
});

const jitterCase = z.strictObject({
  ...options,
  jitter: z.number(),
  /** By attempts: what all draws lie between. */
  lowest: z.array(milliseconds),
  highest: z.array(milliseconds),
});

export const backoffWithJitter = section(jitterCase, (recorded) => {
  const { initial: initialMs, multiplier, max: maxMs, jitter, lowest, highest } = recorded;
  const extreme = (random: Random): number[] => {
    const backoff = new ExponentialBackoff({ initialMs, multiplier, maxMs, jitter }, random);
    return lowest.map((_, attempts) => backoff.next(attempts));
  };
  // A draw comes near 1 and never is 1: the recorded bounds are those of the limit.
  const came = { lowest: extreme(alwaysDrawing(0)), highest: extreme(alwaysDrawing(1)) };
  return differenceAt('bounds', { lowest, highest }, came);
});

function alwaysDrawing(value: number): Random {
  return randomFrom(() => value);
}
