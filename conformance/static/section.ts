import { z } from 'zod';
import { ConfigError } from '../../sim/config-error.ts';
import { type Difference } from '../case-result.ts';

/** The cases of one section of a file: compared with the model, or left out for a reason. */
export type Section = ComparedSection | { readonly reason: string };

export interface ComparedSection {
  /**
   * How the model's answer to a recorded case differs; undefined if they agree.
   * @throws {ConfigError} If the case is not as those of this section are.
   */
  readonly compare: (recorded: unknown, place: string) => Comparison;
}

/** Undefined if they agree; a reason if that case is left out. */
export type Comparison = Difference | { readonly reason: string } | undefined;

/** A section of cases of the form `schema`. */
export function section<T>(
  schema: z.ZodType<T>,
  compare: (recorded: T) => Comparison,
): ComparedSection {
  return {
    compare: (recorded, place) => {
      const parsed = schema.safeParse(recorded);
      if (parsed.success) return compare(parsed.data);
      throw new ConfigError(place, z.prettifyError(parsed.error));
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
