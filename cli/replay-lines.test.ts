import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { type ScenarioInput } from '../scenarios/scenario.ts';
import { uncleanElection } from '../scenarios/unclean-election.ts';
import { replayed, replayLinesIn } from './testing/replayed.ts';

const main = 'dist/bundle/main.js';

/** With all that a shell would read something into. */
const folder = mkdtempSync(join(tmpdir(), "it's $HOME "));
const written = join(folder, 'unclean & forced.yaml');

/** Scenarios with processing models of their own, in a file beside them or in the same. */
const models = join(folder, 'our models.ts');
const withModels = join(folder, 'billing.yaml');
const module = join(folder, 'billing & models.ts');

/** Loses what was polled when its consumer crashes, so that there is something to be told. */
const billing: ScenarioInput = {
  name: 'billing',
  question: 'What is lost if a consumer commits first, and dies before it has worked?',
  cluster: {
    brokers: 1,
    config: { 'offsets.topic.num.partitions': 1, 'offsets.topic.replication.factor': 1 },
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 1 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 100, every: '20ms' }],
    },
    {
      kind: 'consumer',
      config: {
        'group.id': 'shop',
        'auto.offset.reset': 'earliest',
        'enable.auto.commit': false,
        'max.poll.records': 5,
        'session.timeout.ms': 6_000,
      },
      model: 'commit-first',
      processing: '50ms',
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'crash',
      node: 'consumer-1',
      on: { fact: 'offsetCommitSucceeded', nth: 3 },
      restartAfter: '1s',
    },
  ],
  healAfter: '6s',
  runFor: '20s',
};
const modelsText = `
export const models = {
  *'commit-first'(polled: never, { process, consumer }: any) {
    yield* consumer.commitSync();
    yield* process(polled);
  },
};
`;

beforeAll(() => {
  writeFileSync(written, stringify(uncleanElection));
  writeFileSync(models, modelsText);
  writeFileSync(withModels, stringify(billing));
  writeFileSync(module, `${modelsText}\nexport const scenario = ${JSON.stringify(billing)};`);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Reports {
  readonly console: string;
  readonly json: string;
  readonly junit: string;
  readonly markdown: string;
}

/** Everything that a command reports. */
function reportsOf(args: readonly string[]): Reports {
  const [json, junit, markdown] = ['r.json', 'r.xml', 'r.md'].map((name) => join(folder, name));
  const files = [`--json=${json ?? ''}`, `--junit=${junit ?? ''}`, `--markdown=${markdown ?? ''}`];
  const { stdout } = spawnSync(process.execPath, [main, ...args, ...files], { encoding: 'utf8' });
  const [jsonText = '', junitText = '', markdownText = ''] = [json, junit, markdown].map((file) =>
    readFileSync(file ?? '', 'utf8'),
  );
  return { console: stdout, json: jsonText, junit: junitText, markdown: markdownText };
}

/** As an XML reader sees it. */
function unescaped(xml: string): string {
  return xml.replaceAll('&apos;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

const example = z.object({ message: z.string() }).nullable();
const sweepReport = z.object({
  results: z.array(
    z.object({
      invariants: z.array(
        z.object({
          firstViolation: example,
          firstKnownDefect: example,
          firstLegalBreach: example,
          replay: z.string().nullable(),
        }),
      ),
    }),
  ),
});

/** By replay line, what the runs have shown there. */
function messagesByLine(json: string): ReadonlyMap<string, readonly string[]> {
  const messages = new Map<string, string[]>();
  for (const { invariants } of sweepReport.parse(JSON.parse(json)).results) {
    for (const { replay, firstViolation, firstKnownDefect, firstLegalBreach } of invariants) {
      const shown = firstViolation ?? firstKnownDefect ?? firstLegalBreach;
      if (replay === null || shown === null) continue;
      messages.set(replay, [...(messages.get(replay) ?? []), shown.message]);
    }
  }
  return messages;
}

describe('the replay lines of a sweep', () => {
  test.each([
    ['of a shipped scenario', ['leader-crash', '--switch', 'isr.eligibility=off', '--strict']],
    ['of a file', [written, '--set', 'producer.client.id=it’s $HOME & more', '--strict']],
    ['with models from a file', [withModels, '--models', models]],
    ['with models of its own', [module]],
  ])('%s show again what every report says', (_, args) => {
    const reports = reportsOf(['sweep', ...args, '--seeds', '3..5']);
    const messages = messagesByLine(reports.json);
    const lines = new Set(messages.keys());
    expect(lines).not.toEqual(new Set());
    expect(new Set(replayLinesIn(reports.console))).toEqual(lines);
    expect(new Set(replayLinesIn(reports.markdown))).toEqual(lines);
    const inJunit = replayLinesIn(unescaped(reports.junit));
    expect(inJunit).not.toEqual([]);
    expect(inJunit.every((line) => lines.has(line))).toBe(true);
    for (const [line, shown] of messages) {
      const again = replayed(line);
      for (const message of shown) expect(again).toContain(message);
    }
  });
});

describe('the replay line of a run', () => {
  test.each([
    ['of a shipped scenario', ['leader-crash', '--switch', 'isr.eligibility=off']],
    ['of a file', [written, '--set', 'topic.retention.ms=-1']],
    ['with models from a file', [withModels, '--models', models]],
    ['with models of its own', [module]],
  ])('%s is the same in every report, and prints the run again', (_, args) => {
    const reports = reportsOf(['run', ...args, '--seed', '3', '--strict']);
    const [line = ''] = replayLinesIn(reports.console);
    expect(replayLinesIn(reports.console)).toHaveLength(1);
    expect(z.object({ replay: z.string() }).parse(JSON.parse(reports.json)).replay).toBe(line);
    expect(replayLinesIn(unescaped(reports.junit))).toEqual([line]);
    expect(replayLinesIn(reports.markdown)).toEqual([line]);
    expect(replayed(line)).toBe(reports.console);
  });

  test('of a plan in a file prints it again', () => {
    const plan = join(folder, 'my plan.json');
    const { console: first } = reportsOf(['run', 'healthy', '--plan', plan]);
    const { console: second } = reportsOf(['replay', plan]);
    const [line = ''] = replayLinesIn(second);
    expect(line).toContain('my plan.json');
    expect(replayed(line)).toBe(second);
    const fingerprint = /fingerprint \w+/u;
    expect(fingerprint.exec(second)?.[0]).toBe(fingerprint.exec(first)?.[0]);
  });
});

test('the replay line of a plan names the models that it needs', () => {
  const plan = join(folder, 'billing plan.json');
  reportsOf(['run', withModels, '--models', models, '--plan', plan]);
  const { console: shown } = reportsOf(['replay', plan, '--models', models]);
  const [line = ''] = replayLinesIn(shown);
  expect(line).toContain(' --models ');
  expect(replayed(line)).toBe(shown);
});

test('the replay line of the demonstration shows the loss that it tells of', () => {
  const { stdout } = spawnSync(process.execPath, [main, 'demo', '--seeds', '1..10'], {
    encoding: 'utf8',
  });
  const [line = ''] = replayLinesIn(stdout);
  const loss = /record \d+ was acknowledged with acks=1[^\n]*/u.exec(stdout)?.[0] ?? 'no loss';
  expect(replayed(line)).toContain(loss);
});
