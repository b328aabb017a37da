// Checks the direction of imports (.dependency-cruiser.mjs), and that anything was checked at all:
// a parser that understands no TypeScript would find no module and no violation.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const folders = [
  'sim',
  'scenarios',
  'invariants',
  'explore',
  'reports',
  'api',
  'cli',
  'conformance',
  'bench',
  'docs',
];
const present = folders.filter((folder) => existsSync(folder));
const run = spawnSync(
  'npx',
  ['depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...present],
  { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
);
const { summary } = JSON.parse(run.stdout);
for (const { rule, from, to } of summary.violations) {
  console.error(`${rule.severity} ${rule.name}: ${from} → ${to}`);
}
console.log(`imports: ${summary.totalCruised} modules, ${summary.violations.length} violations`);
process.exitCode = summary.totalCruised === 0 || summary.error > 0 ? 1 : 0;
