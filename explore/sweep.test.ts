import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draw } from '../scenarios/draw.ts';
import { placesIn } from '../scenarios/problem.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { type ScenarioInput } from '../scenarios/scenario.ts';
import { runPlan } from './run.ts';
import { type Runner, sweep } from './sweep.ts';
import { combined, type Tally, tallyOf } from './tally.ts';
import { firstDifference, verify } from './verify.ts';
import { runSeeds } from './worker.ts';

const written: ScenarioInput = {
  name: 'quiet',
  question: 'Does a cluster without clients survive the crash of a leader?',
  cluster: { brokers: 3, topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }] },
  faults: [
    {
      kind: 'crash',
      node: 'leader of orders-0',
      at: { between: ['5s', '8s'] },
      restartAfter: '3s',
    },
  ],
  healAfter: '15s',
  runFor: '30s',
};
const scenario = readScenario(written, placesIn('quiet'));
const subject = { scenario, modelFiles: [] };

/** Runs portions in this thread, each after a while that only the order of ending depends on. */
function inThisThread(size: number): Runner {
  let asked = 0;
  return {
    size,
    run: async (portion) => {
      asked += 1;
      await new Promise((done) => setTimeout(done, (asked * 7) % 5));
      return runSeeds(portion);
    },
  };
}

async function swept(from: number, to: number, size: number): Promise<Tally | null> {
  const { signal } = new AbortController();
  const options = { runner: inThisThread(size), onProgress: () => undefined, signal };
  return (await sweep(subject, { from, to }, options)).tally;
}

describe('a sweep', () => {
  test('is the same tally, however many run at a time', async () => {
    const alone = await swept(1, 12, 1);
    expect(alone?.runs).toBe(12);
    expect(await swept(1, 12, 3)).toEqual(alone);
    expect(await swept(2, 13, 3)).not.toEqual(alone);
  });

  test('that is stopped has run the first seeds, and all of them', async () => {
    const controller = new AbortController();
    const result = await sweep(
      subject,
      { from: 1, to: 40 },
      {
        runner: inThisThread(3),
        onProgress: ({ runs }) => {
          if (runs >= 6) controller.abort();
        },
        signal: controller.signal,
      },
    );
    expect(result.seeds?.from).toBe(1);
    expect(result.tally?.runs).toBe(result.seeds?.to);
    expect(result.tally?.runs).toBeLessThan(40);
  });

  test('ends at a defect of the simulator, and names its seed', async () => {
    const runner: Runner = {
      size: 2,
      run: async ({ seeds }) =>
        seeds.from <= 5 && 5 <= seeds.to
          ? { kind: 'defect', seed: 5, message: 'that cannot be' }
          : runSeeds({ ...subject, seeds: { from: seeds.from, to: seeds.from } }),
    };
    const { signal } = new AbortController();
    const options = { runner, onProgress: () => undefined, signal };
    const { defect } = await sweep(subject, { from: 1, to: 20 }, options);
    expect(defect).toMatchObject({ seed: 5, message: 'that cannot be' });
  });
});

test('tallies are the same in any order and in any portions', () => {
  const tallies = [1, 2, 3, 4, 5, 6].map((seed) =>
    tallyOf(seed, runPlan(draw(scenario, seed), { isTracing: false })),
  );
  const whole = tallies.reduce(combined);
  const isTheSame = fc.property(
    fc.shuffledSubarray(tallies, { minLength: tallies.length }),
    fc.integer({ min: 1, max: tallies.length - 1 }),
    (shuffled, cut) => {
      const [left, right] = [shuffled.slice(0, cut), shuffled.slice(cut)];
      expect(combined(left.reduce(combined), right.reduce(combined))).toEqual(whole);
    },
  );
  fc.assert(isTheSame);
});

describe('verification', () => {
  test('finds no difference between two runs of one plan', () => {
    expect(verify(draw(scenario, 7)).difference).toBeNull();
  });

  test('finds the first event that differs, or is missing', () => {
    const trace = runPlan(draw(scenario, 7), { isTracing: true }).trace ?? [];
    const [first, second] = [trace[20], trace[21]];
    if (first === undefined || second === undefined) throw new Error('a trace has more events');
    const changed = trace.with(20, second);
    expect(firstDifference(trace, changed)).toEqual({ index: 20, first, second });
    expect(firstDifference(trace, trace.slice(0, 20))).toEqual({ index: 20, first, second: null });
  });
});
