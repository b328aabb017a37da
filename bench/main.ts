import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { idleCluster } from './idle-cluster.ts';
import { cpuSeconds, type Figure, medianOf, residentMegabytes } from './measure.ts';
import { pingPong } from './ping-pong.ts';
import { simulate } from '../sim/simulate.ts';

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

const benchmarks: readonly { readonly name: string; readonly run: () => readonly Figure[] }[] = [
  {
    name: 'w1-6',
    run: () => withMemory({ name: 'w1-6', value: bareKernel(6), unit: 'messages/CPU-s' }),
  },
  {
    name: 'w1-100',
    run: () => withMemory({ name: 'w1-100', value: bareKernel(100), unit: 'messages/CPU-s' }),
  },
  { name: 'w3', run: () => withMemory({ name: 'w3', value: idleWeek(), unit: 'CPU-s' }) },
];

function withMemory(figure: Figure): readonly Figure[] {
  return [figure, { name: `${figure.name}-memory`, value: residentMegabytes(), unit: 'MB' }];
}

const { values, positionals } = parseArgs({
  options: { json: { type: 'string' } },
  allowPositionals: true,
});
const figures: Figure[] = [];
for (const { name, run } of benchmarks) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  for (const figure of run()) {
    figures.push(figure);
    console.log(`${figure.name.padEnd(20)} ${String(figure.value).padStart(12)} ${figure.unit}`);
  }
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
}
