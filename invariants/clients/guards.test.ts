import { describe, expect, test } from 'vitest';
import { safeProfile, withProducer, withTopic } from '../story/safe-profile.ts';
import { Story } from '../story/story.ts';
import { type GuardTale, titled } from '../story/tale.ts';
import { uncleanLoss } from '../story/unclean-loss.ts';

/** What clients may see without any defect. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'C14',
    what: 'records of two producers lie in any order',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const mine = story.send(2);
      const theirs = story.send(2, 'producer-2');
      story.append(1, theirs, { producerId: 8, baseSequence: 0 });
      story.append(1, mine, { baseSequence: 0 });
      return story;
    },
  },
  {
    invariant: 'C14',
    what: 'without idempotence a batch may overtake a retry',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin(withProducer({ idempotence: false }));
      const [first, second] = [story.send(), story.send()];
      story.append(1, second, { producerId: -1, baseSequence: -1 });
      story.append(1, first, { producerId: -1, baseSequence: -1 });
      return story;
    },
  },
  {
    invariant: 'C14',
    what: 'a new leader appends the same batch where the old one had it',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const recordIds = story.send(2);
      story.append(1, recordIds);
      story.elect(2, [2, 3]);
      story.append(2, recordIds, { baseSequence: 0 });
      return story;
    },
  },
  {
    invariant: 'C2',
    what: 'without idempotence a retry is appended again',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin(withProducer({ idempotence: false }));
      const recordIds = story.send();
      story.append(1, recordIds, { producerId: -1, baseSequence: -1 });
      story.append(1, recordIds, { producerId: -1, baseSequence: -1 });
      return story;
    },
  },
  {
    invariant: 'C2',
    what: 'a retry is appended by a new leader that never had the first copy',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      const recordIds = story.send();
      story.append(1, recordIds);
      story.elect(2, [2, 3]);
      story.append(2, recordIds, { baseSequence: 0 });
      story.follow(1);
      story.truncate(1, 0);
      return story;
    },
  },
  {
    invariant: 'C5',
    what: 'a send of unknown outcome is appended late',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      const recordIds = story.send();
      story.failed(0, false);
      story.append(1, recordIds);
      return story;
    },
  },
  {
    invariant: 'C5',
    what: 'a send that failed for good is never appended',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.send();
      story.failed(0, true);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'a leader that acknowledged with acks=1 loses the record',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin(withProducer({ acks: 1 }));
      const batch = story.append(1, story.send());
      story.answer(batch, { acks: 1, highWatermark: 0 });
      story.acked(batch, { acks: 1 });
      story.elect(2, [2, 3]);
      story.follow(1);
      story.truncate(1, 0);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'an unclean election loses acknowledged records',
    outcome: 'not promised',
    tell: uncleanLoss,
  },
  {
    invariant: 'C7',
    what: 'another record is read after an unclean election',
    outcome: 'not promised',
    tell: () => {
      const story = uncleanLoss();
      const batch = story.commit(story.send(), []);
      story.serve([batch]);
      story.receive([batch]);
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a consumer is given from its buffer what an unclean election has lost',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin(withTopic({ uncleanLeaderElection: true, minInsyncReplicas: 1 }));
      story.change({ isr: [1] });
      story.view(1, { isr: [1] });
      const batch = story.commit(story.send(), []);
      story.serve([batch]);
      story.elect(3, [3], { wasUnclean: true });
      story.poll([batch]);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'one broker of two in sync loses its disk',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.change({ isr: [2, 3], leader: 2, leaderEpoch: 1 });
      story.losePower(1, 0);
      story.lead(2, { isr: [2, 3] });
      story.follow(1);
      story.replicate(1, batch);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'with min.insync.replicas=1 the only broker in sync loses its disk',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin(withTopic({ minInsyncReplicas: 1 }));
      story.change({ isr: [1] });
      story.view(1, { isr: [1] });
      const batch = story.commit(story.send(), []);
      story.answer(batch);
      story.acked(batch);
      story.tell({ kind: 'nodeCrashed', powerLost: true, entriesLost: 1 }, 'broker-1');
      story.change({ leader: -1, leaderEpoch: 1, isr: [], lastKnownElr: [1] });
      story.restart(1, 0);
      story.elect(1, [1], { wasUnclean: true });
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'recovery tells first what it has cut off of what the crash has left',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin(withTopic({ minInsyncReplicas: 1 }));
      story.write(1);
      story.write(1);
      story.tell({ kind: 'nodeCrashed', powerLost: true, entriesLost: 1 }, 'broker-1');
      story.tell({ kind: 'nodeStarted', life: 2 }, 'broker-1');
      story.register(1, false);
      story.truncate(1, 1, { why: 'recovery' });
      story.load(1, { wasClean: false, logEndOffset: 1 });
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'without eligible leader replicas the last in sync loses its disk',
    outcome: 'not promised',
    tell: () => {
      const story = Story.begin({ ...safeProfile, elr: false });
      story.write();
      story.change({ isr: [1] });
      story.view(1, { isr: [1] });
      story.tell({ kind: 'nodeCrashed', powerLost: true, entriesLost: 1 }, 'broker-1');
      story.change({ leader: -1, leaderEpoch: 1, isr: [1] });
      story.restart(1, 0);
      story.elect(1, [1]);
      return story;
    },
  },
  {
    invariant: 'C3',
    what: 'DeleteRecords removes acknowledged records',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write();
      for (const broker of [1, 2, 3]) {
        story.highWatermark(broker, 1);
        story.logStart(broker, 1);
      }
      story.elect(2, [2, 3]);
      return story;
    },
  },
  {
    invariant: 'C8',
    what: 'the order of what is in flight is open',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write();
      const first = story.send(1, 'producer-2');
      const second = story.send();
      story.append(1, second);
      story.append(1, first, { producerId: 8, baseSequence: 0 });
      return story;
    },
  },
  {
    invariant: 'C9',
    what: 'a deposed leader that has not heard of it tells an old end offset',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.elect(2, [2, 3]);
      story.follow(3);
      const batch = story.commit(story.send(), [3]);
      story.answer(batch);
      story.wait(1);
      story.endReceived(0, { from: 1, leaderEpoch: 0 });
      return story;
    },
  },
  {
    invariant: 'C9',
    what: 'the answer to an earlier question comes later',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      const askedAt = story.at;
      story.endReceived(5);
      story.endReceived(4, { askedAt });
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'control records are no records',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const first = story.write();
      const marker = story.append(1, [-1], { isControl: true, producerId: 8, baseSequence: -1 });
      story.spread(marker);
      const last = story.write();
      story.poll([first, marker, last], {
        records: [first, last].flatMap(({ baseOffset: offset, records }) =>
          records.map((record) => ({ offset, record })),
        ),
      });
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'compaction leaves gaps',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      const [first, second] = [story.put('a', '1'), story.put('a', '2')];
      story.poll([first, second], {
        records: second.records.map((record) => ({ offset: 1, record })),
      });
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a consumer is reset because its position was deleted',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.poll([story.write()]);
      const last = story.write(2);
      story.logStart(1, 3);
      story.move(3, { from: 1, why: 'reset' });
      story.poll([story.write()], { position: last.lastOffset + 1 });
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'an application seeks',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.poll([batch]);
      story.move(0, { from: 1, why: 'seek' });
      story.poll([batch]);
      return story;
    },
  },
  {
    invariant: 'C10',
    what: 'a consumer that is restarted begins where it likes',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const batch = story.write();
      story.poll([batch]);
      story.tell({ kind: 'nodeStarted', life: 2 }, 'consumer-1');
      story.poll([batch]);
      return story;
    },
  },
  {
    invariant: 'C1',
    what: 'a deleted topic is not judged any more',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'topicDeleted', topic: 'orders', topicId: 'T' });
      story.append(1, [99]);
      return story;
    },
  },
  {
    invariant: 'C15',
    what: 'the offset asked for lies in the middle of a batch',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.serve([story.write(3)], { fetchOffset: 1 });
      return story;
    },
  },
];

describe('what is legal for clients raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
