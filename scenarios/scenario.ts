import { z } from 'zod';
import { client } from './schema/clients.ts';
import { cluster } from './schema/cluster.ts';
import { duration } from './schema/duration.ts';
import { fault } from './schema/faults.ts';
import { plainName } from './schema/names.ts';
import { network } from './schema/network.ts';
import { randomFaults } from './schema/random-faults.ts';
import { switches } from './schema/switches.ts';

const invariantIds = z.array(z.string().min(1)).default([]);

/** What a person expects of many runs of a scenario as it is written. */
const expectation = z.strictObject({
  holds: invariantIds.describe('Invariants that no run breaks, but for a known bug of Kafka.'),
  breaks: invariantIds.describe('Invariants that at least one run breaks, promised or not.'),
  reaches: invariantIds.describe('Situations that at least one run gets into.'),
});

/** What a person writes, in TypeScript or YAML. */
export const scenarioSchema = z.strictObject({
  name: plainName,
  question: z.string().min(1).describe('The question that running it answers.'),
  cluster,
  network: network.prefault({}),
  clients: z.array(client).default([]),
  faults: z.array(fault).default([]),
  random: randomFaults.optional(),
  healAfter: duration.describe('Faults and sends come before it; then everything is made whole.'),
  runFor: duration.describe('The whole run; from the heal on, Kafka has to recover.'),
  kafka: z
    .enum(['released', 'ideal'])
    .describe('Kafka 4.3.1 with the bugs that it has, or with those that are known fixed.')
    .default('released'),
  switches,
  expect: expectation.prefault({}),
});

/** As it is written: durations as text, most things optional. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** As it was read: durations in milliseconds, defaults filled in. */
export type Scenario = z.output<typeof scenarioSchema>;
