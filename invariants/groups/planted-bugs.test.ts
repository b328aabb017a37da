import { describe, expect, test } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { groupBugs } from '../story/group-bugs.ts';
import { membershipBugs } from '../story/membership-bugs.ts';
import { titled } from '../story/tale.ts';

const plantedBugs = [...groupBugs, ...membershipBugs];

describe('a planted bug of groups is found', () => {
  test.each(titled(plantedBugs))('%s: %s', (invariant, _what, bug) => {
    const verdict = bug.tell().verdict(invariant);
    expect(verdict.outcome).toBe('violated');
    expect(verdict.firstViolation?.evidence.facts.length).toBeGreaterThan(0);
  });

  test('for every invariant', () => {
    const broken = new Set(plantedBugs.map(({ invariant }) => invariant));
    const ids = catalogue.map(({ id }) => id).filter((id) => id.startsWith('G'));
    expect(ids.filter((id) => !broken.has(id))).toEqual([]);
  });
});
