import { describe, expect, test } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { stalledGroups } from '../story/stalled-groups.ts';
import { Story } from '../story/story.ts';
import { type Tale, titled } from '../story/tale.ts';

const rotten = { kind: 'batchRotted', partition: 'orders-0' } as const;

/** For each invariant of liveness, histories in which something never comes. */
const plantedBugs: readonly Tale[] = [
  {
    invariant: 'L1',
    what: 'a follower does not come back into the ISR',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'a follower does not come back, and only somebody else has a rotten batch',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.tell({ ...rotten, baseOffset: 0, lastOffset: 0 }, 'broker-2');
      story.change({ isr: [1, 2] });
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'a follower does not come back, though the leader has truncated what was rotten',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      story.tell({ ...rotten, baseOffset: 0, lastOffset: 0 }, 'broker-1');
      story.truncate(1, 0);
      story.change({ isr: [1, 2] });
      return story.end();
    },
  },
  {
    invariant: 'L1',
    what: 'nobody is elected although a member of the ELR is alive',
    tell: () => {
      const story = Story.begin();
      story.change({ leader: -1, leaderEpoch: 1, isr: [], elr: [2] });
      return story.end();
    },
  },
  {
    invariant: 'L2',
    what: 'the high watermark stays behind the log end (KAFKA-13091)',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      return story.end();
    },
  },
  {
    invariant: 'L3',
    what: 'a callback never comes',
    tell: () => {
      const story = Story.begin();
      story.send();
      story.tell({ kind: 'faultsHealed' });
      story.wait(182_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  {
    invariant: 'L4',
    what: 'a consumer polls and gets nothing',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'assignmentChanged', partitions: ['orders-0'] }, 'consumer-1');
      story.move(0);
      story.write();
      return story.end();
    },
  },
  {
    invariant: 'L5',
    what: 'nothing is acknowledged any more although all faults are over',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'faultsHealed' });
      story.send();
      story.wait(61_000);
      story.tell({ kind: 'runEnded' });
      return story;
    },
  },
  ...stalledGroups,
];

describe('a planted bug of liveness is found', () => {
  test.each(titled(plantedBugs))('%s: %s', (invariant, _what, bug) => {
    const verdict = bug.tell().verdict(invariant);
    expect(verdict.outcome).toBe('violated');
    expect(verdict.firstViolation?.evidence.facts.length).toBeGreaterThan(0);
  });

  test('for every invariant', () => {
    const broken = new Set(plantedBugs.map(({ invariant }) => invariant));
    const ids = catalogue.map(({ id }) => id).filter((id) => id.startsWith('L'));
    expect(ids.filter((id) => !broken.has(id))).toEqual([]);
  });
});
