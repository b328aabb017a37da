/** Where a consumer without a position begins (`AutoOffsetResetStrategy`). */
export type OffsetReset =
  | { readonly kind: 'earliest' | 'latest' | 'none' }
  /** The first record that is not older than this (KIP-1106). */
  | { readonly kind: 'byDuration'; readonly durationMs: number };

const durationPattern =
  /^p(?:(?<days>\d+)d)?(?<time>t(?:(?<hours>\d+)h)?(?:(?<minutes>\d+)m)?(?:(?<seconds>\d+(?:\.\d{1,9})?)s)?)?$/iu;

/** Whether `auto.offset.reset` may have this value. */
export function isResetStrategy(text: string): boolean {
  return parseOffsetReset(text) !== undefined;
}

/** What a value of `auto.offset.reset` means; `undefined` if nothing. */
export function parseOffsetReset(text: string): OffsetReset | undefined {
  if (text === 'earliest' || text === 'latest' || text === 'none') return { kind: text };
  if (!text.startsWith('by_duration:')) return undefined;
  const durationMs = parseDurationMs(text.slice('by_duration:'.length));
  return durationMs === undefined ? undefined : { kind: 'byDuration', durationMs };
}

/** An ISO-8601 duration that is not negative, as `java.time.Duration.parse` takes it. */
function parseDurationMs(text: string): number | undefined {
  const groups = durationPattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const { days, time, hours, minutes, seconds } = groups;
  if (days === undefined && time === undefined) return undefined;
  if (time?.length === 1) return undefined;
  const wholeSeconds =
    Number(days ?? 0) * 86_400 + Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60;
  return Math.floor(wholeSeconds * 1_000 + Number(seconds ?? 0) * 1_000);
}
