import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WorkerPool } from '../explore/worker-pool.ts';
import { runPlan } from '../explore/run.ts';
import { draw } from '../scenarios/draw.ts';
import { idleCluster } from './idle-cluster.ts';
import { cpuSeconds, type Figure, medianOf, residentMegabytes } from './measure.ts';
import { pingPong } from './ping-pong.ts';
import { replicatedLog } from './replicated-log.ts';
import { simulate } from '../sim/simulate.ts';

/** Messages per CPU-second of the replicated log, with all invariants and the fingerprint. */
function wholeModel(faults: boolean): number {
  const plan = draw(replicatedLog(20_000, { faults }), 1);
  return medianOf(3, 2, () => {
    const start = cpuSeconds();
    const { messages } = runPlan(plan, { isTracing: false });
    return Math.round(messages / (cpuSeconds() - start));
  });
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
        pool.run({ scenario, seeds: { from: start, to: start + portion - 1 } }),
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

/** CPU-seconds that a week of an idle cluster takes. */
function idleWeek(): number {
  const start = cpuSeconds();
  simulate(idleCluster(7), { isTracing: false });
  return Math.round((cpuSeconds() - start) * 10) / 10;
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
  readonly unit: string;
  readonly measure: () => number | Promise<number>;
}

const benchmarks: readonly Benchmark[] = [
  { name: 'w1-6', unit: 'messages/CPU-s', measure: () => bareKernel(6) },
  { name: 'w1-100', unit: 'messages/CPU-s', measure: () => bareKernel(100) },
  { name: 'w2', unit: 'messages/CPU-s', measure: () => wholeModel(false) },
  { name: 'w2-faults', unit: 'messages/CPU-s', measure: () => wholeModel(true) },
  { name: 'w3', unit: 'CPU-s', measure: idleWeek },
  // Loads that make runs of about 1,000, 10,000 and 100,000 events.
  { name: 'sweep-1k', unit: 'seeds/s', measure: async () => (await sweepRate(50, 800))[0] },
  { name: 'sweep-10k', unit: 'seeds/s', measure: async () => (await sweepRate(1_000, 160))[0] },
  { name: 'sweep-100k', unit: 'seeds/s', measure: async () => (await sweepRate(10_500, 32))[0] },
];

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' } },
  allowPositionals: true,
});
const figures: Figure[] = [];
for (const { name, unit, measure } of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const value = await measure();
  const memory = residentMegabytes();
  figures.push({ name, value, unit }, { name: `${name}-memory`, value: memory, unit: 'MB' });
  console.log(`${name.padEnd(12)} ${String(value).padStart(12)} ${unit.padEnd(16)} ${memory} MB`);
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
}
