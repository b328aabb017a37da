/** `250 ms`, `5 s`, `2 min`: milliseconds in the unit that says them shortest. */
export function renderMs(ms: number): string {
  const magnitude = Math.abs(ms);
  if (magnitude < 1_000) return `${ms} ms`;
  if (magnitude < 120_000) return `${rounded(ms / 1_000)} s`;
  return `${rounded(ms / 60_000)} min`;
}

/** At most three decimals. */
function rounded(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}
