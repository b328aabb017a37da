import { z } from 'zod';
import { ConfigError } from '../../sim/config-error.ts';
import { type Difference } from '../case-result.ts';

/** The cases of one section of a file: compared with the model, or left out for a reason. */
export type Section = ComparedSection | { readonly reason: string };

export interface ComparedSection {
  /** Called once for the section; what it returns then compares one case after the other. */
  readonly start: () => CompareCase;
}

/**
 * How the model's answer to a recorded case differs.
 * @throws {ConfigError} If the case is not as those of this section are.
 */
export type CompareCase = (recorded: unknown, place: string) => Comparison;

/** Undefined if they agree; a reason if that case is left out. */
export type Comparison = Difference | { readonly reason: string } | undefined;

/** A section of cases of the form `schema`, which have nothing to do with each other. */
export function section<T>(
  schema: z.ZodType<T>,
  compare: (recorded: T) => Comparison,
): ComparedSection {
  return sequence(schema, () => compare);
}

/** A section in which each case goes on where the one before it has ended. */
export function sequence<T>(
  schema: z.ZodType<T>,
  start: () => (recorded: T) => Comparison,
): ComparedSection {
  return {
    start: () => {
      const compare = start();
      return (recorded, place) => {
        const parsed = schema.safeParse(recorded);
        if (parsed.success) return compare(parsed.data);
        throw new ConfigError(place, z.prettifyError(parsed.error));
      };
    },
  };
}

/** Compares one operation after the other; the rest says nothing any more after a difference. */
export function firstOfSteps<T>(
  steps: readonly T[],
  compare: (step: T, name: string) => Difference | undefined,
): Difference | undefined {
  for (const [index, step] of steps.entries()) {
    const difference = compare(step, `step ${index + 1}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
