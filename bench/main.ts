import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WorkerPool } from '../explore/worker-pool.ts';
import { runPlan } from '../explore/run.ts';
import { draw } from '../scenarios/draw.ts';
import { type Scenario } from '../scenarios/scenario.ts';
import { idleCluster } from './idle-cluster.ts';
import { liveMegabytes } from './live-memory.ts';
import { cpuSeconds, type Figure, medianOf, residentMegabytes } from './measure.ts';
import { pingPong } from './ping-pong.ts';
import { pipeline } from './pipeline.ts';
import { replicatedLog } from './replicated-log.ts';
import { simulate } from '../sim/simulate.ts';

/** Messages and events per CPU-second of a whole run, with all invariants and the fingerprint. */
function wholeModel(name: string, scenario: Scenario): readonly Figure[] {
  const plan = draw(scenario, 1);
  const run = runPlan(plan, { isTracing: false });
  const seconds = medianOf(3, 2, () => {
    const start = cpuSeconds();
    runPlan(plan, { isTracing: false });
    return cpuSeconds() - start;
  });
  return [
    { name, value: Math.round(run.messages / seconds), unit: 'messages/CPU-s' },
    { name: `${name}-events`, value: Math.round(run.events / seconds), unit: 'events/CPU-s' },
  ];
}

/** What a run holds at its end, once its oldest segments go, and a run that is 10 times as long. */
function memoryOverLength(): readonly Figure[] {
  return [50, 500].map((seconds) => ({
    name: `w2-held-${seconds}s`,
    value: liveMegabytes(draw(replicatedLog(seconds * 1_000, { faults: false }), 1)),
    unit: 'MB',
  }));
}

/** Seeds per second on two cores, of runs with a load of `loadMs`; and the events of one run. */
async function sweepRate(loadMs: number, seeds: number): Promise<readonly [number, number]> {
  const scenario = replicatedLog(loadMs, { faults: false });
  const { events } = runPlan(draw(scenario, 1), { isTracing: false });
  const pool = new WorkerPool(2);
  const portion = Math.max(1, Math.floor(seeds / 16));
  const sweep = async (from: number): Promise<void> => {
    const starts = Array.from({ length: 16 }, (_, index) => from + index * portion);
    await Promise.all(
      starts.map((start) =>
        pool.run({ scenario, modelFiles: [], seeds: { from: start, to: start + portion - 1 } }),
      ),
    );
  };
  await sweep(1);
  const start = performance.now();
  await sweep(seeds + 1);
  const rate = (16 * portion) / ((performance.now() - start) / 1_000);
  await pool.close();
  return [Math.round(rate * 10) / 10, events];
}

/** CPU-seconds that a week of an idle cluster takes, from a fiftieth of it. */
function idleWeek(): number {
  const part = 50;
  const start = cpuSeconds();
  simulate(idleCluster(7 / part), { isTracing: false });
  return Math.round((cpuSeconds() - start) * part);
}

/** Messages per CPU-second of a ping-pong between `nodes` nodes. */
function bareKernel(nodes: number): number {
  return medianOf(5, 2, () => {
    const world = pingPong(nodes);
    const start = cpuSeconds();
    world.run(Number.MAX_SAFE_INTEGER, () => world.network.delivered >= 1_000_000);
    return Math.round(world.network.delivered / (cpuSeconds() - start));
  });
}

interface Benchmark {
  readonly name: string;
  readonly measure: () => readonly Figure[] | Promise<readonly Figure[]>;
}

function kernelBenchmark(nodes: number): Benchmark {
  const name = `w1-${nodes}`;
  const measure = () => [{ name, value: bareKernel(nodes), unit: 'messages/CPU-s' }];
  return { name, measure };
}

/** `loadMs` makes runs of about as many events as the name says. */
function sweepBenchmark(name: string, loadMs: number, seeds: number): Benchmark {
  const measure = async (): Promise<readonly Figure[]> => {
    const [rate, events] = await sweepRate(loadMs, seeds);
    return [
      { name, value: rate, unit: 'seeds/s' },
      { name: `${name}-events`, value: events, unit: 'events a run' },
    ];
  };
  return { name, measure };
}

const benchmarks: readonly Benchmark[] = [
  kernelBenchmark(6),
  kernelBenchmark(100),
  { name: 'w2', measure: () => wholeModel('w2', replicatedLog(20_000, { faults: false })) },
  {
    name: 'w2-faults',
    measure: () => wholeModel('w2-faults', replicatedLog(20_000, { faults: true })),
  },
  { name: 'w2-held', measure: memoryOverLength },
  { name: 'w3', measure: () => [{ name: 'w3', value: idleWeek(), unit: 'CPU-s a week' }] },
  { name: 'w4', measure: () => wholeModel('w4', pipeline(20_000)) },
  sweepBenchmark('sweep-1k', 50, 800),
  sweepBenchmark('sweep-10k', 1_000, 160),
  sweepBenchmark('sweep-100k', 10_500, 32),
];

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' } },
  allowPositionals: true,
});
const unknown = positionals.find((name) =>
  benchmarks.every((benchmark) => benchmark.name !== name),
);
if (unknown !== undefined) {
  const names = benchmarks.map(({ name }) => name).join(', ');
  console.error(`There is no benchmark ${unknown}; there are ${names}.`);
  process.exit(2);
}

const all: Figure[] = [];
for (const { name, measure } of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const figures = await measure();
  const memory = { name: `${name}-memory`, value: residentMegabytes(), unit: 'MB resident' };
  for (const figure of [...figures, memory]) {
    all.push(figure);
    console.log(`${figure.name.padEnd(18)} ${String(figure.value).padStart(10)} ${figure.unit}`);
  }
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
}
