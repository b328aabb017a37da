import { type ScenarioInput } from './scenario.ts';

/** One consumer of a group is killed between its work and its commit, or the other way round. */
function processingCrash(
  crash: {
    readonly name: string;
    readonly question: string;
    readonly model: string;
    readonly config?: Readonly<Record<string, string | number | boolean>>;
    /** When it is killed. */
    readonly after: 'offsetCommitSucceeded' | 'recordsProcessed';
    /** The last of these after which it may be. */
    readonly latest?: number;
    /** How many are sent, one every 10 ms: when it is killed, there must be something to lose. */
    readonly records?: number;
  },
  expect: NonNullable<ScenarioInput['expect']>,
): ScenarioInput {
  const { name, question, model, config = {}, after, latest = 40, records = 1_000 } = crash;
  return {
    name,
    question,
    cluster: {
      brokers: 3,
      topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }],
    },
    clients: [
      {
        kind: 'producer',
        workload: [{ op: 'send', at: '1s', topic: 'orders', count: records, every: '10ms' }],
      },
      {
        kind: 'consumer',
        count: 2,
        config: {
          'group.id': 'shop',
          'auto.offset.reset': 'earliest',
          'max.poll.records': 20,
          ...config,
        },
        model,
        processing: '50ms',
        workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
      },
    ],
    faults: [
      {
        kind: 'crash',
        node: 'consumer-1',
        on: { fact: after, node: 'consumer-1', nth: { between: [5, latest] } },
        restartAfter: '2s',
      },
    ],
    healAfter: '20s',
    runFor: '80s',
    expect,
  };
}

export const commitBeforeProcessing = processingCrash(
  {
    name: 'commit-before-processing',
    question: 'What is lost if a consumer commits, then works, and dies between the two?',
    model: 'at-most-once',
    config: { 'enable.auto.commit': false },
    after: 'offsetCommitSucceeded',
  },
  { breaks: ['C11'], reaches: ['member-timed-out'] },
);

export const commitAfterProcessing = processingCrash(
  {
    name: 'commit-after-processing',
    question: 'What is done twice if a consumer works, then commits, and dies between the two?',
    model: 'at-least-once',
    config: { 'enable.auto.commit': false },
    after: 'recordsProcessed',
  },
  { breaks: ['C11'], reaches: ['member-timed-out'] },
);

export const autoCommitLoss = processingCrash(
  {
    name: 'auto-commit-loss',
    question: 'Does auto-commit commit what another thread has yet to work on?',
    model: 'hand-over',
    config: { 'auto.commit.interval.ms': 500 },
    after: 'offsetCommitSucceeded',
    latest: 18,
    records: 1_800,
  },
  { breaks: ['C11'] },
);

export const autoCommit = processingCrash(
  {
    name: 'auto-commit',
    question: 'Is anything lost with auto-commit if each poll is worked on before the next?',
    model: 'auto-commit',
    config: { 'auto.commit.interval.ms': 500 },
    after: 'offsetCommitSucceeded',
  },
  { holds: ['C13', 'G6'] },
);
