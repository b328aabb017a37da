import { z } from 'zod';
import { ConfigError } from '../../sim/config-error.ts';
import { type CaseFile } from '../case-file.ts';
import { isObject, parseJson } from '../json.ts';

/** Asks again until the answer is so; only the last answer counts. */
const until = z.record(z.string(), z.unknown());
/** JSON pointers. */
const pointers = z.array(z.string());
const milliseconds = z.number().nonnegative();

const seen = {
  show: pointers.optional(),
  withinMs: milliseconds.optional(),
  minMs: milliseconds.optional(),
  maxMs: milliseconds.optional(),
  because: z.string().optional(),
  mayFail: z.boolean().optional(),
  saw: z.unknown().optional(),
  failed: z.string().optional(),
};

const liveStep = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('send'),
    send: z.string(),
    version: z.int().optional(),
    to: z.string().default('any'),
    /** The connection's name; a name and a node make one connection. */
    on: z.string().default('default'),
    /** Does not wait for the answer; an `await` of that name does. */
    async: z.string().optional(),
    body: z.record(z.string(), z.unknown()).default({}),
    keep: z.record(z.string(), z.string()).default({}),
    sort: pointers.default([]),
    until: until.optional(),
    ...seen,
  }),
  z.strictObject({
    kind: z.literal('await'),
    await: z.string(),
    keep: z.record(z.string(), z.string()).default({}),
    ...seen,
  }),
  /** What the controller wrote for a partition. */
  z.strictObject({
    kind: z.literal('partition'),
    partition: z.string(),
    until: until.optional(),
    ...seen,
  }),
  z.strictObject({
    kind: z.literal('node'),
    node: z.enum(['kill', 'stop', 'pause', 'resume', 'start']),
    id: z.union([z.number(), z.string()]),
  }),
  z.strictObject({ kind: z.literal('close'), close: z.string() }),
  z.strictObject({ kind: z.literal('sleep'), sleep: milliseconds }),
  z.strictObject({ kind: z.literal('let'), let: z.record(z.string(), z.unknown()) }),
]);

const clusterShape = z.strictObject({
  nodes: z.int().positive(),
  /** Absent where each node is a controller, too. */
  controllers: z.int().nonnegative().default(0),
  settings: z.record(z.string(), z.string()).default({}),
  features: z.record(z.string(), z.int()).default({}),
});

export type LiveStep = z.infer<typeof liveStep>;
export type StepOf<K extends LiveStep['kind']> = Extract<LiveStep, { readonly kind: K }>;
export type ClusterShape = z.infer<typeof clusterShape>;

/** One rule of Kafka, as steps that a cluster of some shape is taken through. */
export interface LiveCase {
  /** `live/replication/policy-changed.jsonl:1` */
  readonly name: string;
  readonly cluster: ClusterShape;
  readonly steps: readonly LiveStep[];
}

const kinds: readonly string[] = liveStep.options.map(({ shape }) => shape.kind.value);

/** @throws {ConfigError} With the line that is not as it should be. */
export function readLiveCases({ path, text }: CaseFile): LiveCase[] {
  const cases: { name: string; cluster: ClusterShape; steps: LiveStep[] }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const place = `${path}:${index + 1}`;
    const content = parseJson(line, place);
    if (!isObject(content)) throw new ConfigError(place, 'expected an object');
    if (content['cluster'] === undefined) {
      const steps = cases.at(-1)?.steps;
      if (steps === undefined) throw new ConfigError(place, 'expected `cluster` before any step');
      const kind = kinds.find((key) => content[key] !== undefined);
      steps.push(parsed(liveStep, { kind, ...content }, place));
    } else {
      const cluster = parsed(clusterShape, content['cluster'], place);
      cases.push({ name: place, cluster, steps: [] });
    }
  }
  return cases;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(place, z.prettifyError(result.error));
}
