import { type GroupTally } from '../explore/groups/group-tally.ts';
import { type InvariantTally, type Tally } from '../explore/tally.ts';
import { type Campaign, type ScenarioResult } from './scenario-result.ts';

/** A tally of three runs for one invariant that has the given parts. */
function invariantTally(id: string, parts: Partial<InvariantTally>): InvariantTally {
  return {
    invariant: {
      id,
      name: `invariant-${id.toLowerCase()}`,
      promise: `What ${id} promises.`,
      kind: 'safety',
      source: 'KIP-0',
    },
    held: 0,
    violated: 0,
    knownDefects: 0,
    notPromised: 0,
    notExercised: 0,
    brokenLegally: 0,
    exercised: 0,
    firstViolation: null,
    firstKnownDefect: null,
    firstLegalBreach: null,
    gap: null,
    ...parts,
  };
}

const exampleGroup: GroupTally = {
  groupId: 'shop',
  runs: 3,
  rebalances: 7,
  stops: [
    [4.25, 2],
    [310, 1],
  ],
  pauses: [
    [12, 1],
    [9_280, 1],
  ],
  largestLag: 1_234,
  largestLagAtEnd: 0,
};

/** A result with one invariant for each outcome. `message` is what the violation says. */
export function exampleResult(message = 'record 412 is gone'): ScenarioResult {
  const example = { seed: 2, at: 4_213_482, node: 'broker-2', message };
  const tally: Tally = {
    runs: 3,
    events: 12_345,
    messages: 6_789,
    fingerprint: '0123456789abcdef',
    invariants: [
      invariantTally('C1', { held: 3, exercised: 1_500 }),
      invariantTally('C2', {
        notPromised: 3,
        brokenLegally: 2,
        firstLegalBreach: { ...example, message: 'record 17 is in the log twice' },
        gap: {
          seed: 1,
          because: 'the producer is not idempotent',
          remedy: 'enable.idempotence=true',
        },
      }),
      invariantTally('C3', { held: 2, violated: 1, exercised: 900, firstViolation: example }),
      invariantTally('R2', {
        knownDefects: 3,
        firstKnownDefect: {
          ...example,
          defect: {
            switch: 'elr.lastKnownLeader',
            value: 'off',
            ticket: 'KIP-966',
            what: 'the last known leader is elected',
          },
        },
      }),
      invariantTally('L1', { notExercised: 3 }),
    ],
    situations: [
      { situation: 'election', what: 'a partition got a new leader', runs: 3, count: 5 },
      { situation: 'truncation', what: 'a replica truncated records', runs: 0, count: 0 },
    ],
    groups: [exampleGroup],
    neverFired: [{ fault: 'f2', runs: 1 }],
  };
  return {
    scenario: 'leader-crash',
    question: 'Does every acknowledged record survive the crash of its leader?',
    settings: new Map([['producer.enable.idempotence', 'false']]),
    modelsFile: null,
    isPlan: false,
    seeds: { from: 1, to: 3 },
    asked: { from: 1, to: 3 },
    tally,
    unmet: [{ kind: 'breaks', id: 'C1' }],
  };
}

export function exampleCampaign(message?: string): Campaign {
  return { version: '0.1.0', isStrict: false, results: [exampleResult(message)], notBegun: [] };
}
