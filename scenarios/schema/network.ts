import { z } from 'zod';
import { type LatencyModel } from '../../sim/kernel/latency.ts';
import { duration } from './duration.ts';

const constant = z.strictObject({ kind: z.literal('constant'), takes: duration });
const uniform = z.strictObject({ kind: z.literal('uniform'), min: duration, max: duration });
const exponential = z.strictObject({
  kind: z.literal('exponential'),
  min: duration,
  mean: duration.describe('Mean of what comes on top of `min`.'),
});
const simple = z.discriminatedUnion('kind', [constant, uniform, exponential]);
const bimodal = z.strictObject({
  kind: z.literal('bimodal'),
  fast: simple,
  slow: simple,
  slowShare: z.number().min(0).max(1),
});

/** How long a frame travels between two nodes. */
export const latency = z
  .discriminatedUnion('kind', [constant, uniform, exponential, bimodal])
  .refine((model) => model.kind !== 'uniform' || model.min <= model.max, {
    error: 'expected min to be at most max',
  })
  .meta({ id: 'latency' });

export type Latency = z.output<typeof latency>;

/** As the kernel has it: microseconds. */
export function latencyModel(written: Latency): LatencyModel {
  switch (written.kind) {
    case 'constant':
      return { kind: 'constant', us: toUs(written.takes) };
    case 'uniform':
      return { kind: 'uniform', minUs: toUs(written.min), maxUs: toUs(written.max) };
    case 'exponential':
      return { kind: 'exponential', minUs: toUs(written.min), meanUs: toUs(written.mean) };
    case 'bimodal': {
      const [fast, slow] = [latencyModel(written.fast), latencyModel(written.slow)];
      return { kind: 'bimodal', fast, slow, slowShare: written.slowShare };
    }
  }
}

function toUs(ms: number): number {
  return Math.round(ms * 1_000);
}
