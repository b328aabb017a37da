import { type SituationCount } from '../invariants/situations.ts';
import { type Violation } from '../invariants/invariant.ts';
import { Fingerprint } from '../sim/kernel/fingerprint.ts';
import { combinedGroups, type GroupTally, groupTallies } from './groups/group-tally.ts';
import { type KnownDefect } from './known-defects.ts';
import { type Judgement, type Run } from './run.ts';

/**
 * What many runs have shown together. Plain data; `combined` does not mind in which order and in
 * which portions runs come, so that any number of workers and shards ends in the same tally.
 */
export interface Tally {
  readonly runs: number;
  readonly events: number;
  readonly messages: number;
  /** Of all runs with their seeds, in any order. */
  readonly fingerprint: string;
  readonly invariants: readonly InvariantTally[];
  readonly situations: readonly SituationTally[];
  /** By the name of the group. */
  readonly groups: readonly GroupTally[];
  /** In how many runs the trigger of a fault never came, by the id of the fault. */
  readonly neverFired: readonly { readonly fault: string; readonly runs: number }[];
}

export interface InvariantTally {
  readonly invariant: Judgement['invariant'];
  /** How many runs ended so. */
  readonly held: number;
  readonly violated: number;
  readonly knownDefects: number;
  readonly notPromised: number;
  readonly notExercised: number;
  /** In how many runs it was broken where it was not promised. */
  readonly brokenLegally: number;
  /** How often it could have been broken. */
  readonly exercised: number;
  readonly firstViolation: Example | null;
  readonly firstKnownDefect: (Example & { readonly defect: KnownDefect }) | null;
  readonly firstLegalBreach: Example | null;
  /** Why it is not promised, and what would promise it, in the first run where that is so. */
  readonly gap: { readonly seed: number; readonly because: string; readonly remedy: string } | null;
}

/** A run in which something was broken, and what. */
export interface Example {
  readonly seed: number;
  /** Microseconds since the start. */
  readonly at: number;
  readonly node: string;
  readonly message: string;
}

export interface SituationTally {
  readonly situation: SituationCount['situation'];
  readonly what: string;
  /** How many runs got into it, and how often in all. */
  readonly runs: number;
  readonly count: number;
}

/** What the run of one seed has shown. */
export function tallyOf(seed: number, run: Run): Tally {
  const mixed = new Fingerprint();
  mixed.mixText(`${seed} ${run.fingerprint}`);
  return {
    runs: 1,
    events: run.events,
    messages: run.messages,
    fingerprint: mixed.digest(),
    invariants: run.judgements.map((judgement) => invariantTally(seed, judgement)),
    situations: run.situations.map(({ situation, what, count }) => ({
      situation,
      what,
      runs: count > 0 ? 1 : 0,
      count,
    })),
    groups: groupTallies(run),
    neverFired: run.faultsThatNeverFired.map((fault) => ({ fault, runs: 1 })),
  };
}

function invariantTally(seed: number, judgement: Judgement): InvariantTally {
  const { invariant, outcome, exercised, firstViolation, firstLegalBreach, defect } = judgement;
  const { because, whichSettingWouldPromiseIt: remedy } = judgement;
  const violation = firstViolation === null ? null : exampleOf(seed, firstViolation);
  return {
    invariant,
    held: outcome === 'held' ? 1 : 0,
    violated: outcome === 'violated' ? 1 : 0,
    knownDefects: outcome === 'known defect' ? 1 : 0,
    notPromised: outcome === 'not promised' ? 1 : 0,
    notExercised: outcome === 'not exercised' ? 1 : 0,
    brokenLegally: firstLegalBreach === null ? 0 : 1,
    exercised,
    firstViolation: defect === null ? violation : null,
    firstKnownDefect: defect === null || violation === null ? null : { ...violation, defect },
    firstLegalBreach: firstLegalBreach === null ? null : exampleOf(seed, firstLegalBreach),
    gap: because === null || remedy === null ? null : { seed, because, remedy },
  };
}

function exampleOf(seed: number, { at, node, message }: Violation): Example {
  return { seed, at, node, message };
}

/** What both have shown. */
export function combined(a: Tally, b: Tally): Tally {
  return {
    runs: a.runs + b.runs,
    events: a.events + b.events,
    messages: a.messages + b.messages,
    fingerprint: combinedFingerprint(a.fingerprint, b.fingerprint),
    invariants: a.invariants.map((one, index) => combinedInvariants(one, b.invariants[index])),
    situations: a.situations.map((one, index) => combinedSituations(one, b.situations[index])),
    groups: combinedGroups(a.groups, b.groups),
    neverFired: combinedFaults(a.neverFired, b.neverFired),
  };
}

function combinedInvariants(a: InvariantTally, b: InvariantTally | undefined): InvariantTally {
  if (b === undefined) return a;
  return {
    invariant: a.invariant,
    held: a.held + b.held,
    violated: a.violated + b.violated,
    knownDefects: a.knownDefects + b.knownDefects,
    notPromised: a.notPromised + b.notPromised,
    notExercised: a.notExercised + b.notExercised,
    brokenLegally: a.brokenLegally + b.brokenLegally,
    exercised: a.exercised + b.exercised,
    firstViolation: first(a.firstViolation, b.firstViolation),
    firstKnownDefect: first(a.firstKnownDefect, b.firstKnownDefect),
    firstLegalBreach: first(a.firstLegalBreach, b.firstLegalBreach),
    gap: first(a.gap, b.gap),
  };
}

function first<T extends { readonly seed: number }>(a: T | null, b: T | null): T | null {
  if (a === null || b === null) return a ?? b;
  return a.seed <= b.seed ? a : b;
}

function combinedSituations(a: SituationTally, b: SituationTally | undefined): SituationTally {
  return { ...a, runs: a.runs + (b?.runs ?? 0), count: a.count + (b?.count ?? 0) };
}

function combinedFaults(a: Tally['neverFired'], b: Tally['neverFired']): Tally['neverFired'] {
  const runs = new Map(a.map(({ fault, runs: count }) => [fault, count]));
  for (const { fault, runs: count } of b) runs.set(fault, (runs.get(fault) ?? 0) + count);
  return [...runs]
    .map(([fault, count]) => ({ fault, runs: count }))
    .toSorted((left, right) => (left.fault < right.fault ? -1 : 1));
}

/** Two digests added as 64-bit numbers, which is the same in any order. */
export function combinedFingerprint(a: string, b: string): string {
  const total = (BigInt(`0x${a}`) + BigInt(`0x${b}`)) & 0xffff_ffff_ffff_ffffn;
  return total.toString(16).padStart(16, '0');
}
