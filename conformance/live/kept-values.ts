import { ConfigError } from '../../sim/config-error.ts';
import { at, isList, isObject } from '../json.ts';

interface Kept {
  readonly value: unknown;
  /** Name of the field that it was found in; empty if the case itself has given it. */
  readonly field: string;
}

/** A number above this is an instant in ms, which no recording can foresee. */
const earliestInstantMs = 1.5e12;

/** The values that a case keeps from answers under names like `$id`, to send and to compare them. */
export class KeptValues {
  readonly #kept = new Map<string, Kept>();

  keep(name: string, value: unknown): void {
    this.#kept.set(name, { value, field: '' });
  }

  /** @param pointers By name, where in the answer the values are. */
  keepFrom(answer: unknown, pointers: Readonly<Record<string, string>>): void {
    for (const [name, pointer] of Object.entries(pointers)) {
      this.#kept.set(name, { value: at(answer, pointer), field: lastKey(pointer) });
    }
  }

  /**
   * The value with what was kept in place of its names.
   * @throws {ConfigError} If nothing was kept under a name.
   */
  substitute(value: unknown): unknown {
    if (typeof value === 'string') return this.#substituteText(value);
    if (isList(value)) return value.map((element) => this.substitute(element));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.substitute(inner)]),
    );
  }

  /** The value with names for what was kept, and `*` for instants. */
  mask(value: unknown, key = ''): unknown {
    if (isList(value)) return value.map((element) => this.mask(element, key));
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, this.mask(inner, name)]),
      );
    }
    if (typeof value === 'string' && value.includes(' ')) {
      return value.replaceAll(/-?\b\d{13,}\b/gu, '*');
    }
    if (typeof value === 'number' && value > earliestInstantMs) return '*';
    for (const [name, kept] of this.#kept) if (isSame(kept, value, lastKey(key))) return name;
    return value;
  }

  #substituteText(text: string): unknown {
    const whole = this.#kept.get(text);
    if (whole !== undefined) return whole.value;
    let substituted = text;
    for (const [name, { value }] of this.#kept) {
      substituted = substituted.replaceAll(name, String(value));
    }
    if (substituted.startsWith('$')) {
      throw new ConfigError(text, 'nothing was kept under this name');
    }
    return substituted;
  }
}

function isSame(kept: Kept, value: unknown, field: string): boolean {
  if (typeof value === 'string') return value !== '' && value === kept.value;
  if (typeof value !== 'number' || value !== kept.value) return false;
  if (field === 'pid' && kept.field === 'producerId') return true;
  return field === kept.field && value >= 0;
}

function lastKey(pointer: string): string {
  return pointer.slice(pointer.lastIndexOf('/') + 1);
}
