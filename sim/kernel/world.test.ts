import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Connection, type Context, type Message, type Process } from './process.ts';
import { silentObserver } from './silent-observer.ts';
import { World } from './world.ts';

interface Note extends Message {
  readonly text: string;
}

/** Counts up with whoever connects; its facts are what it hears. */
class Echo implements Process<Note> {
  readonly #context: Context<Note, string>;
  constructor(context: Context<Note, string>) {
    this.#context = context;
    context.listen();
  }
  connected(): void {
    this.#context.record('connected');
  }
  received(connection: Connection, note: Note): void {
    this.#context.record(note.text);
    this.#context.send(connection, { text: `${note.text}!`, sizeInBytes: 10 });
  }
  disconnected(): void {
    this.#context.record('disconnected');
  }
  stopRequested(): void {
    this.#context.exit();
  }
}

/** Its first timer cancels the second, which is due a little later. */
class Canceller extends Echo {
  constructor(context: Context<Note, string>) {
    super(context);
    const say = (text: string) => {
      context.record(text);
    };
    context.setTimer(10_000, {
      taskName: 'first',
      run: () => {
        say('first');
        context.cancelTimer(second);
      },
    });
    const second = context.setTimer(11_000, {
      taskName: 'second',
      run: () => {
        say('second');
      },
    });
    context.setTimer(12_000, {
      taskName: 'third',
      run: () => {
        say('third');
      },
    });
  }
}

/** Connects to node 0 and sends `count` notes, one each millisecond. */
class Talker extends Echo {
  readonly #own: Context<Note, string>;
  readonly #connection: Connection;
  #sent = 0;
  constructor(context: Context<Note, string>) {
    super(context);
    this.#own = context;
    this.#connection = context.connect(0);
    context.setTimer(5_000, {
      taskName: 'talk',
      run: () => {
        this.talk();
      },
    });
  }
  override received(_connection: Connection, note: Note): void {
    this.#own.record(note.text);
  }
  talk(): void {
    this.#sent += 1;
    this.#own.send(this.#connection, { text: String(this.#sent), sizeInBytes: 10 });
    if (this.#sent < 5) {
      this.#own.setTimer(1_000, {
        taskName: 'talk',
        run: () => {
          this.talk();
        },
      });
    }
  }
}

interface Heard {
  readonly world: World<Note, string>;
  readonly facts: (node: number) => readonly string[];
}

function twoNodes(seed = '1'): Heard {
  const heard: [number, string][] = [];
  const world = new World<Note, string>({
    seed,
    latency: { kind: 'uniform', minUs: 100, maxUs: 3_000 },
    observer: silentObserver((_at, node, fact) => heard.push([node, fact])),
  });
  world.addNode('echo', (context) => new Echo(context));
  world.addNode('talker', (context) => new Talker(context));
  world.start(0);
  world.start(1);
  return {
    world,
    facts: (node) => heard.filter(([where]) => where === node).map(([, fact]) => fact),
  };
}

