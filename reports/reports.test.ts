import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { create } from 'xmlbuilder2';
import { z } from 'zod';
import { present } from '../sim/kernel/assert.ts';
import { exampleCampaign, exampleResult } from './example-campaign.ts';
import { campaignJson } from './json.ts';
import { campaignJunit } from './junit.ts';
import { campaignMarkdown } from './markdown.ts';
import { plain } from './paint.ts';
import { quoted, replayCommand } from './replay-command.ts';
import { renderSweep } from './sweep-report.ts';

describe('a campaign with every outcome', () => {
  test('on the console', async () => {
    await expect(renderSweep(exampleResult(), plain)).toMatchFileSnapshot('golden/sweep.txt');
  });

  test('as JUnit XML', async () => {
    await expect(campaignJunit(exampleCampaign())).toMatchFileSnapshot('golden/junit.xml');
  });

  test('as Markdown', async () => {
    await expect(campaignMarkdown(exampleCampaign())).toMatchFileSnapshot('golden/summary.md');
  });

  test('as JSON names the outcome and the replay line of each invariant', () => {
    const invariant = z.object({ outcome: z.string(), replay: z.string().nullable() });
    const json = z.object({
      results: z.array(z.object({ groups: z.array(z.unknown()), invariants: z.array(invariant) })),
    });
    const { results } = json.parse(JSON.parse(campaignJson(exampleCampaign())));
    expect(results[0]?.invariants.map(({ outcome }) => outcome)).toEqual([
      'held',
      'not promised',
      'violated',
      'known defect',
      'not exercised',
    ]);
    expect(results[0]?.groups).toMatchObject([
      { groupId: 'shop', partitionsStopped: 3, medianStopMs: 4.25, largestPauseMs: 9_280 },
    ]);
    expect(results[0]?.invariants[2]?.replay).toBe(
      'npx kafka-trial replay leader-crash@2,producer.enable.idempotence=false',
    );
  });
});

describe('JUnit XML', () => {
  test('counts known bugs as failures only where it is strict', () => {
    expect(campaignJunit(exampleCampaign())).toContain('tests="6" failures="2"');
    const strict = { ...exampleCampaign(), isStrict: true };
    expect(campaignJunit(strict)).toContain('tests="6" failures="3"');
  });

  test('tells what was stopped as an error', () => {
    const [result] = exampleCampaign().results;
    const results = [{ ...present(result, 'a result'), asked: { from: 1, to: 9 } }];
    const campaign = { ...exampleCampaign(), results, notBegun: ['network-chaos'] };
    expect(campaignJunit(campaign)).toContain('<error message="stopped at seed 3 of 1..9"/>');
    expect(campaignJunit(campaign)).toContain('<error message="stopped before the first run"/>');
    expect(campaignMarkdown(campaign)).toContain('| 3 (stopped at seed 3 of 1..9) |');
    expect(campaignMarkdown(campaign)).toContain('| network-chaos | 0 (not begun) |');
  });

  test('is well-formed, whatever a message says', () => {
    const isWellFormed = fc.property(fc.string({ unit: 'binary' }), (message) => {
      const xml = campaignJunit(exampleCampaign(message));
      expect(create(xml).root().node.nodeName).toBe('testsuites');
    });
    fc.assert(isWellFormed);
  });
});

test('Markdown keeps every message in its line, and takes nothing in it for markup', () => {
  const isKept = fc.property(fc.string({ unit: 'binary-ascii' }), (message) => {
    const lines = campaignMarkdown(exampleCampaign(message)).split('\n');
    expect(lines.filter((line) => line.startsWith('- seed 2 at 4.213482 s: '))).toHaveLength(3);
    expect(lines.join('')).not.toMatch(/(?<!\\)<(?!\/?details)/u);
  });
  fc.assert(isKept);
});

describe('a replay line', () => {
  const settings = new Map([['producer.client.id', 'it’s $HOME']]);

  test('needs no quotes for what a token says', () => {
    expect(replayCommand({ scenario: 'leader-crash', seed: 7, settings, modelsFile: null })).toBe(
      'npx kafka-trial replay leader-crash@7,producer.client.id=it%E2%80%99s%20%24HOME',
    );
  });

  test('names the file of processing models', () => {
    const run = {
      scenario: 'leader-crash',
      seed: 7,
      settings: new Map(),
      modelsFile: 'my models.ts',
    };
    expect(replayCommand(run)).toBe(
      "npx kafka-trial replay leader-crash@7 --models 'my models.ts'",
    );
  });

  test('quotes a path that a shell would read something into', () => {
    expect(
      replayCommand({
        scenario: "my $cen'ario.yaml",
        seed: 7,
        settings: new Map(),
        modelsFile: null,
      }),
    ).toBe(String.raw`npx kafka-trial replay 'my $cen'\''ario.yaml@7'`);
    expect(quoted('./plain/path-1.json')).toBe('./plain/path-1.json');
  });
});
