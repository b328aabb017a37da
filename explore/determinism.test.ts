import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { fingerprintLines } from './fingerprints.ts';

/** What is different in every run of a program: nothing in a simulation may ask for it. */
const traps = [
  [Math, 'random'],
  [Date, 'now'],
  [performance, 'now'],
  [process, 'hrtime'],
  [globalThis, 'Date'],
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [globalThis, 'queueMicrotask'],
  [process, 'nextTick'],
  [crypto, 'getRandomValues'],
  [crypto, 'randomUUID'],
] as const;

/** What `run` returns, and which of the traps it has called. */
function trapped<T>(run: () => T): { readonly value: T; readonly called: readonly string[] } {
  const called: string[] = [];
  const undoings = traps.map(([owner, name]) => {
    const before = Object.getOwnPropertyDescriptor(owner, name);
    const value = trapOn(Reflect.get(owner, name), () => called.push(name));
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
    return (): void => {
      if (before === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, before);
    };
  });
  try {
    return { value: run(), called };
  } finally {
    for (const undo of undoings) undo();
  }
}

/** Does what the function does, and tells of it. */
function trapOn(original: unknown, onCall: () => void): object {
  if (typeof original !== 'function') throw new TypeError('only a function can be trapped');
  return new Proxy(original, {
    apply: (target, self, args): unknown => {
      onCall();
      return Reflect.apply(target, self, args);
    },
    construct: (target, args) => {
      onCall();
      const made: unknown = Reflect.construct(target, args);
      if (typeof made !== 'object' || made === null) throw new TypeError('made no object');
      return made;
    },
  });
}

describe('every shipped scenario', () => {
  const { value, called } = trapped(fingerprintLines);
  const lines = `${value.join('\n')}\n`;

  test('asks for no clock, timer or chance', () => {
    expect(called).toEqual([]);
  });

  // A changed golden file is a changed simulator: the commit says why.
  test('runs as recorded', async () => {
    await expect(lines).toMatchFileSnapshot('golden/fingerprints.txt');
  });

  test('runs so in another process, as built', () => {
    const { stdout } = spawnSync(process.execPath, ['scripts/print-fingerprints.mjs'], {
      encoding: 'utf8',
    });
    expect(stdout).toBe(lines);
  });
});

test('a trap is seen', () => {
  expect(trapped(() => [Math.random(), new Date()]).called).toEqual(['random', 'Date']);
});
