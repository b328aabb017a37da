import { describe, expect, test } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { compactionBugs } from '../story/compaction-bugs.ts';
import { Story } from '../story/story.ts';
import { type Tale, titled } from '../story/tale.ts';

/** For each invariant of replication, histories in which a defect breaks it. */
const plantedBugs: readonly Tale[] = [
  {
    invariant: 'R1',
    what: 'a follower appends behind a suffix that its leader does not have (KIP-279)',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      const tail = story.append(1, story.send());
      story.elect(2, [2, 3]);
      const next = story.append(2, story.send());
      story.follow(1);
      story.replicate(1, { ...next, baseOffset: tail.lastOffset + 1, lastOffset: 2 });
      return story;
    },
  },
  {
    invariant: 'R1',
    what: 'a replica differs from what is committed below its own high watermark (KIP-101)',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send(), [2]);
      story.append(3, story.send(), { baseOffset: 0 });
      story.highWatermark(3, 1, { isLeader: false });
      return story;
    },
  },
  {
    invariant: 'R2',
    what: 'a broker is elected that lacks a committed record',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send(), [2]);
      story.elect(3, [3]);
      return story;
    },
  },
  {
    invariant: 'R3',
    what: 'a member of the ISR truncates to its high watermark (KIP-101)',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.truncate(2, 0, { why: 'highWatermark' });
      return story;
    },
  },
  {
    invariant: 'R3',
    what: 'a replica joins the ISR before it has caught up (KAFKA-7128)',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      story.commit(story.send(), [2]);
      story.change({ isr: [1, 2, 3] });
      return story;
    },
  },
  {
    invariant: 'R3',
    what: 'a broker that has lost something keeps its place in the ELR (KIP-966)',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.change({ isr: [1], elr: [2, 3] });
      story.losePower(2, 0);
      return story;
    },
  },
  {
    invariant: 'R4',
    what: 'the controller adds a replica that the leader does not count (KIP-497)',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      story.change({ isr: [1, 2, 3] });
      return story;
    },
  },
  {
    invariant: 'R5',
    what: 'the high watermark passes what a member of the ISR has fetched',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send(), [2]);
      return story;
    },
  },
  {
    invariant: 'R5',
    what: 'the high watermark moves while the ISR is too small (KAFKA-15583)',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1], elr: [2] });
      story.view(1, { isr: [1] });
      story.append(1, story.send());
      story.highWatermark(1, 1);
      return story;
    },
  },
  {
    invariant: 'R6',
    what: 'acks=all is answered before the high watermark has passed',
    tell: () => {
      const story = Story.begin();
      story.answer(story.append(1, story.send()));
      return story;
    },
  },
  {
    invariant: 'R6',
    what: 'acks=all is answered by a follower',
    tell: () => {
      const story = Story.begin();
      const batch = story.commit(story.send());
      story.elect(2, [2, 3]);
      story.follow(1);
      story.answer(batch, { broker: 1, leaderEpoch: 1 });
      return story;
    },
  },
  {
    invariant: 'R6',
    what: 'acks=all is appended while the ISR is too small',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1], elr: [2] });
      story.view(1, { isr: [1] });
      story.append(1, story.send());
      return story;
    },
  },
  {
    invariant: 'R7',
    what: 'a new leader tells its end offset before it has caught up (KIP-207)',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.elect(2, [2, 3]);
      story.listEnd(2, 0);
      return story;
    },
  },
  {
    invariant: 'R7',
    what: 'a leader shows a lower high watermark than before',
    tell: () => {
      const story = Story.begin();
      story.serve([story.write(2)]);
      story.serve([], { highWatermark: 1, lastStableOffset: 1 });
      return story;
    },
  },
  {
    invariant: 'R8',
    what: 'a consumer is served what is not committed (KAFKA-14704)',
    tell: () => {
      const story = Story.begin();
      story.serve([story.append(1, story.send())]);
      return story;
    },
  },
  {
    invariant: 'R8',
    what: 'a later leader lacks what was served',
    tell: () => {
      const story = Story.begin();
      story.serve([story.commit(story.send(), [2])]);
      story.elect(3, [3]);
      return story;
    },
  },
  {
    invariant: 'R10',
    what: 'two brokers lead in one epoch',
    tell: () => {
      const story = Story.begin();
      story.lead(2);
      return story;
    },
  },
  {
    invariant: 'R10',
    what: 'a follower appends a batch of a newer epoch than its own (KAFKA-18723)',
    tell: () => {
      const story = Story.begin();
      story.elect(2, [2, 3]);
      story.replicate(3, story.append(2, story.send()), 0);
      return story;
    },
  },
  {
    invariant: 'R10',
    what: 'the epoch cache gives an offset another epoch than its batch',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.inspect(1, { epochCache: [{ leaderEpoch: 3, startOffset: 0 }] });
      return story;
    },
  },
  {
    invariant: 'R11',
    what: 'a deposed leader commits what its successor does not hold',
    tell: () => {
      const story = Story.begin();
      story.elect(2, [2, 3]);
      story.append(1, story.send(), { partitionLeaderEpoch: 0 });
      story.highWatermark(1, 1, { isLeader: true, leaderEpoch: 0 });
      return story;
    },
  },
  {
    invariant: 'R11',
    what: 'a deposed leader acknowledges what is not committed',
    tell: () => {
      const story = Story.begin();
      story.elect(2, [2, 3]);
      const batch = story.append(1, story.send(), { partitionLeaderEpoch: 0 });
      story.answer(batch, { broker: 1, leaderEpoch: 0 });
      return story;
    },
  },
  {
    invariant: 'R12',
    what: 'a follower truncates what its leader holds as well',
    tell: () => {
      const story = Story.begin();
      story.replicate(2, story.append(1, story.send()));
      story.truncate(2, 0);
      return story;
    },
  },
  {
    invariant: 'R12',
    what: 'a follower truncates below what is committed',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.follow(3, { leader: -1 });
      story.truncate(3, 0);
      return story;
    },
  },
  {
    invariant: 'R13',
    what: 'a fenced broker joins the ISR (KIP-841)',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.tell({ kind: 'brokerFenced', broker: 3 });
      story.change({ isr: [1, 2, 3] });
      return story;
    },
  },
  {
    invariant: 'R13',
    what: 'a leader asks for a replica that has not reached its epoch (KAFKA-7128)',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.elect(2, [2]);
      story.fetched(3, 0);
      story.view(2, { state: 'pendingExpand', isr: [2], maximalIsr: [2, 3] });
      return story;
    },
  },
  {
    invariant: 'R13',
    what: 'the ELR is filled although the ISR is large enough',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2], elr: [3] });
      return story;
    },
  },
  {
    invariant: 'R14',
    what: 'an ISR is changed by a request for an older state',
    tell: () => {
      const story = Story.begin();
      story.tell({
        kind: 'alterPartitionAnswered',
        partition: 'orders-0',
        from: 1,
        requestLeaderEpoch: 0,
        requestPartitionEpoch: 1,
        requestIsr: [1, 2],
        leaderEpoch: 0,
        partitionEpoch: 5,
        error: 'NONE',
      });
      return story;
    },
  },
  {
    invariant: 'R14',
    what: 'a leader no longer counts whom it has only asked to remove',
    tell: () => {
      const story = Story.begin();
      story.view(1, { state: 'pendingShrink', maximalIsr: [1, 2] });
      return story;
    },
  },
  {
    invariant: 'R15',
    what: 'a leader is elected from outside although that is not allowed',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.elect(3, [3], { wasUnclean: true });
      return story;
    },
  },
  {
    invariant: 'R16',
    what: 'the log start goes back',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send(2));
      story.logStart(1, 2);
      story.logStart(1, 1);
      return story;
    },
  },
  {
    invariant: 'R16',
    what: 'records are deleted above the high watermark',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      story.logStart(1, 1);
      return story;
    },
  },
  {
    invariant: 'R16',
    what: 'retention deletes where nothing may be deleted',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.logStart(1, 1, { why: 'retention' });
      return story;
    },
  },
  {
    invariant: 'R17',
    what: 'a restart brings back what was truncated',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.append(1, story.send());
      story.truncate(1, 1);
      story.load(1, { logEndOffset: 2 });
      return story;
    },
  },
  {
    invariant: 'R17',
    what: 'a replica holds another batch than it has told',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.inspect(1, { batches: [{ ...batch, records: [] }] });
      return story;
    },
  },
  {
    invariant: 'R18',
    what: 'the last replica truncates an acknowledged record',
    tell: () => {
      const story = Story.begin();
      story.write();
      for (const broker of [1, 2, 3]) story.truncate(broker, 0);
      return story;
    },
  },
  ...compactionBugs,
];

describe('a planted bug of replication is found', () => {
  test.each(titled(plantedBugs))('%s: %s', (invariant, _what, bug) => {
    const verdict = bug.tell().verdict(invariant);
    expect(verdict.outcome).toBe('violated');
    expect(verdict.firstViolation?.evidence.facts.length).toBeGreaterThan(0);
  });

  test('for every invariant', () => {
    const broken = new Set(plantedBugs.map(({ invariant }) => invariant));
    const ids = catalogue.map(({ id }) => id).filter((id) => id.startsWith('R'));
    expect(ids.filter((id) => !broken.has(id))).toEqual([]);
  });
});
