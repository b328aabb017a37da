import { type Properties } from './config-definition.ts';

/** More than the runs of a sweep have of different configs; beyond it, all is computed anew. */
const mostRemembered = 1_000;

/**
 * The same pure function, which computes a thing once for equal texts: each run of a sweep asks for
 * the same configs again, on every node. What throws is not remembered.
 */
export function remembered<T>(
  compute: (properties: Properties) => T,
): (properties: Properties) => T {
  const known = new Map<string, T>();
  return (properties) => {
    const key = JSON.stringify(properties);
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const value = compute(properties);
    if (known.size >= mostRemembered) known.clear();
    known.set(key, value);
    return value;
  };
}
