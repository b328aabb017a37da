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
    invariant: 'T13',
    what: 'a producer is fenced, and nobody has asked for its id',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.ended(story.producer(), 'ProducerFencedException');
      return story;
    },
  },
  {
    invariant: 'T13',
    what: 'a coordinator does not know the retry of what another one has answered (KAFKA-20357)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer();
      story.granted(producer, { producerEpoch: 1, isFirst: false });
      story.ended(producer, 'ProducerFencedException');
      return story;
    },
  },
  {
    invariant: 'T13',
    what: 'a coordinator has forgotten which id a producer had before (KAFKA-20310)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.producer('producer-1', 7, 1);
      story.ended(story.producer('producer-2', 7, 2), 'InvalidPidMappingException');
      return story;
    },
  },
  {
    invariant: 'T14',
    what: 'a coordinator raises an epoch twice to fence (KAFKA-19367)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const transaction = story.begin();
      story.produce(transaction);
      story.storeState(transaction, 'PrepareAbort', { producerEpoch: 2 });
      return story;
    },
  },
  {
    invariant: 'T14',
    what: 'a producer is given the epoch that is kept for fencing (KAFKA-20090)',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      const producer = story.producer('producer-1', 7, 32_766);
      story.begin(producer);
      story.assigned({ ...producer, producerEpoch: 32_767 });
      return story;
    },
  },
  {
    invariant: 'T14',
    what: 'a producer begins with the epoch that is kept for fencing',
    tell: (): TransactionStory => {
      const story = new TransactionStory();
      story.producer('producer-1', 7, 32_767);
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
