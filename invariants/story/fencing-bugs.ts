import { offsetsPartition } from './coordinated-story.ts';
import { type Tale } from './tale.ts';
import { TransactionStory } from './transaction-story.ts';

/** What producers must not be able to do that have been replaced, or that nobody has asked about. */
export const fencingBugs: readonly Tale[] = [
  {
    invariant: 'T8',
    what: 'a batch of a fenced producer is appended',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const fenced = story.begin(story.producer());
      story.add(fenced, 'payments-0');
      story.producer('producer-2', 7, 1);
      story.produceUnasked(fenced);
      return story;
    },
  },
  {
    invariant: 'T8',
    what: 'a fenced producer commits offsets',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const fenced = story.begin(story.producer());
      story.producer('producer-2', 7, 1);
      story.add(fenced, offsetsPartition);
      story.stage(fenced, 5);
      return story;
    },
  },
  {
    invariant: 'T8',
    what: 'a fenced producer commits (KAFKA-9600)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const fenced = story.begin(story.producer());
      story.produce(fenced);
      story.producer('producer-2', 8, 0);
      story.decide(fenced, 'commit');
      story.answered(fenced, 'commit');
      return story;
    },
  },
  {
    invariant: 'P5',
    what: 'two producers are given the same producer id',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.producer('producer-1', 7, 3);
      story.producer('producer-2', 7, 3);
      return story;
    },
  },
  {
    invariant: 'P6',
    what: 'a leader appends without asking the coordinator (KAFKA-14402)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.produceUnasked(story.begin());
      return story;
    },
  },
];