describe('a world', () => {
  test('delivers the frames of a stream in order, and answers come back', () => {
    const { world, facts } = twoNodes();
    world.run(100_000);
    expect(facts(0)).toEqual(['1', '2', '3', '4', '5']);
    expect(facts(1)).toEqual(['connected', '1!', '2!', '3!', '4!', '5!']);
  });

  test('refuses a stream to a node that does not run, and resets one whose process crashed', () => {
    const refused = twoNodes();
    refused.world.crash(0);
    refused.world.run(100_000);
    expect(refused.facts(1)).toEqual(['disconnected']);

    const crashed = twoNodes();
    crashed.world.run(12_000);
    crashed.world.crash(0);
    crashed.world.run(100_000);
    expect(crashed.facts(1).at(-1)).toBe('disconnected');
  });

  test('a host without power says nothing, until it is back and resets what was sent to it', () => {
    const { world, facts } = twoNodes();
    world.run(6_000);
    world.losePower(0);
    world.run(100_000);
    expect(facts(1)).not.toContain('disconnected');
    world.start(0);
    world.run(200_000);
    expect(facts(1).at(-1)).toBe('disconnected');
  });

  test('what a cut has held is lost with the power of its sender, also if its process was gone', () => {
    const { world, facts } = twoNodes();
    world.cut(1, 0);
    world.run(20_000);
    world.crash(1);
    world.run(30_000);
    world.losePower(1);
    world.heal(1, 0);
    world.run(1_000_000);
    expect(facts(0)).toEqual([]);
  });

  test('a one-way cut holds what travels in its direction only, and gives it back in order', () => {
    const { world, facts } = twoNodes();
    world.run(5_000);
    world.cut(0, 1);
    world.run(1_000_000);
    expect(facts(0)).toEqual(['1', '2', '3', '4', '5']);
    expect(facts(1)).toEqual(['connected']);
    world.heal(0, 1);
    world.run(2_000_000);
    expect(facts(1)).toEqual(['connected', '1!', '2!', '3!', '4!', '5!']);
  });

  test('a paused process hears everything when it resumes, and its host still accepts streams', () => {
    const { world, facts } = twoNodes();
    world.pause(0);
    world.run(1_000_000);
    expect(facts(0)).toEqual([]);
    expect(facts(1)).toEqual(['connected']);
    world.resume(0);
    world.run(2_000_000);
    expect(facts(1)).toEqual(['connected', '1!', '2!', '3!', '4!', '5!']);
  });

  test('a timer that came due in a pause can still be cancelled when its process goes on', () => {
    const heard: string[] = [];
    const world = new World<Note, string>({
      seed: '1',
      latency: { kind: 'constant', us: 100 },
      observer: silentObserver((_at, _node, fact) => heard.push(fact)),
    });
    world.addNode('canceller', (context) => new Canceller(context));
    world.start(0);
    world.run(5_000);
    world.pause(0);
    world.run(20_000);
    world.resume(0);
    // Before anything has run, it is paused once more.
    world.pause(0);
    world.run(30_000);
    world.resume(0);
    world.run(40_000);
    expect(heard).toEqual(['first', 'third']);
  });

  test('what a cut has held reaches a paused process in order, with what came before and after', () => {
    const { world, facts } = twoNodes();
    world.pause(0);
    world.run(7_000);
    world.cut(1, 0);
    world.run(9_500);
    world.heal(1, 0);
    world.run(1_000_000);
    world.resume(0);
    world.run(2_000_000);
    expect(facts(0)).toEqual(['1', '2', '3', '4', '5']);

    const resumed = twoNodes();
    resumed.world.pause(0);
    resumed.world.run(7_000);
    resumed.world.cut(1, 0);
    resumed.world.run(9_500);
    resumed.world.resume(0);
    resumed.world.run(1_000_000);
    expect(resumed.facts(0)).toEqual(['1', '2']);
    resumed.world.heal(1, 0);
    resumed.world.run(2_000_000);
    expect(resumed.facts(0)).toEqual(['1', '2', '3', '4', '5']);
  });

  test('a request can be lost, or its answer: two different faults', () => {
    const request = twoNodes();
    request.world.network.rules.push({
      judge: (_from, to, note) => (to === 0 && note.text === '2' ? { kind: 'reset' } : undefined),
    });
    request.world.run(1_000_000);
    expect(request.facts(0)).toEqual(['1', 'disconnected']);

    const answer = twoNodes();
    answer.world.network.rules.push({
      judge: (_from, to, note) => (to === 1 && note.text === '2!' ? { kind: 'drop' } : undefined),
    });
    answer.world.run(1_000_000);
    expect(answer.facts(0)).toEqual(['1', '2', '3', '4', '5']);
    expect(answer.facts(1)).toEqual(['connected', '1!']);
  });

  test('a duplicated frame arrives twice, and only one answer is heard', () => {
    const { world, facts } = twoNodes();
    world.network.rules.push({
      judge: (_from, to, note) =>
        to === 0 && note.text === '2' ? { kind: 'duplicate', us: 500 } : undefined,
    });
    world.run(1_000_000);
    expect(facts(0).filter((text) => text === '2')).toHaveLength(2);
    expect(facts(1).filter((text) => text === '2!')).toHaveLength(1);
  });

  test('a drifting clock reaches its timers earlier or later than true time', () => {
    const { world } = twoNodes();
    world.node(0).clock.drift(0, 100_000);
    expect(world.node(0).clock.monotonic(1_000_000)).toBe(1_100_000);
    expect(world.node(0).clock.trueDuration(1_100_000)).toBe(1_000_000);
  });

  test('one seed is one run, and another seed another', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expect(fingerprint(seed)).toBe(fingerprint(seed));
        expect(fingerprint(seed)).not.toBe(fingerprint(`${seed}?`));
      }),
      { numRuns: 20 },
    );
  });
});

function fingerprint(seed: string): string {
  const { world } = twoNodes(seed);
  world.run(1_000_000);
  return world.fingerprint.digest();
}
