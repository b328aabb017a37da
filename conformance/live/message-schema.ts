import { z } from 'zod';
import messages from '../../sim/protocol/messages.json' with { type: 'json' };
import { assert, present } from '../../sim/kernel/assert.ts';
import { zeroUuid } from '../../sim/protocol/uuid.ts';

/** A field of a message as Kafka's schemas have it. */
export interface MessageField {
  readonly name: string;
  /** `int32`, `string`, `[]uuid`, or the name of a struct, whose `fields` are then given. */
  readonly type: string;
  /** `3+`, `0-12`: the versions that carry it; absent: all. */
  readonly versions?: string | undefined;
  /** The versions in which it is left out where it has its default. */
  readonly taggedIn?: string | undefined;
  readonly nullable?: string | undefined;
  readonly default?: string | number | boolean | null | undefined;
  readonly fields?: readonly MessageField[] | undefined;
}

const messageField: z.ZodType<MessageField> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: z.string(),
    versions: z.string().optional(),
    taggedIn: z.string().optional(),
    nullable: z.string().optional(),
    default: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    fields: z.array(messageField).optional(),
  }),
);
const schemas = new Map(
  z
    .array(z.object({ name: z.string(), fields: z.array(messageField) }))
    .parse(messages)
    .map(({ name, fields }) => [name, fields]),
);

/** @param name `FetchResponse` */
export function fieldsOf(name: string): readonly MessageField[] {
  return present(schemas.get(name), `message ${name}`);
}

/** Whether `versions` (`3+`, `0-12`, `4`) has that version in it; undefined has all. */
export function hasVersion(versions: string | undefined, version: number): boolean {
  if (versions === undefined) return true;
  const bounds = /^(?<from>\d+)(?<open>\+)?(?:-(?<to>\d+))?$/u.exec(versions)?.groups;
  assert(bounds !== undefined, `versions are a range: ${versions}`);
  const from = Number(bounds['from']);
  if (version < from) return false;
  return bounds['open'] !== undefined || version <= Number(bounds['to'] ?? from);
}

/** What a field holds that nobody has set (`MessageGenerator`). */
export function defaultOf(field: MessageField): unknown {
  const given = field.default === undefined ? undefined : String(field.default);
  if (given === 'null' || field.type === 'records') return null;
  if (field.type.startsWith('[]')) return [];
  if (field.fields !== undefined) return defaultsOf(field.fields);
  if (field.type === 'string' || field.type === 'bytes') return given ?? '';
  if (field.type === 'uuid') return zeroUuid;
  if (field.type === 'bool') return given === 'true';
  return Number(given ?? 0);
}

function defaultsOf(fields: readonly MessageField[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, defaultOf(field)]));
}
