import { describe, expect, test } from 'vitest';
import { changeInTransaction } from '../story/compaction-bugs.ts';
import { Story } from '../story/story.ts';
import { withTopic } from '../story/safe-profile.ts';
import { type GuardTale, titled } from '../story/tale.ts';
import { uncleanLoss } from '../story/unclean-loss.ts';

/** What replicas may do without any defect. */
const guards: readonly GuardTale[] = [
  {
    invariant: 'R7',
    what: 'a new leader begins with a lower high watermark and raises it',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write(2);
      story.elect(2, [2, 3]);
      story.follow(3);
      story.fetched(3, 2);
      story.highWatermark(2, 2);
      return story;
    },
  },
  {
    invariant: 'R19',
    what: 'a cleaner takes what has a later record of its key, and a tombstone in due time',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      story.put('a', '1');
      const tombstone = { ...story.put('a', null), deleteHorizonMs: 1000 };
      const last = story.put('b', '1');
      story.clean(1, 3, [tombstone, last]);
      story.clean(1, 3, [last]);
      return story;
    },
  },
  {
    invariant: 'R19',
    what: 'a cleaner takes what was aborted, or has a later record that a transaction has committed',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      story.put('a', '1');
      const [, abort] = changeInTransaction(story, 'a', 'abort');
      const committed = changeInTransaction(story, 'a', 'commit');
      story.clean(1, 5, [abort, ...committed]);
      return story;
    },
  },
  {
    invariant: 'R1',
    what: 'a replica that took over a compacted log holds what is committed',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      story.put('a', '1');
      const second = story.put('a', '2');
      story.clean(1, 2, [second]);
      story.change({ isr: [1, 2] });
      story.tell({ kind: 'replicaRemoved', partition: 'orders-0', broker: 3 }, 'broker-3');
      story.load(3, { logEndOffset: 0 });
      story.follow(3);
      story.replicate(3, second);
      story.highWatermark(3, 2, { isLeader: false });
      return story;
    },
  },
  {
    invariant: 'R18',
    what: 'the last copy of a record goes of which the key has a later one',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ isCompacted: true }));
      story.put('a', '1');
      const second = story.put('a', '2');
      story.highWatermark(2, 2, { isLeader: false });
      for (const broker of [1, 2]) story.clean(broker, 2, [second]);
      story.tell({ kind: 'replicaRemoved', partition: 'orders-0', broker: 3 }, 'broker-3');
      return story;
    },
  },
  {
    invariant: 'R7',
    what: "a follower's high watermark goes back with a new leader",
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write(2);
      story.highWatermark(3, 2);
      story.elect(2, [2, 3]);
      story.follow(3);
      story.highWatermark(3, 0, { from: 2, isLeader: false });
      return story;
    },
  },
  {
    invariant: 'R2',
    what: 'an unclean election is counted and no breach',
    outcome: 'not promised',
    tell: uncleanLoss,
  },
  {
    invariant: 'R8',
    what: 'an unclean election takes back what was served',
    outcome: 'not promised',
    tell: uncleanLoss,
  },
  {
    invariant: 'R15',
    what: 'an unclean election that is configured',
    outcome: 'not promised',
    tell: uncleanLoss,
  },
  {
    invariant: 'R1',
    what: 'the old leader keeps its history until it truncates, and follows then',
    outcome: 'not promised',
    tell: () => {
      const story = uncleanLoss();
      story.follow(1, { highWatermark: 2 });
      const batch = story.commit(story.send(), []);
      story.truncate(1, 0);
      story.replicate(1, batch);
      return story;
    },
  },
  {
    invariant: 'R12',
    what: 'what an unclean election has lost is truncated',
    outcome: 'not promised',
    tell: () => {
      const story = uncleanLoss();
      story.follow(1, { highWatermark: 2 });
      story.truncate(1, 0);
      return story;
    },
  },
  {
    invariant: 'R11',
    what: 'a leader that an unclean election has replaced goes on committing alone',
    outcome: 'not promised',
    tell: () => {
      const story = uncleanLoss();
      story.append(1, story.send(), { partitionLeaderEpoch: 0 });
      story.highWatermark(1, 3, { from: 2, isLeader: true, leaderEpoch: 0 });
      return story;
    },
  },
  {
    invariant: 'R11',
    what: 'a deposed leader commits what its successors hold as well',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const batch = story.append(1, story.send());
      story.replicate(2, batch);
      story.replicate(3, batch);
      story.fetched(2, 1);
      story.change({ leader: 2, leaderEpoch: 1, isr: [2, 3] });
      story.fetched(3, 1, 1, 0);
      story.highWatermark(1, 1, { isLeader: true, leaderEpoch: 0 });
      story.answer(batch, { broker: 1, leaderEpoch: 0 });
      story.acked(batch);
      story.lead(2, { isr: [2, 3] });
      return story;
    },
  },
  {
    invariant: 'R11',
    what: 'a deposed leader commits what a broker has lost that will not be in the ELR once it is registered',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const batch = story.append(1, story.send());
      story.replicate(2, batch);
      story.replicate(3, batch);
      story.fetched(3, 1);
      story.change({ leader: 2, leaderEpoch: 1, isr: [2], elr: [3] });
      story.tell({ kind: 'nodeCrashed', powerLost: true, entriesLost: 1 }, 'broker-3');
      story.start(3, 0);
      story.fetched(2, 1, 1, 0);
      story.highWatermark(1, 1, { isLeader: true, leaderEpoch: 0 });
      story.answer(batch, { broker: 1, leaderEpoch: 0 });
      story.acked(batch);
      story.change({ isr: [2], elr: [] });
      story.register(3, false);
      story.lead(2, { isr: [2] });
      return story;
    },
  },
  {
    invariant: 'R6',
    what: 'an answer that was decided before its broker was deposed waits for another partition',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      const batch = story.commit(story.send());
      story.elect(2, [2, 3]);
      story.follow(1);
      story.answer(batch, { broker: 1, leaderEpoch: 0 });
      return story;
    },
  },
  {
    invariant: 'R12',
    what: 'a deposed leader truncates what it alone had appended',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send());
      story.append(1, story.send());
      story.elect(2, [2, 3]);
      const next = story.append(2, story.send(), { baseSequence: 1 });
      story.follow(1);
      story.truncate(1, 1);
      story.replicate(1, next);
      return story;
    },
  },
  {
    invariant: 'R12',
    what: 'a follower that is too far behind begins anew at the start of its leader',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      const first = story.commit(story.send(), [2]);
      story.logStart(1, 1);
      story.highWatermark(2, 1);
      story.logStart(2, 1, { why: 'leader' });
      story.truncate(3, 1, { why: 'fully' });
      story.logStart(3, 1, { why: 'leader' });
      const second = story.commit(story.send(), [2]);
      story.replicate(3, second);
      story.fetched(3, first.lastOffset + 2);
      story.view(1, { state: 'pendingExpand', isr: [1, 2], maximalIsr: [1, 2, 3] });
      story.change({ isr: [1, 2, 3] });
      return story;
    },
  },
  {
    invariant: 'R3',
    what: 'a broker that is down is not asked',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'broker-3');
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      story.commit(story.send(), [2]);
      return story;
    },
  },
  {
    invariant: 'R3',
    what: 'leader and controller may go by different minima after a change',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ minInsyncReplicas: 1 }));
      const change = { resource: 'topic', name: 'orders', key: 'min.insync.replicas' } as const;
      story.tell({ kind: 'configChanged', ...change, value: '2' });
      story.change({ isr: [1], elr: [2] });
      story.view(1, { isr: [1] });
      story.commit(story.send(), []);
      return story;
    },
  },
  {
    invariant: 'R4',
    what: 'a leader that has asked for a member counts it before the controller does',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      story.fetched(3, 0);
      story.view(1, { state: 'pendingExpand', isr: [1, 2], maximalIsr: [1, 2, 3] });
      story.change({ isr: [1, 2, 3] });
      return story;
    },
  },
  {
    invariant: 'R15',
    what: 'the last known leader is elected when ISR and ELR are empty',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.change({ leader: -1, leaderEpoch: 1, isr: [], lastKnownElr: [1] });
      story.elect(1, [1], { wasUnclean: true });
      return story;
    },
  },
  {
    invariant: 'R16',
    what: 'a restart brings deleted records back',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.logStart(1, 1);
      story.change({ leader: 2, leaderEpoch: 1, isr: [2, 3] });
      story.tell({ kind: 'nodeCrashed', powerLost: false, entriesLost: 0 }, 'broker-1');
      story.restart(1);
      return story;
    },
  },
  {
    invariant: 'R7',
    what: 'a follower truncates below its log start, and begins again there',
    outcome: 'held',
    tell: () => {
      const story = Story.begin(withTopic({ uncleanLeaderElection: true }));
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      story.commit(story.send(2), [2]);
      story.highWatermark(2, 2);
      story.logStart(2, 2, { why: 'leader' });
      story.elect(3, [3], { wasUnclean: true });
      story.follow(2);
      story.truncate(2, 0);
      story.highWatermark(2, 0, { from: 2, isLeader: false });
      return story;
    },
  },
  {
    invariant: 'R10',
    what: 'what is deleted but still on disk has no epoch',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.append(1, story.send(), { producerId: -1, baseSequence: -1 });
      story.append(1, story.send(), { producerId: -1, baseSequence: -1 });
      const epochCache = [{ leaderEpoch: 0, startOffset: 1 }];
      story.inspect(1, { logStartOffset: 1, epochCache });
      return story;
    },
  },
  {
    invariant: 'R17',
    what: 'a loss of power takes the end of a log',
    outcome: 'not exercised',
    tell: () => {
      const story = Story.begin();
      story.commit(story.send(2));
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      story.losePower(3, 0);
      return story;
    },
  },
  {
    invariant: 'R18',
    what: 'one replica of three loses an acknowledged record',
    outcome: 'held',
    tell: () => {
      const story = Story.begin();
      story.write();
      story.change({ isr: [1, 2] });
      story.view(1, { isr: [1, 2] });
      story.losePower(3, 0);
      return story;
    },
  },
];

describe('what is legal for replication raises no alarm', () => {
  test.each(titled(guards))('%s: %s', (invariant, _what, guard) => {
    const story = guard.tell();
    expect(story.violated()).toEqual([]);
    expect(story.verdict(invariant).outcome).toBe(guard.outcome);
  });
});
