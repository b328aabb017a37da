import { describe, expect, test } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { session, Story } from '../story/story.ts';
import { type Tale, titled } from '../story/tale.ts';
import { transactionBugs } from '../story/transaction-bugs.ts';

/** For each invariant of idempotence, histories in which a defect breaks it. */
const plantedBugs: readonly Tale[] = [
  {
    invariant: 'P1',
    what: 'a follower does not remember a producer whose batches it has taken over',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.inspect(2);
      return story;
    },
  },
  {
    invariant: 'P1',
    what: 'a replica remembers a sequence that is not in its log',
    tell: () => {
      const story = Story.begin();
      story.write();
      const batch = { firstSequence: 1, lastSequence: 1, firstOffset: 1, lastOffset: 1 };
      story.inspect(1, {
        producers: [
          { producerId: 7, producerEpoch: 0, batches: [batch], currentTxnFirstOffset: null },
        ],
      });
      return story;
    },
  },
  {
    invariant: 'P2',
    what: 'a retry is appended with the sequences of the first attempt',
    tell: () => {
      const story = Story.begin();
      const recordIds = story.send(2);
      story.append(1, recordIds, { baseSequence: 0 });
      story.append(1, recordIds, { baseSequence: 0 });
      return story;
    },
  },
  {
    invariant: 'P2',
    what: 'a retry is taken for a batch that the log does not hold (KAFKA-6683)',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.answer({ ...batch, baseSequence: 1, lastSequence: 1 }, { isDuplicate: true });
      return story;
    },
  },
  {
    invariant: 'P2',
    what: 'a retry of the last batch but one is called out of order (KAFKA-5494)',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.write();
      story.answer(batch, { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', baseOffset: -1 });
      return story;
    },
  },
  {
    invariant: 'P3',
    what: 'a leader takes a first sequence that is not 0 (KAFKA-14359)',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send(), { baseSequence: 17 });
      return story;
    },
  },
  {
    invariant: 'P3',
    what: 'a sequence is left out',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      story.append(1, story.send(), { baseSequence: 2 });
      return story;
    },
  },
  {
    invariant: 'P4',
    what: 'a batch of a fenced epoch is appended',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send(), { producerEpoch: 1 });
      story.append(1, story.send(), { producerEpoch: 0 });
      return story;
    },
  },
  {
    invariant: 'P4',
    what: 'a new epoch does not begin with sequence 0',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      story.append(1, story.send(), { producerEpoch: 1 });
      return story;
    },
  },
  {
    invariant: 'P4',
    what: 'a producer takes a new epoch with a batch in doubt (KAFKA-14034)',
    tell: () => {
      const story = Story.begin();
      story.tell(
        {
          kind: 'producerIdAssigned',
          session,
          producerId: 7,
          producerEpoch: 1,
          batchesInDoubt: 1,
        },
        'producer-1',
      );
      return story;
    },
  },
];

describe('a planted bug of idempotence is found', () => {
  test.each(titled(plantedBugs))('%s: %s', (invariant, _what, bug) => {
    const verdict = bug.tell().verdict(invariant);
    expect(verdict.outcome).toBe('violated');
    expect(verdict.firstViolation?.evidence.facts.length).toBeGreaterThan(0);
  });

  test('for every invariant', () => {
    const broken = new Set([...plantedBugs, ...transactionBugs].map(({ invariant }) => invariant));
    const ids = catalogue.map(({ id }) => id).filter((id) => id.startsWith('P'));
    expect(ids.filter((id) => !broken.has(id))).toEqual([]);
  });
});
