/** More than the runs of a sweep ask for; beyond it, all is computed anew. */
const mostRemembered = 1_000;

/**
 * The same pure function, which computes a thing once for questions that are equal as JSON: each run of
 * a sweep asks for the same again, on every node. What throws is not remembered.
 */
export function remembered<Q, T extends object>(compute: (question: Q) => T): (question: Q) => T {
  const known = new Map<string, T>();
  return (question) => {
    const key = JSON.stringify(question);
    const earlier = known.get(key);
    if (earlier !== undefined) return earlier;
    const value = compute(question);
    if (known.size >= mostRemembered) known.clear();
    known.set(key, value);
    return value;
  };
}

/** The same about something that is another one for each object, and is forgotten with it. */
export function rememberedOf<O extends object, Q, T extends object>(
  compute: (of: O, question: Q) => T,
): (of: O, question: Q) => T {
  const askOf = derivedFrom((of: O) => remembered((question: Q) => compute(of, question)));
  return (of, question) => askOf(of)(question);
}

/** The same pure function of an immutable object, which computes once for each and forgets with it. */
export function derivedFrom<O extends object, T extends object>(
  compute: (of: O) => T,
): (of: O) => T {
  const known = new WeakMap<O, T>();
  return (of) => {
    const earlier = known.get(of);
    if (earlier !== undefined) return earlier;
    const value = compute(of);
    known.set(of, value);
    return value;
  };
}
