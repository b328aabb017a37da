import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ProducerBatch } from './producer-batch.ts';
import { type SequenceRules, SequenceTracker } from './sequence-tracker.ts';
import { batchOf } from './testing/batches.ts';

const released: SequenceRules = {
  bumpWaitsInflight: false,
  bumpResetsIdle: true,
  renumbersByHeap: false,
};

describe('sequences', () => {
  test('go on from batch to batch', () => {
    const { drain } = trackerWithId();
    const batches = [drain(3), drain(1), drain(2)];
    expect(batches.map(({ baseSequence }) => baseSequence)).toEqual([0, 3, 4]);
  });

  test('begin again at 0 after a bump, in the order in which they were', () => {
    const { tracker, drain } = trackerWithId();
    const [failed, second, third] = [drain(1), drain(2), drain(1)];
    tracker.removeInFlight(failed);
    tracker.requestBump('t-0');
    expect(tracker.bumpIfRequested()).toEqual({ batchesInDoubt: 2 });
    expect(tracker.producer).toEqual({ producerId: 7, epoch: 1 });
    expect(
      [second, third].map(({ baseSequence, producer }) => [producer.epoch, baseSequence]),
    ).toEqual([
      [1, 0],
      [1, 2],
    ]);
    expect(drain(1).baseSequence).toBe(3);
  });

  test('begin again in the order of a heap, as before 2.3', () => {
    const { tracker, drain } = trackerWithId({ ...released, renumbersByHeap: true });
    const [failed, ...others] = [drain(1), drain(1), drain(1), drain(1), drain(1)];
    tracker.removeInFlight(failed);
    tracker.requestBump('t-0');
    tracker.bumpIfRequested();
    expect(others.map(({ baseSequence }) => baseSequence)).toEqual([0, 2, 1, 3]);
  });

  test('close the gap of a batch that has failed in a transaction, in the same epoch', () => {
    const { tracker, drain } = trackerWithId();
    const [first, failed, third] = [drain(2), drain(3), drain(1)];
    tracker.removeInFlight(failed);
    tracker.closeGap(failed);
    expect([first, third].map(({ baseSequence }) => baseSequence)).toEqual([0, 2]);
    expect(third).toMatchObject({ producer: { epoch: 0 }, sequenceWasReset: true });
    expect(drain(1).baseSequence).toBe(3);
  });

  test('of another partition begin anew only when nothing of the old epoch is in flight', () => {
    const { tracker, drain } = trackerWithId();
    const old = drain(1);
    tracker.of('other-0');
    tracker.requestBump('other-0');
    tracker.bumpIfRequested();
    expect(tracker.mustHold(batchOf(1))).toBe(true);
    tracker.acked(old, 5);
    expect(tracker.mustHold(batchOf(1))).toBe(false);
    expect(drain(1)).toMatchObject({ baseSequence: 0, producer: { producerId: 7, epoch: 1 } });
  });

  test('go on in an idle partition after a bump, as before 2.8', () => {
    const { tracker, drain } = trackerWithId({ ...released, bumpResetsIdle: false });
    tracker.acked(drain(4), 0);
    tracker.of('other-0');
    tracker.requestBump('other-0');
    tracker.bumpIfRequested();
    expect(drain(1)).toMatchObject({ baseSequence: 4, producer: { epoch: 1 } });
  });

  test('need a new id when all epochs are used up', () => {
    const { tracker, drain } = trackerWithId();
    tracker.setProducer({ producerId: 7, epoch: 32_767 });
    drain(1);
    tracker.requestBump('t-0');
    tracker.bumpIfRequested();
    expect(tracker.hasProducerId).toBe(false);
  });

  test('wrap, and then the last acknowledged one never moves again', () => {
    const { tracker, drain } = trackerWithId();
    const sequences = tracker.of('t-0');
    tracker.acked(drain(1), 0);
    sequences.nextSequence = 2_147_483_647;
    sequences.lastAckedSequence = 2_147_483_646;
    tracker.acked(drain(2), 1);
    expect(sequences.nextSequence).toBe(1);
    expect(sequences.lastAckedSequence).toBe(2_147_483_646);
  });
});

