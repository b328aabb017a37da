import { endTransactionBatch } from '../../sim/protocol/control-batch.ts';
import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type TransactionResult } from '../ground-truth/transaction-truth.ts';
import { withTopic } from './safe-profile.ts';
import { Story } from './story.ts';
import { type Tale } from './tale.ts';

/** What a cleaner must not do. */
export const compactionBugs: readonly Tale[] = [
  {
    invariant: 'R19',
    what: 'a cleaner takes the last record of a key',
    tell: (): Story => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      const first = story.put('a', '1');
      story.put('b', '1');
      story.clean(1, 2, [first]);
      return story;
    },
  },
  {
    invariant: 'R19',
    what: 'a cleaner takes a tombstone when it first sees it',
    tell: (): Story => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      story.put('a', null);
      const second = story.put('b', '1');
      story.clean(1, 2, [second]);
      return story;
    },
  },
  {
    invariant: 'R19',
    what: 'a cleaner moves a record to another offset',
    tell: (): Story => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      story.put('a', '1');
      const second = story.put('a', '2');
      story.clean(1, 2, [{ ...second, baseOffset: 0, lastOffset: 0 }]);
      return story;
    },
  },
  {
    invariant: 'R19',
    what: 'a cleaner takes a record for the sake of one that is not replicated',
    tell: (): Story => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      const { records } = story.put('a', '1');
      const second = story.append(1, story.send(), { records });
      story.clean(1, 2, [second]);
      return story;
    },
  },
  {
    invariant: 'R19',
    what: 'a cleaner takes a record for the sake of one that is aborted',
    tell: (): Story => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      story.put('a', '1');
      const changes = changeInTransaction(story, 'a', 'abort');
      story.clean(1, 3, changes);
      return story;
    },
  },
  {
    invariant: 'R19',
    what: 'a cleaner takes what a transaction has committed',
    tell: (): Story => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      const first = story.put('a', '1');
      const [, marker] = changeInTransaction(story, 'a', 'commit');
      story.clean(1, 3, [first, marker]);
      return story;
    },
  },
];

/** Another record of the key, in a transaction that ends so. Returns it and the marker. */
export function changeInTransaction(
  story: Story,
  key: string,
  result: TransactionResult,
): [change: RecordBatch, marker: RecordBatch] {
  const producerId = 100 + story.logEnd(1);
  const inTransaction = { producerId, producerEpoch: 0, isTransactional: true };
  const change = story.put(key, '2', { ...inTransaction, baseSequence: 0, lastSequence: 0 });
  const end = endTransactionBatch({
    ...inTransaction,
    type: result,
    coordinatorEpoch: 0,
    timestampMs: 0,
  });
  const ofMarker = { isControl: true, baseSequence: -1, records: end.records };
  const marker = story.append(1, [-1], { ...inTransaction, ...ofMarker });
  story.spread(marker);
  return [change, marker];
}
