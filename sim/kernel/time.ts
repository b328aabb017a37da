/** A point in virtual time: whole microseconds since the run began. Exact up to 285 years. */
export type Instant = number;

/** A span of virtual time, in whole microseconds. */
export type Duration = number;

/** The whole microseconds nearest to `ms` milliseconds. */
export function milliseconds(ms: number): Duration {
  return Math.round(ms * 1000);
}

/** The whole microseconds nearest to `s` seconds. */
export function seconds(s: number): Duration {
  return Math.round(s * 1_000_000);
}
