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
];