describe('several batches that are sent again', () => {
  test('go one by one, the first one first', () => {
    const { tracker, drain } = trackerWithId();
    const [first, second] = [drain(1), drain(1)];
    expect([first, second].map((batch) => tracker.mustHold(batch))).toEqual([false, true]);
    tracker.acked(first, 0);
    expect(tracker.mustHold(second)).toBe(false);
  });
});

describe('a partition with a batch that was given up', () => {
  test('has a gap when all others are over and none after it was acknowledged', () => {
    const { tracker, drain } = trackerWithId();
    const [givenUp, later] = [drain(1), drain(1)];
    tracker.removeInFlight(givenUp);
    tracker.markUnresolved(givenUp);
    expect(tracker.mustHold(batchOf(1))).toBe(true);
    expect(tracker.followsUnresolved(later)).toBe(true);
    expect(tracker.resolve()).toEqual([]);
    tracker.removeInFlight(later);
    expect(tracker.resolve()).toEqual(['t-0']);
    expect(tracker.isUnresolved('t-0')).toBe(false);
  });

  test('has none if a later one was acknowledged', () => {
    const { tracker, drain } = trackerWithId();
    const [givenUp, later] = [drain(1), drain(1)];
    tracker.removeInFlight(givenUp);
    tracker.markUnresolved(givenUp);
    tracker.acked(later, 3);
    expect(tracker.resolve()).toEqual([]);
    expect(tracker.mustHold(batchOf(1))).toBe(false);
  });
});

describe('a bump that waits for batches in doubt', () => {
  const patient = { ...released, bumpWaitsInflight: true };

  test('comes when their outcome is known, and holds new batches till then', () => {
    const { tracker, drain } = trackerWithId(patient);
    const [failed, inDoubt] = [drain(1), drain(1)];
    tracker.removeInFlight(failed);
    inDoubt.mayBeAppended = true;
    inDoubt.isInFlight = false;
    tracker.requestBump('t-0');
    expect(tracker.bumpIfRequested()).toBeUndefined();
    expect(tracker.mustHold(batchOf(1))).toBe(true);
    tracker.acked(inDoubt, 0);
    expect(tracker.bumpIfRequested()).toEqual({ batchesInDoubt: 0 });
    expect(drain(1)).toMatchObject({ baseSequence: 0, producer: { epoch: 1 } });
  });
});

test('in one epoch no two batches have a sequence in common, and none is left out', () => {
  const counts = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
  fc.assert(
    fc.property(counts, fc.nat(), (recordCounts, bumpAt) => {
      const { tracker, drain } = trackerWithId();
      const all = recordCounts.map((count, index) => {
        if (index === bumpAt % recordCounts.length) {
          tracker.of('t-0');
          tracker.requestBump('t-0');
          tracker.bumpIfRequested();
        }
        return drain(count);
      });
      let next = 0;
      for (const batch of all) {
        expect(batch.producer).toEqual(tracker.producer);
        expect(batch.baseSequence).toBe(next);
        next += batch.recordCount;
      }
      expect(tracker.of('t-0').nextSequence).toBe(next);
    }),
  );
});

interface Tracked {
  readonly tracker: SequenceTracker;
  /** Drains a batch of so many records, and sends it. */
  readonly drain: (recordCount: number) => ProducerBatch;
}

function trackerWithId(rules = released): Tracked {
  const tracker = new SequenceTracker(rules);
  tracker.setProducer({ producerId: 7, epoch: 0 });
  const drain = (recordCount: number): ProducerBatch => {
    const batch = batchOf(recordCount);
    tracker.assign(batch, false);
    batch.isInFlight = true;
    return batch;
  };
  return { tracker, drain };
}
