import { z } from 'zod';
import { duration, signedDuration } from './duration.ts';
import { nodeName } from './names.ts';

/** A value, or two between which each seed draws one; both ends are possible. */
export type Drawn = number | { readonly between: readonly [low: number, high: number] };

function isOrdered({ between: [low, high] }: { readonly between: [number, number] }): boolean {
  return low <= high;
}

const order = { error: 'expected the smaller of the two first', path: ['between'] };

/** A duration, or a range that a seed draws from: `{ between: [1s, 5s] }`. */
export const drawnDuration = z
  .union(
    [duration, z.strictObject({ between: z.tuple([duration, duration]) }).refine(isOrdered, order)],
    { error: 'expected a duration such as 5s or 200ms, or a range: { between: [1s, 5s] }' },
  )
  .meta({ id: 'drawnDuration' });

export const drawnSignedDuration = z
  .union(
    [
      signedDuration,
      z
        .strictObject({ between: z.tuple([signedDuration, signedDuration]) })
        .refine(isOrdered, order),
    ],
    { error: 'expected a duration such as 5s or -200ms, or a range: { between: [-1s, 5s] }' },
  )
  .meta({ id: 'drawnSignedDuration' });

const count = z.int().min(1).max(1_000_000);

/** A count from 1, or a range that a seed draws from. */
export const drawnCount = z
  .union([count, z.strictObject({ between: z.tuple([count, count]) }).refine(isOrdered, order)], {
    error: 'expected a whole number from 1 on, or a range: { between: [1, 20] }',
  })
  .meta({ id: 'drawnCount' });

const ppm = z.int().min(-500_000).max(500_000);

/** Microseconds that a clock gains in a second, or a range that a seed draws from. */
export const drawnPpm = z
  .union([ppm, z.strictObject({ between: z.tuple([ppm, ppm]) }).refine(isOrdered, order)], {
    error: 'expected a whole number of microseconds, or a range: { between: [-500, 500] }',
  })
  .meta({ id: 'drawnPpm' });

/** A node, or several of which each seed draws one. */
export const drawnNode = z
  .union([nodeName, z.strictObject({ oneOf: z.array(nodeName).min(1) })], {
    error: 'expected a node such as broker-1 or "leader of orders-0", or { oneOf: [broker-1, …] }',
  })
  .meta({ id: 'drawnNode' });

export type DrawnNode = z.output<typeof drawnNode>;

/** The greatest value that may be drawn. */
export function latest(value: Drawn): number {
  return typeof value === 'number' ? value : value.between[1];
}
