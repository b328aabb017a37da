/** Where something stands in a document: keys and indexes, from its root. */
export type Path = readonly (string | number)[];

/** Says in a person's terms where something stands: `my-scenario.yaml:12:7`. */
export type PlaceOf = (path: Path) => string;

/** Something in a scenario that cannot be. */
export interface Problem {
  readonly path: Path;
  /** What was expected, as a sentence without a full stop. */
  readonly message: string;
}

/** `clients[0].config["min.insync.replicas"]`; the whole document is `scenario`. */
export function showPath(path: Path): string {
  let shown = '';
  for (const key of path) {
    if (typeof key === 'number') shown += `[${key}]`;
    else if (/^[A-Za-z]\w*$/u.test(key)) shown += shown === '' ? key : `.${key}`;
    else shown += `[${JSON.stringify(key)}]`;
  }
  return shown === '' ? 'scenario' : shown;
}

/** Places in something that was not read from a file: `leader-crash: faults[0].node`. */
export function placesIn(what: string): PlaceOf {
  return (path) => `${what}: ${showPath(path)}`;
}
