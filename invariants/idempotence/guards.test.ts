import { describe, expect, test } from 'vitest';
import { withTopic } from '../story/safe-profile.ts';
import { Story } from '../story/story.ts';
import { type GuardTale, titled } from '../story/tale.ts';

/** What brokers may do to producers without any defect. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'P1',
    what: 'after a reload only the last batch of a producer is remembered',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.write();
      const last = { firstSequence: 1, lastSequence: 1, firstOffset: 1, lastOffset: 1 };
      story.inspect(1, {
        producers: [
          { producerId: 7, producerEpoch: 0, batches: [last], currentTxnFirstOffset: null },
        ],
      });
      return story;
    },
  },
  {
    invariant: 'P2',
    what: 'a retry is answered with the first offset',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.write();
      story.answer(batch, { isDuplicate: true });
      return story;
    },
  },
  {
    invariant: 'P2',
    what: 'after a restart a leader calls an older retry out of order',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.write();
      story.change({ leader: -1, leaderEpoch: 1, isr: [], elr: [1, 2] });
      story.tell({ kind: 'nodeStopped' }, 'broker-1');
      story.restart(1);
      story.elect(1, [1]);
      story.answer(batch, { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', baseOffset: -1 });
      return story;
    },
  },
  {
    invariant: 'P2',
    what: 'a batch is refused, and appended by a retry before the refusal goes out',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.write();
      const decidedAt = story.logEnd(1);
      const batch = story.write();
      const error = 'OUT_OF_ORDER_SEQUENCE_NUMBER';
      story.answer(batch, { error, baseOffset: -1, logEndOffset: decidedAt });
      return story;
    },
  },
  {
    invariant: 'P3',
    what: 'the sequence wraps after 2^31-1',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ hasRetention: true }));
      story.append(1, story.send(), { baseSequence: 0, lastSequence: 2_147_483_647 });
      story.append(1, story.send(), { baseSequence: 0 });
      return story;
    },
  },
  {
    invariant: 'P3',
    what: 'a new leader never saw the deleted batches of a producer',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      for (const broker of [1, 2, 3]) {
        story.highWatermark(broker, 1);
        story.logStart(broker, 1);
      }
      story.append(1, story.send(), { producerId: 9, baseSequence: 4 });
      return story;
    },
  },
  {
    invariant: 'P3',
    what: 'a deposed leader goes on where its own log ends',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      const tail = story.append(1, story.send());
      story.elect(2, [2, 3]);
      const late = { ...tail, baseSequence: 7, lastSequence: 7 };
      story.answer(late, { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER', baseOffset: -1 });
      story.append(1, story.send(), { partitionLeaderEpoch: 0 });
      return story;
    },
  },
  {
    invariant: 'P4',
    what: 'a new epoch begins with sequence 0',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send());
      story.append(1, story.send(), { producerEpoch: 1, baseSequence: 0 });
      return story;
    },
  },
];

describe('what is legal for idempotence raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
