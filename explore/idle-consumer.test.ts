import { expect, test } from 'vitest';
import { draw } from '../scenarios/draw.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { type FactKind } from '../sim/trace.ts';
import { type Run, runPlan } from './run.ts';

const scenario = readScenario({
  name: 'idle-consumer',
  question: 'Does a consumer hear soon of what comes after a silence?',
  cluster: { brokers: 3, topics: [{ name: 'orders', assignments: [[1], [2]] }] },
  clients: [
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '8s', topic: 'orders', partition: 0, count: 1, every: '1s' },
        { op: 'send', at: '17s', topic: 'orders', partition: 1, count: 1, every: '1s' },
      ],
    },
    {
      kind: 'consumer',
      config: { 'group.id': 'shop' },
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
  ],
  healAfter: '20s',
  runFor: '30s',
});

function withProtocol(protocol: string) {
  const [producer, consumer] = scenario.clients;
  if (producer === undefined || consumer === undefined) throw new RangeError('two clients');
  const config = { ...consumer.config, 'group.protocol': protocol };
  return { ...scenario, clients: [producer, { ...consumer, config }] };
}

function momentsMs({ trace }: Run, kind: FactKind): readonly number[] {
  const events = trace?.filter(({ fact }) => fact.kind === kind && 'partition' in fact) ?? [];
  return events
    .filter(({ fact }) => 'partition' in fact && fact.partition?.startsWith('orders-') === true)
    .map(({ at }) => at / 1_000);
}

// Java's fetch buffer wakes with every answer, also one that brings nothing (`AbstractFetch`).
test.each(['classic', 'consumer'])(
  'a %s consumer that has heard nothing for long reads what comes within a fetch',
  (protocol) => {
    const run = runPlan(draw(withProtocol(protocol), 1), { isTracing: true });
    const written = momentsMs(run, 'batchAppended');
    const read = momentsMs(run, 'recordsPolled');
    expect(written).toHaveLength(2);
    expect(read).toHaveLength(2);
    for (const [index, at] of read.entries()) expect(at - (written[index] ?? 0)).toBeLessThan(600);
  },
);
