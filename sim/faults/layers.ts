import { type Ending } from './fault-kinds.ts';

/**
 * What faults that are in force want of things such as links or disks: of those that want something
 * of the same thing the newest counts while it lasts, then the one below it.
 */
export class Layers<K, V> {
  readonly #byThing = new Map<K, Layer<V>[]>();

  /** What counts for the thing now; `undefined` if nobody wants anything of it. */
  top(thing: K): V | undefined {
    return this.#byThing.get(thing)?.at(-1)?.value;
  }

  /** `fault`: who wants it. */
  put(thing: K, fault: string, value: V): void {
    const layers = this.#byThing.get(thing) ?? [];
    layers.push({ fault, value });
    this.#byThing.set(thing, layers);
  }

  /** The fault wants nothing of the thing any more. */
  take(thing: K, fault: string): void {
    const left = (this.#byThing.get(thing) ?? []).filter((layer) => layer.fault !== fault);
    if (left.length > 0) this.#byThing.set(thing, left);
    else this.#byThing.delete(thing);
  }

  /** The fault wants it from now on, until its ending; `settle` brings about what counts. */
  hold(thing: K, fault: string, value: V, settle: () => void): Ending {
    this.put(thing, fault, value);
    settle();
    return () => {
      this.take(thing, fault);
      settle();
    };
  }
}

interface Layer<V> {
  readonly fault: string;
  readonly value: V;
}
