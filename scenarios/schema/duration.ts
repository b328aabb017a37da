import { z } from 'zod';

const expected = 'expected a duration such as 250us, 200ms, 5s, 2m or 1h';

const unitNames = ['us', 'ms', 's', 'm', 'h'] as const;
const microsecondsIn: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/** Far less than what whole microseconds can count, far more than any run simulates. */
const yearMs = 365 * 24 * 3_600_000;

/** Milliseconds with at most three decimals, as plans have them. */
function toMs(written: string): number {
  const unit = /[a-z]+$/u.exec(written)?.[0] ?? '';
  return Math.round(Number.parseFloat(written) * (microsecondsIn[unit] ?? 0)) / 1_000;
}

/** A span of time that may be negative. Read as milliseconds. */
export const signedDuration = z
  .templateLiteral([z.number(), z.enum(unitNames)], { error: expected })
  .refine((written) => Math.abs(toMs(written)) <= yearMs, { error: 'expected at most a year' })
  .transform(toMs)
  .meta({ id: 'signedDuration' });

/** A span of time as people write it: `5s`, `200ms`. Read as milliseconds. */
export const duration = z
  .templateLiteral([z.number(), z.enum(unitNames)], { error: expected })
  .refine((written) => !written.startsWith('-'), { error: expected })
  .refine((written) => toMs(written) <= yearMs, { error: 'expected at most a year' })
  .transform(toMs)
  .meta({ id: 'duration' });
