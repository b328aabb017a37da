import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

/** The command as it is built; `npm test` builds it first. */
const main = resolve(process.env['KAFKA_TRIAL_MAIN'] ?? 'dist/bundle/main.js');

const folder = mkdtempSync(join(tmpdir(), 'kafka-trial-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function kafkaTrial(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  });
  return { code: status, stdout, stderr };
}

const quiet = `
name: quiet
question: Does a cluster without clients survive the crash of a leader?
cluster:
  brokers: 3
  topics: [{ name: orders, partitions: 1, replicationFactor: 3 }]
faults:
  - { kind: crash, node: leader of orders-0, at: { between: [5s, 10s] }, restartAfter: 3s }
healAfter: 20s
runFor: 40s
`;

beforeAll(() => {
  writeFileSync(join(folder, 'quiet.yaml'), quiet);
  writeFileSync(join(folder, 'hopeful.yaml'), `${quiet}expect: { reaches: [unclean-election] }\n`);
  writeFileSync(join(folder, 'wrong.yaml'), quiet.replace('brokers: 3', 'brokers: three'));
});

describe('the exit code', () => {
  test('is 0 when what is promised held', () => {
    expect(kafkaTrial(['run', 'quiet.yaml']).code).toBe(0);
    expect(kafkaTrial(['sweep', 'quiet.yaml', '--seeds', '1..4']).code).toBe(0);
  });

  test.each([
    [['run', 'wrong.yaml'], 'wrong.yaml:5:12: expected number, received string'],
    [['run', 'nowhere.yaml'], 'nowhere.yaml: there is no such file or folder'],
    [['run', 'no-such-scenario'], 'no-such-scenario: there is no such scenario'],
    [['run', 'quiet.yaml', '--seed', 'x'], '--seed: expected a whole number'],
    [['run', 'quiet.yaml', '--sead', '7'], 'arguments: Unknown argument: sead'],
    [['sweep', 'quiet.yaml', '--seeds', '9..3'], '--seeds: expected a seed such as 7, or seeds'],
    [['run', 'quiet.yaml', '--set', 'acks'], '--set acks: expected name=value'],
    [['replay', 'quiet.yaml'], 'quiet.yaml: expected a run such as leader-crash@7'],
    [['run', 'quiet.yaml', '--json'], 'arguments: Not enough arguments following: json'],
    [['run', 'quiet.yaml', '--json', 'a', '--json', 'b'], 'arguments: --json is given 2 times'],
    [['run', 'quiet.yaml', '--junit', '-'], '--junit: expected the name of a file'],
    [['replay', 'nothing.json'], 'nothing.json: there is no such file or folder'],
    [
      ['run', 'quiet.yaml', '--seed', '-1'],
      '--seed: expected a whole number of at most 15 digits, not -1',
    ],
    [['swep'], 'arguments: Did you mean sweep?'],
    [[], 'arguments: expected a command'],
  ])('is 2 for a mistake of a person: %j', (args, message) => {
    const { code, stdout, stderr } = kafkaTrial(args);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('is 3 when what a scenario should show never came up', () => {
    const { code, stdout } = kafkaTrial(['sweep', 'hopeful.yaml', '--seeds', '1..4']);
    expect(stdout).toContain('✗ unclean-election was expected to come up, and never did');
    expect(code).toBe(3);
  });
});

describe('results', () => {
  test('are alone on standard output', () => {
    const { stdout } = kafkaTrial(['sweep', 'quiet.yaml', '--seeds', '1..4', '--json', '-']);
    const { results } = z
      .object({ results: z.array(z.object({ runs: z.int() })) })
      .parse(JSON.parse(stdout));
    expect(results).toEqual([{ runs: 4 }]);
  });

  test('do not depend on the number of workers', () => {
    const args = ['sweep', 'quiet.yaml', '--seeds', '3..17', '--json', '-', '--workers'];
    expect(kafkaTrial([...args, '1']).stdout).toBe(kafkaTrial([...args, '3']).stdout);
  });

  test('are plain, unless colours are asked for', () => {
    const args = ['run', 'quiet.yaml'];
    expect(kafkaTrial(args).stdout).not.toContain('\u001b[');
    expect(kafkaTrial(args, { FORCE_COLOR: '1' }).stdout).toContain('\u001b[');
    expect(kafkaTrial(args, { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain('\u001b[');
  });

  test('are the same when a run is replayed as it says', () => {
    const { stdout } = kafkaTrial(['run', 'quiet.yaml', '--seed', '11', '--kafka', 'ideal']);
    const token = /npx kafka-trial replay (?<token>\S+)/u.exec(stdout)?.groups?.['token'] ?? '';
    expect(token).toBe('quiet.yaml@11,kafka=ideal');
    expect(kafkaTrial(['replay', token]).stdout).toBe(stdout);
  });
});

describe('files', () => {
  test('are written whole: trace, plan, JSON, JUnit and Markdown', () => {
    const files = ['trace.ndjson', 'plan.json', 'run.json', 'run.xml', 'run.md'] as const;
    const [trace, plan, json, junit, markdown] = files;
    const asked = ['--trace', trace, '--plan', plan, '--json', json, '--junit', junit];
    expect(kafkaTrial(['run', 'quiet.yaml', ...asked, '--markdown', markdown]).code).toBe(0);
    const written = files.map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(written[0]?.split('\n').at(-2)).toContain('"kind":"runEnded"');
    expect(written[3]).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites /u);
    expect(written[4]).toMatch(/^# kafka-trial\n/u);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    expect(kafkaTrial(['replay', plan, '--verify']).stderr).toContain('verified');
  });

  test('that cannot be written leave nothing behind', () => {
    const { code, stderr } = kafkaTrial(['run', 'quiet.yaml', '--json', 'no/such/folder.json']);
    expect(stderr).toContain('no/such/folder.json: there is no such file or folder');
    expect(code).toBe(2);
    expect(kafkaTrial(['run', 'quiet.yaml', '--json', '.']).code).toBe(2);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});

test('Ctrl-C keeps what is done, and reports it', async () => {
  const asked = ['quiet.yaml', 'hopeful.yaml', '--seeds', '1..1000000', '--junit', 'stopped.xml'];
  const child = spawn(process.execPath, [main, 'sweep', ...asked], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  setTimeout(() => child.kill('SIGINT'), 8_000);
  const code = await new Promise((ended) => child.on('close', ended));
  expect(stdout).toMatch(/seeds 1\.\.\d+ \(stopped at seed \d+ of 1\.\.1000000\)/u);
  expect(code).toBe(3);
  const junit = readFileSync(join(folder, 'stopped.xml'), 'utf8');
  expect(junit).toMatch(/<error message="stopped at seed \d+ of 1\.\.1000000"\/>/u);
  expect(junit).toContain('<error message="stopped before the first run"/>');
});
