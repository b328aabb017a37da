import fc from 'fast-check';
import { draw, GuaranteeBroken, readScenario, runPlan, type ScenarioInput } from 'kafka-trial';
import { describe, expect, test } from 'vitest';
import { replayed, replayLinesIn } from '../cli/testing/replayed.ts';
import { type Limits, trouble } from '../docs/examples/trouble.ts';
import { assertGuarantees, type Demands } from './assert-guarantees.ts';

/** What fast-check leaves of the runs that break something, with the message that it ends with. */
function smallestFailure(limits: Limits, demands: Demands): GuaranteeBroken {
  const property = fc.property(trouble(limits), (scenario) => {
    assertGuarantees(run(scenario), demands);
  });
  const { errorInstance } = fc.check(property, { seed: 3, numRuns: 200 });
  if (errorInstance instanceof GuaranteeBroken) return errorInstance;
  throw new Error('no run breaks anything', { cause: errorInstance });
}

function run(scenario: ScenarioInput): ReturnType<typeof runPlan> {
  return runPlan(draw(readScenario(scenario), 1));
}

describe('a defect that is planted', () => {
  const acksOne = { acks: '1', 'enable.idempotence': false };

  test.each<[string, Limits, Demands, RegExp]>([
    [
      'acks=1 loses a record that it acknowledged',
      { maxFaults: 3, producer: acksOne },
      { holds: ['C3'] },
      /record \d+ was acknowledged with acks=1, and its last copy at orders-\d@\d+ is gone/u,
    ],
    [
      'without KIP-841 a broker that is fenced joins the ISR',
      { maxFaults: 3, switches: { 'isr.eligibility': 'off' } },
      {},
      /orders-\d: \d joins the ISR, though it is fenced/u,
    ],
  ])('%s: it shrinks to one fault, and its replay line shows it', (_, limits, demands, finding) => {
    const { message, run: smallest } = smallestFailure(limits, demands);
    const { faults, clients, cluster } = smallest.plan;
    expect(faults).toHaveLength(1);
    expect(clients).toHaveLength(2);
    expect(cluster.topics[0]?.assignments).toHaveLength(1);

    const found = finding.exec(message)?.[0];
    expect(found).toBeDefined();
    const [line = ''] = replayLinesIn(message);
    const again = replayed(line);
    expect(again).toContain(found);
    expect(again).toContain(`fingerprint ${smallest.fingerprint}`);
  });
});

test('an invariant that there is not cannot be demanded', () => {
  const quiet = run({
    name: 'quiet',
    question: 'What if nothing happens?',
    cluster: { brokers: 1, topics: [{ name: 'orders', partitions: 1, replicationFactor: 1 }] },
    healAfter: '1s',
    runFor: '2s',
  });
  expect(() => {
    assertGuarantees(quiet, { holds: ['C99'] });
  }).toThrow('holds: there is no invariant C99; there is C1, ');
});
