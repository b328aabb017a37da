import { describe, expect, test } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { groupBugs } from '../story/group-bugs.ts';
import { recordOf, valueOf } from '../story/records.ts';
import { withTopic } from '../story/safe-profile.ts';
import { Story } from '../story/story.ts';
import { type Tale, titled } from '../story/tale.ts';
import { transactionBugs } from '../story/transaction-bugs.ts';

/** For each invariant of clients, histories in which a defect breaks it. */
const plantedBugs: readonly Tale[] = [
  {
    invariant: 'C1',
    what: 'a broker invents a record',
    tell: () => {
      const story = Story.begin();
      story.append(1, [99]);
      return story;
    },
  },
  {
    invariant: 'C1',
    what: 'a consumer is given another value than was sent',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      const record = { ...recordOf(0), value: valueOf(1) };
      story.poll([batch], { records: [{ offset: 0, record }] });
      return story;
    },
  },
  {
    invariant: 'C2',
    what: 'a retry is appended behind the first copy',
    tell: () => {
      const story = Story.begin();
      story.write(2);
      story.append(1, [0, 1]);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'a replica outside of what is committed is elected as if it were in sync',
    tell: () => {
      const story = Story.begin();
      story.write();
      const batch = story.commit(story.send(), [2]);
      story.acked(batch);
      story.elect(3, [3]);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'a record is acknowledged while a member of the ISR lacks it',
    tell: () => {
      const story = Story.begin();
      const batch = story.commit(story.send(), [2]);
      story.acked(batch);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'a member of the ISR truncates what was acknowledged',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.truncate(2, 0);
      return story;
    },
  },
  {
    invariant: 'C4',
    what: 'an acknowledgement names offset 0, which is long taken',
    tell: () => {
      const story = Story.begin();
      story.write();
      const batch = story.commit(story.send());
      story.acked(batch, { offset: 0 });
      return story;
    },
  },
  {
    invariant: 'C4',
    what: 'a broker answers with the offset of another batch',
    tell: () => {
      const story = Story.begin();
      story.write();
      const batch = story.commit(story.send());
      story.answer(batch, { baseOffset: 0, lastOffset: 0 });
      return story;
    },
  },
  {
    invariant: 'C5',
    what: 'a client calls a send failed for good that was appended',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      story.failed(0, true);
      return story;
    },
  },
  {
    invariant: 'C5',
    what: 'a record is appended after its send had failed for good',
    tell: () => {
      const story = Story.begin();
      const recordIds = story.send();
      story.failed(0, true);
      story.append(1, recordIds);
      return story;
    },
  },
  {
    invariant: 'C7',
    what: 'another record is read where one was read before',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.serve([batch]);
      story.receive([batch]);
      story.elect(3, [3], { replicas: [1, 3] });
      story.receive([{ ...batch, partitionLeaderEpoch: 1, records: [recordOf(5)] }]);
      return story;
    },
  },
  {
    invariant: 'C8',
    what: 'a record is appended below one that was acknowledged before it was sent',
    tell: () => {
      const story = Story.begin();
      const batch = story.append(1, story.send());
      story.acked({ ...batch, baseOffset: 4 });
      story.append(1, story.send());
      return story;
    },
  },
  {
    invariant: 'C9',
    what: 'the leader tells an end offset below what it had acknowledged',
    tell: () => {
      const story = Story.begin();
      story.write(2);
      story.wait(1);
      story.endReceived(1);
      return story;
    },
  },
  {
    invariant: 'C9',
    what: 'the end offset goes back for one client',
    tell: () => {
      const story = Story.begin();
      story.endReceived(5);
      story.endReceived(4);
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a poll leaves a record out',
    tell: () => {
      const story = Story.begin();
      const batch = story.write(3);
      story.poll([batch], { records: [{ offset: 0, record: recordOf(0) }] });
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a poll leaves out the last record of a key of a compacted topic',
    tell: () => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      const [first, second] = [story.put('a', '1'), story.put('b', '1')];
      story.poll([first, second], {
        records: first.records.map((record) => ({ offset: 0, record })),
      });
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a poll begins elsewhere than the last one ended',
    tell: () => {
      const story = Story.begin();
      const batches = [story.write(), story.write()];
      story.poll(batches.slice(0, 1));
      story.poll(batches.slice(0, 1));
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a consumer is reset although its position is inside the log',
    tell: () => {
      const story = Story.begin();
      const first = story.write();
      story.write();
      story.poll([first]);
      story.move(2, { from: 1, why: 'reset' });
      return story;
    },
  },
  {
    invariant: 'C14',
    what: 'a batch overtakes the one before it',
    tell: () => {
      const story = Story.begin();
      const [first, second] = [story.send(), story.send()];
      story.append(1, second);
      story.append(1, first);
      return story;
    },
  },
  {
    invariant: 'C15',
    what: 'a batch is served at the high watermark',
    tell: () => {
      const story = Story.begin();
      const batch = story.write(2);
      story.serve([batch], { highWatermark: 1, lastStableOffset: 1 });
      return story;
    },
  },
  {
    invariant: 'C15',
    what: 'batches are served with a gap',
    tell: () => {
      const story = Story.begin();
      const batches = [story.write(), story.write(), story.write()];
      story.serve(batches.filter(({ baseOffset }) => baseOffset !== 1));
      return story;
    },
  },
];

describe('a planted bug of clients is found', () => {
  test.each(titled(plantedBugs))('%s: %s', (invariant, _what, bug) => {
    const verdict = bug.tell().verdict(invariant);
    expect(verdict.outcome).toBe('violated');
    expect(verdict.firstViolation?.evidence.facts.length).toBeGreaterThan(0);
  });

  test('for every invariant', () => {
    const broken = new Set(
      [...plantedBugs, ...transactionBugs, ...groupBugs].map(({ invariant }) => invariant),
    );
    const ids = catalogue.map(({ id }) => id).filter((id) => id.startsWith('C'));
    expect(ids.filter((id) => !broken.has(id))).toEqual([]);
  });
});
