import { z } from 'zod';
import { ConfigError } from '../../sim/config-error.ts';
import { errorNames } from '../../sim/protocol/errors.ts';
import { type CaseFile } from '../case-file.ts';
import { isObject, parseJson } from '../json.ts';

const milliseconds = z.number().nonnegative();
const errorName = z.enum(errorNames);

/** Leader and leader epoch of each partition; leader -1: there is none. */
const topics = z.record(z.string(), z.array(z.tuple([z.int(), z.int()])));

/** By partition what the group has committed: an offset, perhaps with its epoch. */
const committed = z.record(z.string(), z.union([z.int(), z.tuple([z.int(), z.int()])]));

const given = z.strictObject({
  client: z.enum(['producer', 'consumer']),
  config: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  cluster: z.strictObject({
    nodes: z.array(z.int()),
    /** Of every group; the first node if there is none. */
    coordinator: z.int().optional(),
    topics,
  }),
  features: z.record(z.string(), z.int()).default({ 'transaction.version': 2 }),
  /** Requests that the cluster answers by itself. */
  auto: z.array(z.string()),
  committed: committed.default({}),
  /** By partition the first offset and the next one. */
  logs: z.record(z.string(), z.tuple([z.int(), z.int()])).default({}),
  /** What every backoff draws: lowest, middle, highest. */
  jitter: z.literal([-1, 0, 1]).default(0),
  /** What the sticky partitioner draws, over and over. */
  draws: z.array(z.int()).default([0]),
  /** Connects and closes are seen, too. */
  connections: z.boolean().default(false),
});

const batch = z.strictObject({
  /** Offset of its first record. */
  o: z.int(),
  /** How many records it has. */
  n: z.int().default(1),
  epoch: z.int().default(0),
  /** Producer id. */
  pid: z.int().default(-1),
  txn: z.boolean().default(false),
  control: z.enum(['commit', 'abort']).optional(),
});

const partitionAnswer = z.strictObject({
  error: errorName.optional(),
  offset: z.int().optional(),
  logStart: z.int().optional(),
  /** Id and epoch of the leader that the answer names (KIP-951). */
  leader: z.tuple([z.int(), z.int()]).optional(),
  /** Places in the batch of records that were refused. */
  recordErrors: z.array(z.int()).optional(),
  batches: z.array(batch).optional(),
  /** High watermark. */
  hw: z.int().optional(),
  /** Last stable offset. */
  lso: z.int().optional(),
  /** Producer id and first offset of each. */
  aborted: z.array(z.tuple([z.int(), z.int()])).optional(),
  /** Epoch and end offset of where the logs part. */
  diverging: z.tuple([z.int(), z.int()]).optional(),
  epoch: z.int().optional(),
  /** End offset of an epoch. */
  end: z.int().optional(),
});

const seen = { saw: z.array(z.record(z.string(), z.unknown())), state: z.unknown().optional() };

const clientStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('given'), given, ...seen }),
  z.strictObject({ kind: z.literal('advance'), advance: milliseconds, ...seen }),
  z.strictObject({ kind: z.literal('at'), at: milliseconds, ...seen }),
  z.strictObject({
    kind: z.literal('send'),
    send: z.union([z.string(), z.array(z.string())]),
    /** A topic, or a partition. */
    to: z.string(),
    key: z.string().optional(),
    /** Of the value, in bytes. */
    size: z.int().default(0),
    thread: z.string().default('main'),
    ...seen,
  }),
  z.strictObject({
    kind: z.literal('call'),
    call: z.string(),
    ms: milliseconds.optional(),
    partitions: z.array(z.string()).default([]),
    topics: z.array(z.string()).default([]),
    /** What the rebalance listener does before it returns. */
    onRevoked: z.literal('commitSync').optional(),
    /** A partition. */
    p: z.string().default(''),
    offset: z.int().default(0),
    /** Of `sendOffsets`. */
    group: z.string().default(''),
    member: z.string().default(''),
    generation: z.int().default(-1),
    /** By partition; a consumer that is given none commits all positions. */
    offsets: z.record(z.string(), z.int()).default({}),
    thread: z.string().default('main'),
    ...seen,
  }),
  z.strictObject({
    kind: z.literal('answer'),
    answer: z.int(),
    /** By partition; what is not there is taken from the step itself. */
    with: z.record(z.string(), partitionAnswer).default({}),
    topicError: errorName.optional(),
    /** Of the whole answer. */
    topError: errorName.optional(),
    throttle: milliseconds.default(0),
    pid: z.int().optional(),
    /** Id of a fetch session; 0: none is opened. */
    session: z.int().default(0),
    /** The only partitions in the answer. */
    only: z.array(z.string()).optional(),
    /** Id of the member that joins. */
    member: z.string().optional(),
    /** Of the group. */
    generation: z.int().optional(),
    /** Between heartbeats. */
    interval: milliseconds.optional(),
    /** Partitions of the member that syncs or sends a heartbeat. */
    assigned: z.array(z.string()).optional(),
    ...partitionAnswer.shape,
    /** Of a partition, or the id of the member that leads the group. */
    leader: z.union([z.tuple([z.int(), z.int()]), z.string()]).optional(),
    ...seen,
  }),
  z.strictObject({ kind: z.literal('drop'), drop: z.int(), ...seen }),
  z.strictObject({ kind: z.literal('disconnect'), disconnect: z.int(), ...seen }),
  z.strictObject({ kind: z.literal('refuse'), refuse: z.array(z.int()), ...seen }),
  z.strictObject({ kind: z.literal('silent'), silent: z.array(z.int()), ...seen }),
  z.strictObject({
    kind: z.literal('cluster'),
    cluster: z.strictObject({ topics: topics.optional(), coordinator: z.int().optional() }),
    ...seen,
  }),
  /** From now on the group has committed this. */
  z.strictObject({ kind: z.literal('committed'), committed, ...seen }),
  z.strictObject({ kind: z.literal('auto'), auto: z.array(z.string()), ...seen }),
  /** The next sequence of a partition. */
  z.strictObject({ kind: z.literal('sequence'), sequence: z.int(), p: z.string(), ...seen }),
]);

export type Given = z.infer<typeof given>;
export type ScriptedBatch = z.infer<typeof batch>;
export type PartitionAnswer = z.infer<typeof partitionAnswer>;
export type ClientStep = z.infer<typeof clientStep>;
export type ClientStepOf<K extends ClientStep['kind']> = Extract<ClientStep, { readonly kind: K }>;

/** One rule of a client, as steps that it is taken through; the first one has `given`. */
export interface ClientCase {
  readonly given: Given;
  readonly steps: readonly ClientStep[];
}

const kinds: readonly string[] = clientStep.options.map(({ shape }) => shape.kind.value);

/** @throws {ConfigError} With the line that is not as it should be. */
export function readClientCase(file: CaseFile): ClientCase {
  const steps = contentOfLines(file).map(({ place, content }) => {
    if (!isObject(content)) throw new ConfigError(place, 'expected an object');
    const kind = kinds.find((key) => content[key] !== undefined);
    const result = clientStep.safeParse({ kind, ...content });
    if (result.success) return result.data;
    throw new ConfigError(place, z.prettifyError(result.error));
  });
  const [first] = steps;
  if (first?.kind !== 'given') throw new ConfigError(file.path, 'expected `given` first');
  return { given: first.given, steps };
}

function contentOfLines({ path, text }: CaseFile): { place: string; content: unknown }[] {
  const lines = text.split('\n').map((line, index) => ({ line, place: `${path}:${index + 1}` }));
  return lines
    .filter(({ line }) => line.trim() !== '' && !line.startsWith('#'))
    .map(({ line, place }) => ({ place, content: parseJson(line, place) }));
}
