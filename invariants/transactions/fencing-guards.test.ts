import { describe, expect, test } from 'vitest';
import { type GuardTale, titled } from '../story/tale.ts';
import { TransactionStory } from '../story/transaction-story.ts';

/** How producers may lose their transactional id without any defect. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'T13',
    what: 'another producer has asked for the id',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const fenced = story.producer('producer-1', 7, 0);
      story.producer('producer-2', 7, 1);
      story.ended(fenced, 'ProducerFencedException');
      return story;
    },
  },
  {
    invariant: 'T13',
    what: 'another one has asked for it, and has not got it',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.fence(transaction);
      story.ended(transaction.producer, 'ProducerFencedException');
      return story;
    },
  },
  {
    invariant: 'T13',
    what: 'another one has asked for it, and nobody knows whether its epoch will be in the log',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const fenced = story.producer();
      story.granted({ ...fenced, producerEpoch: 1 }, { error: 'COORDINATOR_NOT_AVAILABLE' });
      story.ended(fenced, 'ProducerFencedException');
      return story;
    },
  },
  {
    invariant: 'T14',
    what: 'an id that has used up its epochs begins anew with another producer id',
    outcome: 'held',
    tell: () => {
      const story = new TransactionStory();
      const last = story.begin(story.producer('producer-1', 7, 32_766));
      story.produce(last);
      story.decide(last, 'commit');
      story.store('payer', { producerId: 8, producerEpoch: 0, state: 'CompleteCommit' });
      story.assigned({ ...last.producer, producerId: 8, producerEpoch: 0 });
      return story;
    },
  },
];

describe('what is legal for who has a transactional id raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
