import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import { resolveProducerConfig } from '../../protocol/config/producer-config.ts';
import { MetadataSnapshot } from '../metadata-snapshot.ts';
import { BatchDrainer } from './batch-drainer.ts';
import { type PartitionQueue } from './partition-queue.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { RecordAccumulator } from './record-accumulator.ts';

const partitionCount = 6;

describe('the look for leaders that can be sent to', () => {
  test('finds one when the linger of its first batch is over', () => {
    const { accumulator, append, ready } = accumulatorOf();
    append(0, 0);
    expect(ready(9)).toEqual([]);
    expect(accumulator.backlogs.nextLookMs).toBe(1);
    expect(ready(10)).toEqual([leaderOf(0)]);
  });

  test('finds one at once when a second batch is there', () => {
    const { append, ready } = accumulatorOf();
    append(0, 0);
    append(0, 0);
    append(0, 0);
    expect(ready(0)).toEqual([leaderOf(0)]);
  });

  test('finds topics whose leader is not known', () => {
    const { accumulator, append } = accumulatorOf();
    append(5, 0);
    accumulator.look(snapshotWith([5]), 0, false);
    expect([...accumulator.backlogs.leaderlessTopics()]).toEqual(['t']);
  });

  test('finds what a scan over all partitions would find, whatever has happened', () => {
    const action = fc.record({
      kind: fc.constantFrom('append', 'drain', 'retry', 'mute', 'time', 'leaders', 'flush'),
      partition: fc.nat(partitionCount - 1),
      amount: fc.nat(12),
    });
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 80 }),
        fc.constantFrom(9, 120),
        (actions, linger) => {
          const world = accumulatorOf(linger);
          for (const { kind, partition, amount } of actions) {
            world.act(kind, partition, amount);
            const expected = world.scan();
            expect(world.ready(world.nowMs())).toEqual(expected.ready);
            const { nextLookMs } = world.accumulator.backlogs;
            expect(nextLookMs).toBeLessThanOrEqual(expected.nextLookMs);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

interface Accumulated {
  readonly accumulator: RecordAccumulator;
  readonly append: (partition: number, nowMs: number) => void;
  /** Ids of the leaders that can be sent to. */
  readonly ready: (nowMs: number) => readonly number[];
  readonly act: (kind: string, partition: number, amount: number) => void;
  readonly nowMs: () => number;
  /** Kafka's `RecordAccumulator.ready`, over all partitions. */
  readonly scan: () => { readonly ready: readonly number[]; readonly nextLookMs: number };
}

/** Batches of two records, six partitions, three leaders; a backoff of 100 ms without jitter. */
function accumulatorOf(lingerMs = 10): Accumulated {
  const config = resolveProducerConfig({
    'linger.ms': String(lingerMs),
    'batch.size': '80',
    'enable.idempotence': 'false',
    'retry.backoff.max.ms': '100',
  });
  const accumulator = new RecordAccumulator(config, createRandom('a'), createRandom('b'));
  const rules = { maxRequestSize: 1_000_000, blocksWholeNode: true };
  const drainer = new BatchDrainer(accumulator, undefined, rules);
  const drained: ProducerBatch[] = [];
  let snapshot = snapshotWith([]);
  let now = 0;
  let isFlushing = false;
  const append = (partition: number, nowMs: number): void => {
    const view = snapshot.topic('t');
    if (view === undefined) throw new Error('the topic is known');
    const key = { topic: 't', partition, key: null, value: 'x', headers: [], recordId: 0 };
    const size = { view, partition, timestampMs: nowMs, sizeInBytes: 80 };
    const call = { record: key, ...size };
    if (accumulator.append(call, nowMs, false) === undefined) accumulator.append(call, nowMs, true);
  };
  const queues = (): readonly PartitionQueue[] => [...accumulator.queues()];
  const queueAt = (partition: number): PartitionQueue | undefined =>
    queues().find((queue) => queue.partition.partition === partition);
  const act = (kind: string, partition: number, amount: number): void => {
    const queue = queueAt(partition);
    if (kind === 'append') append(partition, now);
    else if (kind === 'time') now += amount * 3;
    else if (kind === 'leaders') snapshot = snapshotWith(amount < 6 ? [amount] : []);
    else if (kind === 'flush' && !isFlushing) {
      accumulator.beginFlush({ batchBegun: () => undefined, batchEnded: () => undefined });
      isFlushing = true;
    } else if (kind === 'retry') {
      const batch = drained.pop();
      if (batch !== undefined) accumulator.reenqueue(batch, now);
    } else if (kind === 'drain') {
      accumulator.look(snapshot, now, false);
      for (const backlog of accumulator.backlogs.ready) {
        drained.push(...drainer.drain(backlog, now).batches);
      }
    } else if (queue !== undefined && kind === 'mute') {
      if (queue.isMuted) accumulator.unmute(queue);
      else accumulator.mute(queue);
    }
  };
  const scan = (): { ready: readonly number[]; nextLookMs: number } => {
    const found = new Set<number>();
    let nextLookMs = Infinity;
    for (const { partition, first, isMuted, hasFullBatch } of queues()) {
      const leader = snapshot.partition('t', partition.partition)?.leader;
      if (first === undefined || leader === undefined || isMuted) continue;
      const waitedMs = now - first.waitsSinceMs;
      const isBackingOff = first.attempts > 0 && waitedMs < 100;
      const isSendable = hasFullBatch || isFlushing || waitedMs >= lingerMs;
      if (isSendable && !isBackingOff) found.add(leader.nodeId);
      else nextLookMs = Math.min(nextLookMs, (isBackingOff ? 100 : lingerMs) - waitedMs);
    }
    return {
      ready: [...found].sort((a, b) => a - b),
      nextLookMs: found.size > 0 ? Infinity : nextLookMs,
    };
  };
  const ready = (nowMs: number): readonly number[] => {
    accumulator.look(snapshot, nowMs, false);
    return accumulator.backlogs.ready.map(({ node }) => node.nodeId);
  };
  return { accumulator, append, ready, act, nowMs: () => now, scan };
}

function leaderOf(partition: number): number {
  return 1 + (partition % 3);
}

/** Three nodes lead two partitions each, but for these, which have no leader. */
function snapshotWith(leaderless: readonly number[]): MetadataSnapshot {
  const nodes = [1, 2, 3].map((nodeId) => ({ nodeId, host: `b${nodeId}`, port: 1, rack: null }));
  const partitions = Array.from({ length: partitionCount }, (_, partition) => ({
    topic: 't',
    partition,
    error: 'NONE' as const,
    leaderId: leaderless.includes(partition) ? -1 : leaderOf(partition),
    leaderEpoch: 0,
    replicas: [],
    isr: [],
    offlineReplicas: [],
  }));
  return new MetadataSnapshot({
    clusterId: null,
    nodes,
    partitions,
    unauthorizedTopics: new Set(),
    invalidTopics: new Set(),
    internalTopics: new Set(),
    controllerId: 1,
    topicIds: new Map(),
  });
}
