/** One figure of a benchmark. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** CPU time of this process so far, user and system, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Memory that the process holds now, in MB. */
export function residentMegabytes(): number {
  return Math.round(process.memoryUsage().rss / 1e6);
}

/** The median of several rounds of `measure`, after `warmUp` rounds that do not count. */
export function medianOf(rounds: number, warmUp: number, measure: () => number): number {
  for (let round = 0; round < warmUp; round += 1) measure();
  const values = Array.from({ length: rounds }, measure).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}
