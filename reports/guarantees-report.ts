import Table from 'cli-table3';
import { type InvariantTally } from '../explore/tally.ts';
import { marks } from './outcome-mark.ts';
import { type Paint } from './paint.ts';
import { outcomeOf, type ScenarioResult } from './scenario-result.ts';
import { grouped } from './sentences/sentences.ts';

/** A configuration, and what runs with it have shown. */
export interface Candidate {
  /** `acks-1.properties` */
  readonly name: string;
  readonly result: ScenarioResult;
}

/** The same promises under several configurations, side by side. */
export function renderGuarantees(candidates: readonly Candidate[], paint: Paint): string {
  const table = new Table({
    head: ['promise', ...candidates.map(({ name }) => name)],
    style: { head: [], border: [], compact: true },
  });
  const [first] = candidates;
  let others = 0;
  for (const [index, { invariant }] of (first?.result.tally.invariants ?? []).entries()) {
    const tallies = candidates.map(({ result }) => result.tally.invariants[index]);
    if (!isTelling(invariant.id, tallies)) {
      others += 1;
      continue;
    }
    table.push([
      `${invariant.id} ${invariant.name}`,
      ...tallies.map((tally) => cell(tally, paint)),
    ]);
  }
  return `${table.toString()}\n  ${others} more promises, most of them about replicas, end alike for all.\n`;
}

/** What an application sees, and whatever differs. */
function isTelling(id: string, tallies: readonly (InvariantTally | undefined)[]): boolean {
  const found = new Set(tallies.map((tally) => (tally === undefined ? '' : outcomeOf(tally))));
  if (found.size > 1) return true;
  return id.startsWith('C') && !found.has('not exercised');
}

function cell(tally: InvariantTally | undefined, paint: Paint): string {
  if (tally === undefined) return '';
  const outcome = outcomeOf(tally);
  const { symbol, colour } = marks[outcome];
  return paint[colour](`${symbol} ${outcome}${countWords(tally)}`);
}

function countWords(tally: InvariantTally): string {
  const broken = tally.violated + tally.knownDefects + tally.brokenLegally;
  return broken === 0 ? '' : `: broken in ${grouped(broken)} of ${grouped(runsOf(tally))} runs`;
}

function runsOf(tally: InvariantTally): number {
  return tally.held + tally.violated + tally.knownDefects + tally.notPromised + tally.notExercised;
}
