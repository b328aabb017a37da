import { z } from 'zod';
import { type LatencyModel } from '../../sim/kernel/latency.ts';
import { duration } from './duration.ts';
import { nodeName } from './names.ts';

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

const nodes = z.array(nodeName).min(1);

/** Links that are not like the others, for the whole run. */
const link = z
  .strictObject({
    from: nodes.describe('By name, not by role.'),
    to: nodes,
    oneWay: z.boolean().describe('Only from `from` to `to`.').default(false),
    latency: latency.optional(),
    bytesPerSecond: z.int().min(1).describe('Left out: without limit.').optional(),
  })
  .refine((written) => written.latency !== undefined || written.bytesPerSecond !== undefined, {
    error: 'expected a latency, bytesPerSecond, or both',
  });

/** What lies between the nodes. */
export const network = z.strictObject({
  latency: latency.describe('Of every link that `links` says nothing of.').prefault({
    kind: 'uniform',
    min: '200us',
    max: '2ms',
  }),
  links: z
    .array(link)
    .describe('Links that are not like the others; the last that says something counts.')
    .default([]),
});

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
