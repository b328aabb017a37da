import {
  assertGuarantees,
  draw,
  type Polled,
  type ProcessingTools,
  readScenario,
  runPlan,
  type ScenarioInput,
  type Steps,
} from 'kafka-trial';
import { describe, expect, test } from 'vitest';

/** Works on two polls before it commits: as an application of yours might. */
function* commitEveryOther(polled: Polled, { process, consumer }: ProcessingTools): Steps<void> {
  yield* process(polled);
  const last = polled[0]?.records.at(-1)?.offset ?? 0;
  if (last % 2 === 1) yield* consumer.commitSync();
}

/** Commits before it has worked: what is lost if it dies between the two? */
function* commitFirst(polled: Polled, { process, consumer }: ProcessingTools): Steps<void> {
  yield* consumer.commitSync();
  yield* process(polled);
}

const models = { 'commit-every-other': commitEveryOther, 'commit-first': commitFirst };

/** Two consumers of one group, of which one is killed in its work and comes back. */
function crashedConsumer(model: keyof typeof models): ScenarioInput {
  return {
    name: 'crashed-consumer',
    question: 'Does the group pass over a record when a consumer dies?',
    cluster: {
      brokers: 3,
      config: { 'offsets.topic.num.partitions': 1 },
      topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }],
    },
    clients: [
      {
        kind: 'producer',
        workload: [{ op: 'send', at: '1s', topic: 'orders', count: 400, every: '20ms' }],
      },
      {
        kind: 'consumer',
        count: 2,
        config: {
          'group.id': 'shop',
          'auto.offset.reset': 'earliest',
          'enable.auto.commit': false,
          'session.timeout.ms': 6_000,
          'max.poll.records': 10,
        },
        model,
        processing: '40ms',
        workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
      },
    ],
    faults: [
      {
        kind: 'crash',
        node: 'consumer-1',
        on: { fact: 'offsetCommitSucceeded', node: 'consumer-1', nth: { between: [2, 10] } },
        restartAfter: '1s',
      },
    ],
    healAfter: '12s',
    runFor: '40s',
  };
}

function run(model: keyof typeof models, seed: number): ReturnType<typeof runPlan> {
  const plan = draw(readScenario(crashedConsumer(model)), seed);
  return runPlan(plan, { isTracing: false, models });
}

describe('an application of your own', { timeout: 60_000 }, () => {
  test('passes over nothing if it works first and commits then', () => {
    for (let seed = 1; seed <= 3; seed += 1) assertGuarantees(run('commit-every-other', seed));
  });

  test('loses records if it commits first', () => {
    const outcomes = [1, 2, 3].map((seed) => {
      const { judgements } = run('commit-first', seed);
      return judgements.find(({ invariant }) => invariant.id === 'C11')?.outcome;
    });
    expect(outcomes).toContain('violated');
  });
});
