import { describe, expect, test } from 'vitest';
import { draw } from '../../../scenarios/draw.ts';
import { readScenario } from '../../../scenarios/read-scenario.ts';
import { type ScenarioInput } from '../../../scenarios/scenario.ts';
import { ConfigError } from '../../config-error.ts';
import { simulate } from '../../simulate.ts';
import { type Fact, type FactKind, type FactOf } from '../../trace.ts';
import { type ProcessingModel } from './processing-model.ts';
import { autoCommit } from './processing-models.ts';

type Consumer = Extract<NonNullable<ScenarioInput['clients']>[number], { kind: 'consumer' }>;

const output: NonNullable<Consumer['output']> = { topics: ['invoices'] };
const inTransactions = { ...output, config: { 'transactional.id': '{name}' } };

describe('a processing model', () => {
  test('at-least-once commits what it has worked on', () => {
    const facts = run({ model: 'at-least-once' });
    expect(processed(facts)).toEqual(upTo(20));
    expect(orderOf(facts)).toMatch(/^(?:work commit )+$/u);
  });

  test('at-most-once commits first and works then', () => {
    const facts = run({ model: 'at-most-once' });
    expect(processed(facts)).toEqual(upTo(20));
    expect(orderOf(facts)).toMatch(/^(?:commit work )+$/u);
  });

  test('commit-async works on while it commits', () => {
    const facts = run({ model: 'commit-async' });
    expect(processed(facts)).toEqual(upTo(20));
    expect(of(facts, 'offsetCommitAttempted').every(({ why }) => why !== 'sync')).toBe(true);
  });

  test('hand-over polls on while other threads work', () => {
    const facts = run({ model: 'hand-over', processing: '400ms' });
    expect(processed(facts)).toEqual(upTo(20));
    const lastPoll = facts.findLastIndex(({ kind }) => kind === 'recordsPolled');
    const firstWork = facts.findIndex(({ kind }) => kind === 'recordsProcessed');
    expect(firstWork).toBeLessThan(lastPoll);
    const between = facts.slice(0, firstWork).filter(({ kind }) => kind === 'recordsPolled');
    expect(between.length).toBeGreaterThan(1);
  });

  test('sends one record for each that it has worked on, and settles them before it commits', () => {
    const facts = run({ model: 'at-least-once', output });
    const outputs = of(facts, 'recordsProcessed').flatMap((fact) => fact.outputs);
    expect(outputs).toHaveLength(20);
    const acked = new Set(of(facts, 'sendAcked').map(({ recordId }) => recordId));
    expect(outputs.every((recordId) => acked.has(recordId))).toBe(true);
  });

  test('goes back where what it has sent was given up', () => {
    const config = { 'request.timeout.ms': 500, 'delivery.timeout.ms': 1_000, 'linger.ms': 0 };
    const facts = run({ model: 'at-least-once', output: { ...output, config } }, {}, [
      {
        kind: 'frames',
        match: { api: 'Produce', direction: 'request', from: 'consumer-1' },
        verdict: 'drop',
        at: '1s',
        for: '3s',
      },
    ]);
    const failed = of(facts, 'sendFailed').map(({ recordId }) => recordId);
    expect(failed.length).toBeGreaterThan(0);
    const outputs = of(facts, 'recordsProcessed').flatMap((fact) => fact.outputs);
    expect(outputs.filter((recordId) => failed.includes(recordId))).toEqual([]);
    expect([...new Set(processed(facts))]).toEqual(upTo(20));
  });

  test('exactly-once puts outputs and offsets into one transaction', () => {
    const facts = run({ model: 'exactly-once', output: inTransactions });
    expect(processed(facts)).toEqual(upTo(20));
    for (const { txnUid } of of(facts, 'recordsProcessed')) {
      const ended = of(facts, 'transactionEndReturned').filter((fact) => fact.txnUid === txnUid);
      expect(ended).toMatchObject([{ isCommit: true, error: null }]);
      const offsets = of(facts, 'transactionOffsetsEnded').filter((f) => f.txnUid === txnUid);
      expect(offsets).toMatchObject([{ error: null }]);
    }
  });

  test('may commit offsets of its own, hear how that went, pause, resume, seek and ask for offsets', () => {
    const seen: string[] = [];
    const thorough: ProcessingModel = function* thorough(polled, { process, consumer }) {
      yield* process(polled);
      const { assigned } = consumer;
      consumer.pause(assigned);
      consumer.resume(assigned);
      const first = yield* consumer.beginningOffsets(assigned);
      const last = yield* consumer.endOffsets(assigned);
      const young = yield* consumer.offsetsForTimes(assigned, 0);
      seen.push([first, last, young].map((found) => found.get('orders-0')?.offset ?? -1).join());
      const offsets = consumer.positions.map((position) => ({ ...position, offset: 1 }));
      yield* consumer.commitSync(offsets);
      consumer.commitAsync((committed, exception) => {
        seen.push(`${committed[0]?.offset ?? -1} ${exception?.name ?? 'committed'}`);
      });
      consumer.seekToEnd(...assigned);
    };
    const facts = run({ model: 'thorough' }, { thorough });
    expect(seen).toContain('0,20,0');
    expect(seen.some((heard) => heard.endsWith(' committed'))).toBe(true);
    const attempts = of(facts, 'offsetCommitAttempted').filter(({ why }) => why === 'sync');
    expect(attempts[0]?.offsets[0]?.offset).toBe(1);
    const calls = new Set(of(facts, 'consumerCalled').map(({ call }) => call));
    expect(calls).toEqual(new Set(['pause', 'resume', 'seekToEnd']));
  });

  test('may be written by a user', () => {
    const seen: number[] = [];
    const counting: ProcessingModel = function* counting(polled, { process }) {
      yield* process(polled);
      seen.push(polled.reduce((sum, { records }) => sum + records.length, 0));
    };
    run({ model: 'counting' }, { counting });
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  test('is refused if there is none of that name', () => {
    expect(() => run({ model: 'twice' })).toThrow(ConfigError);
    expect(() => run({ model: 'twice' })).toThrow(
      /model of consumer-1: expected one of auto-commit/u,
    );
  });

  test.each<[string, unknown]>([
    ['a plain function', () => undefined],
    ['an async function', async () => Promise.resolve()],
    [
      'an async generator function',
      async function* () {
        yield await Promise.resolve('done');
      },
    ],
    ['no function', 'commit'],
  ])('that is %s is refused with its name', (_, model) => {
    // Users of JavaScript write what the type does not allow.
    const models: Record<string, ProcessingModel> = {};
    Object.assign(models, { mine: model });
    expect(() => run({ model: 'mine' }, models)).toThrow(
      /^model mine of consumer-1: a generator function was expected/u,
    );
    expect(() => run({ model: 'mine' }, models)).toThrow(ConfigError);
  });

  test('may be a plain function that hands the steps of another one on', () => {
    const facts = run({ model: 'mine' }, { mine: (polled, tools) => autoCommit(polled, tools) });
    expect(processed(facts)).toEqual(upTo(20));
  });
});

function run(
  consumer: Partial<Consumer>,
  models: Readonly<Record<string, ProcessingModel>> = {},
  faults: ScenarioInput['faults'] = [],
): readonly Fact[] {
  const topic = { partitions: 1, replicationFactor: 1 };
  const scenario = readScenario({
    name: 'processing',
    question: 'What does an application do?',
    cluster: {
      brokers: 1,
      config: {
        'offsets.topic.num.partitions': 1,
        'offsets.topic.replication.factor': 1,
        'transaction.state.log.num.partitions': 1,
        'transaction.state.log.replication.factor': 1,
        'transaction.state.log.min.isr': 1,
        'group.initial.rebalance.delay.ms': 0,
      },
      topics: ['orders', 'invoices'].map((name) => ({ name, ...topic })),
    },
    clients: [
      {
        kind: 'producer',
        workload: [{ op: 'send', at: '1s', topic: 'orders', count: 20, every: '50ms' }],
      },
      {
        kind: 'consumer',
        config: {
          'group.id': 'shop',
          'auto.offset.reset': 'earliest',
          'enable.auto.commit': false,
          'max.poll.records': 5,
        },
        workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
        ...consumer,
      },
    ],
    faults,
    healAfter: '8s',
    runFor: '10s',
  });
  const facts: Fact[] = [];
  const onFact = (fact: Fact): void => {
    facts.push(fact);
  };
  simulate(draw(scenario, 1), { isTracing: false, onFact, models });
  return facts;
}

function of<K extends FactKind>(facts: readonly Fact[], kind: K): readonly FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}

function processed(facts: readonly Fact[]): readonly number[] {
  return of(facts, 'recordsProcessed').flatMap(({ offsets }) => offsets);
}

/** `work commit work commit `, for commits that the application has waited for. */
function orderOf(facts: readonly Fact[]): string {
  return facts
    .map((fact) => {
      if (fact.kind === 'recordsProcessed') return 'work ';
      return fact.kind === 'offsetCommitAttempted' && fact.why === 'sync' ? 'commit ' : '';
    })
    .join('');
}

function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, offset) => offset);
}
