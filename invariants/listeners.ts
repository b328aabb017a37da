import { type HandledKind, type Handler, type Handlers } from './invariant.ts';

type Found = { [K in HandledKind]?: readonly Handler<K>[] };

/** Who hears which kind of fact, in the order given. */
export class Listeners {
  readonly #handlersByKind = new Map<string, Handlers[]>();
  readonly #found: Found = {};

  constructor(all: readonly Handlers[]) {
    for (const handlers of all) {
      for (const kind of Object.keys(handlers)) {
        const others = this.#handlersByKind.get(kind);
        if (others === undefined) this.#handlersByKind.set(kind, [handlers]);
        else others.push(handlers);
      }
    }
  }

  /** Put together when the first fact of the kind comes: most kinds never do. */
  of<K extends HandledKind>(kind: K): readonly Handler<K>[] {
    const found = this.#found[kind];
    if (found !== undefined) return found;
    const listeners: Handler<K>[] = [];
    for (const handlers of this.#handlersByKind.get(kind) ?? []) {
      const handler = handlers[kind];
      if (handler !== undefined) listeners.push(handler);
    }
    Object.assign(this.#found, { [kind]: listeners });
    return listeners;
  }
}
