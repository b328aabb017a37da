import { describe, expect, test } from 'vitest';
import { runPlan } from '../explore/run.ts';
import { draw } from '../scenarios/draw.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { type Plan } from '../sim/plan.ts';
import { planRows } from './plan-words.ts';
import { renderTimeline } from './timeline.ts';

/** A consumer without a policy, in a group that has committed nothing. */
function planOf(workload: readonly object[]): Plan {
  const scenario = {
    name: 'no-policy',
    question: 'What is told of a consumer that may not begin?',
    cluster: { brokers: 3, topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }] },
    clients: [
      {
        kind: 'producer',
        workload: [{ op: 'send', at: '1s', topic: 'orders', count: 5, every: '1ms' }],
      },
      {
        kind: 'consumer',
        config: { 'group.id': 'shop', 'auto.offset.reset': 'none' },
        model: 'at-least-once',
        processing: '40ms',
        workload,
      },
    ],
    healAfter: '10s',
    runFor: '30s',
  };
  return draw(readScenario(scenario), 1);
}

function told(workload: readonly object[]): readonly string[] {
  const { trace } = runPlan(planOf(workload), { isTracing: true });
  return renderTimeline(trace ?? []);
}

const assign = { op: 'assign', at: '1s', partitions: ['orders-0'] };

describe('of a consumer', () => {
  test('an error that comes back each second is told once', () => {
    const errors = told([assign]).filter((line) => line.includes('NoOffsetForPartition'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/is told NoOffsetForPartitionException for orders-0 .*more like it/u);
  });

  test('what the application does with its partitions is told', () => {
    const lines = told([
      assign,
      { op: 'seek', at: '5s', partition: 'orders-0', to: 2 },
      { op: 'pause', at: '6s', partitions: ['orders'] },
      { op: 'resume', at: '7s', partitions: ['orders'] },
      { op: 'seek', at: '8s', partition: 'orders-0', to: 'beginning' },
      { op: 'seek', at: '9s', partition: 'orders-0', to: 'end' },
    ]).join('\n');
    for (const words of [
      'seeks to 2 in [orders-0]',
      'pauses [orders-0]',
      'resumes [orders-0]',
      'seeks to the beginning of [orders-0]',
      'seeks to the end of [orders-0]',
    ]) {
      expect(lines).toContain(words);
    }
  });

  test('a call that is refused is told with its exception', () => {
    const lines = told([
      { op: 'subscribe', at: '1s', topics: ['orders'] },
      { ...assign, op: 'pause' },
    ]);
    const refused = 'calls pause for [orders-0], which throws IllegalStateException';
    expect(lines.filter((line) => line.includes(refused))).toHaveLength(1);
  });

  test('the head of a run says when it works and commits, and where it seeks to', () => {
    const seek = { op: 'seek', at: '5s', partition: 'orders-0', to: { time: '2s' } };
    const rows = new Map(planRows(planOf([assign, seek])));
    expect(rows.get('consumer-1')).toBe(
      'model at-least-once, works 40 ms on each poll, assign orders-0 at 1 s, ' +
        'seek orders-0 to what was sent from 2 s on at 5 s  ' +
        'group.id=shop  auto.offset.reset=none',
    );
  });
});
