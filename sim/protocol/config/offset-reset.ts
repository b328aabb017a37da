/** Where a consumer without a position begins (`AutoOffsetResetStrategy`). */
export type OffsetReset =
  | { readonly kind: 'earliest' | 'latest' | 'none' }
  /** The first record that is not older than this (KIP-1106). */
  | { readonly kind: 'byDuration'; readonly durationMs: number };

/** `java.time.Duration.parse`: every number may have a sign, and seconds a fraction. */
const durationPattern =
  /^(?<sign>[-+]?)P(?:(?<days>[-+]?\d+)D)?(?<time>T(?:(?<hours>[-+]?\d+)H)?(?:(?<minutes>[-+]?\d+)M)?(?:(?<seconds>[-+]?\d+(?:[.,]\d{0,9})?)S)?)?$/iu;

/** What a value of `auto.offset.reset` means; undefined if nothing. */
export function parseOffsetReset(text: string): OffsetReset | undefined {
  if (text === 'earliest' || text === 'latest' || text === 'none') return { kind: text };
  if (!text.startsWith('by_duration:')) return undefined;
  const durationMs = parseDurationMs(text.slice('by_duration:'.length));
  if (durationMs === undefined || durationMs < 0) return undefined;
  return { kind: 'byDuration', durationMs };
}

function parseDurationMs(text: string): number | undefined {
  const groups = durationPattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { sign, days, time, hours, minutes, seconds } = groups;
  if ((days ?? time) === undefined || time?.length === 1) return undefined;

  const wholeSeconds =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60;
  const fraction = Number((seconds ?? '0').replace(',', '.'));
  return Math.floor((sign === '-' ? -1 : 1) * (wholeSeconds + fraction) * 1_000);
}
