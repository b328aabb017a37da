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
  readonly compare: (recorded: unknown, place: string) => Difference | undefined;
}

/** A section of cases of the form `schema`. */
export function section<T>(
  schema: z.ZodType<T>,
  compare: (recorded: T) => Difference | undefined,
): ComparedSection {
  return {
    compare: (recorded, place) => {
      const parsed = schema.safeParse(recorded);
      if (parsed.success) return compare(parsed.data);
      throw new ConfigError(place, z.prettifyError(parsed.error));
    },
  };
}
