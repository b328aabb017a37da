import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { draw } from '../scenarios/draw.ts';
import { clientCutOff } from '../scenarios/client-cut-off.ts';
import { leaderCrash } from '../scenarios/leader-crash.ts';
import { lostAckWithIdempotence } from '../scenarios/lost-ack.ts';
import { networkChaos } from '../scenarios/network-chaos.ts';
import { placesIn } from '../scenarios/problem.ts';
import { readPlan } from '../scenarios/read-plan.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { rollingRestart } from '../scenarios/rolling-restart.ts';
import { withSettings } from '../scenarios/settings.ts';
import { slowFollower } from '../scenarios/slow-follower.ts';
import { ConfigError } from '../sim/config-error.ts';
import { type ConfigDefinition } from '../sim/protocol/config/config-definition.ts';
import { consumerSchema } from '../sim/protocol/config/consumer-config.ts';
import { producerSchema } from '../sim/protocol/config/producer-config.ts';
import { topicSchema } from '../sim/protocol/config/topic-defaults.ts';
import { loadScenario } from './scenario-file.ts';
import { givenSettings } from './settings-options.ts';
import { parseYamlFile } from './yaml-places.ts';

const folder = mkdtempSync(join(tmpdir(), 'kafka-trial-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The error that something ends with; anything but a ConfigError fails the test. */
async function refusal(attempt: () => unknown): Promise<ConfigError> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('accepted');
}

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A piece of a document: text, a number, a list, an object, … */
const document = z.json();
type Json = z.output<typeof document>;

/** The same document with one thing in it replaced, for each thing in it. */
function* replaced(old: Json, by: (thing: Json) => Json): Generator<Json> {
  yield by(old);
  if (typeof old !== 'object' || old === null) return;
  if (Array.isArray(old)) {
    for (const [index, item] of old.entries()) {
      for (const changed of replaced(item, by)) yield old.with(index, changed);
    }
    return;
  }
  for (const [key, value] of Object.entries(old)) {
    for (const changed of replaced(value, by)) yield { ...old, [key]: changed };
  }
}

/** What nothing in a scenario or plan may be, nor hold. */
function nonsense(thing: Json): Json {
  if (Array.isArray(thing)) return 'nonsense';
  return typeof thing === 'object' && thing !== null ? { ...thing, nonsense: [] } : [[]];
}

const malformed = [
  clientCutOff,
  lostAckWithIdempotence,
  networkChaos,
  rollingRestart,
  slowFollower,
].flatMap((scenario) => [...replaced(document.parse(scenario), nonsense)]);

test('malformed scenarios are refused with line and column', async () => {
  expect(malformed.length).toBeGreaterThan(200);
  for (const [index, scenario] of malformed.entries()) {
    const file = write(`scenario-${index}.yaml`, stringify(scenario));
    const { message } = await refusal(async () => {
      const { scenario: read, placeOf } = await loadScenario(file);
      withSettings(read, [], placeOf);
    });
    expect(message, stringify(scenario)).toMatch(/^.*scenario-\d+\.yaml:\d+:\d+: ./u);
  }
});

test('malformed plans are refused with line and column', async () => {
  const scenario = readScenario(networkChaos, placesIn('network-chaos'));
  const plan = document.parse(draw(scenario, 1));
  const plans = [...replaced(plan, nonsense)];
  expect(plans.length).toBeGreaterThan(100);
  for (const changed of plans) {
    const { message } = await refusal(() => {
      const { content, placeOf } = parseYamlFile(
        JSON.stringify(changed, undefined, 2),
        'plan.json',
      );
      readPlan(content, placeOf);
    });
    expect(message).toMatch(/^plan\.json:\d+:\d+: ./u);
  }
});

test('text that is no YAML is refused with line and column', async () => {
  const text = stringify(leaderCrash);
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    for (const broken of [`${line} : : [`, `\t${line}x: {`, `${line}\n"`]) {
      const file = write('broken.yaml', lines.with(index, broken).join('\n'));
      const { message } = await refusal(async () => loadScenario(file));
      expect(message).toMatch(/broken\.yaml:\d+:\d+: ./u);
    }
  }
});

/** A value that Kafka refuses for a config; undefined where it takes any text. */
function refused({ type, valid }: ConfigDefinition): string | undefined {
  if (['BOOLEAN', 'DOUBLE', 'INT', 'LONG', 'SHORT'].includes(type)) return 'nonsense';
  const isChoice = valid?.kind === 'oneOf' || valid?.kind === 'oneOfIgnoringCase';
  return isChoice ? 'nonsense' : undefined;
}

describe.each([
  ['producer', producerSchema],
  ['consumer', consumerSchema],
  ['topic', topicSchema],
] as const)('a %s config that Kafka refuses', (scope, { definitions }) => {
  const wrong = [...definitions.values()].filter(
    (definition) => refused(definition) !== undefined && definition.internal !== true,
  );

  test.each(wrong.map((definition) => [definition.name, definition] as const))(
    '%s is refused with its line',
    async (name, definition) => {
      const file = write(
        `${scope}.properties`,
        `# a comment\n\n${name}=${refused(definition) ?? ''}\n`,
      );
      const { message } = await refusal(async () => {
        const { scenario, placeOf } = await loadScenario('leader-crash');
        withSettings(scenario, givenSettings({ [`${scope}-config`]: file }).settings, placeOf);
      });
      expect(message.startsWith(`${file}:3: `), message).toBe(true);
    },
  );
});

test('a TypeScript scenario is refused with its file and the path in it', async () => {
  const wrong = { ...leaderCrash, runFor: 'long' };
  const file = write('wrong.ts', `export const scenario = ${JSON.stringify(wrong)};\n`);
  const { message } = await refusal(async () => loadScenario(file));
  expect(message).toBe(
    `${file}: runFor: expected a duration such as 250us, 200ms, 5s, 2m or 1h, not "long"`,
  );
});

test.each([
  ['throws.ts', 'throw new Error("no luck");', 'no luck'],
  ['syntax.ts', 'export const scenario = {;', 'Unexpected token'],
  ['empty.ts', 'export {};', 'expected a module that exports its scenario'],
  ['missing.yaml', undefined, 'there is no such file or folder'],
  ['missing.ts', undefined, 'there is no such file or folder'],
])('%s is refused', async (name, text, expected) => {
  const file = text === undefined ? join(folder, name) : write(name, text);
  const { message } = await refusal(async () => loadScenario(file));
  expect(message).toContain(file);
  expect(message).toContain(expected);
});

test('a scenario in TypeScript is read as the same in YAML', async () => {
  const typed = write('crash.ts', `export const scenario = ${JSON.stringify(leaderCrash)};\n`);
  const yaml = write('crash.yaml', stringify(leaderCrash));
  const [one, other] = [await loadScenario(typed), await loadScenario(yaml)];
  expect(one.scenario).toEqual(other.scenario);
});
