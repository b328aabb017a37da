import { describe, expect, test } from 'vitest';
import { type ErrorName } from '../../protocol/errors.ts';
import { type PartitionData } from '../../protocol/messages/fetch-response.ts';
import { type Fact } from '../../trace.ts';
import { topicPartition } from '../topic-partition.ts';
import { CompletedFetch } from './completed-fetch.ts';
import { FetchBuffer } from './fetch-buffer.ts';
import { FetchCollector } from './fetch-collector.ts';
import { SubscriptionState } from './subscription-state.ts';
import { type BatchSketch, fetched as answered } from './testing/batches.ts';

const currentLeader = {
  leader: { nodeId: 1, host: 'broker-1', port: 9092, rack: null },
  leaderEpoch: 0,
};

describe('the fetch collector', () => {
  test('takes at most max.poll.records over all partitions, and moves their positions', () => {
    const { collector, buffer, state, fetched } = collecting({ maxPollRecords: 4 });
    fetched(0, [{ from: 0, count: 3 }]);
    fetched(1, [{ from: 0, count: 3 }]);
    expect(polled(collector)).toEqual({ 't-0': [0, 1, 2], 't-1': [0] });
    expect(state.get('t-1')?.position).toEqual({ offset: 1, offsetEpoch: 0, currentLeader });
    expect(buffer.has('t-0')).toBe(false);
    expect(buffer.has('t-1')).toBe(true);
    expect(polled(collector)).toEqual({ 't-1': [1, 2] });
  });

  test('keeps the records of a paused partition until it is resumed', () => {
    const { collector, state, fetched } = collecting({ maxPollRecords: 2 });
    fetched(0, [{ from: 0, count: 4 }]);
    expect(polled(collector)).toEqual({ 't-0': [0, 1] });
    state.pause([topicPartition('t', 0)]);
    fetched(1, [{ from: 0, count: 1 }]);
    expect(polled(collector)).toEqual({ 't-1': [0] });
    state.resume([topicPartition('t', 0)]);
    expect(polled(collector)).toEqual({ 't-0': [2, 3] });
  });

  test('drops what is not at the position, or of a partition without a valid one', () => {
    const { collector, buffer, state, fetched } = collecting();
    fetched(0, [{ from: 0 }]);
    fetched(1, [{ from: 0 }]);
    state.seek(topicPartition('t', 0), { offset: 7, offsetEpoch: -1, currentLeader });
    const second = state.get('t-1');
    if (second !== undefined) state.requestReset(second);
    expect(polled(collector)).toEqual({});
    expect(buffer.queue).toHaveLength(0);
    expect(state.get('t-0')?.position?.offset).toBe(7);
  });

  test('returns nothing but a moved position for control records', () => {
    const { collector, facts, fetched } = collecting();
    fetched(0, [{ from: 0, producerId: 1, marker: 'commit' }]);
    expect(polled(collector)).toEqual({ 't-0': [] });
    expect(facts.at(-1)).toMatchObject({ kind: 'recordsPolled', position: 0, nextPosition: 1 });
  });

  test('asks for metadata after leader errors, and only fetches again after unknown epochs', () => {
    const asking = collecting();
    asking.failed(0, 'NOT_LEADER_OR_FOLLOWER');
    expect(asking.collector.collect()).toEqual({ partitions: [], exception: undefined });
    expect(asking.updates()).toBe(1);

    const again = collecting();
    again.failed(0, 'UNKNOWN_LEADER_EPOCH');
    expect(again.collector.collect().exception).toBeUndefined();
    expect(again.updates()).toBe(0);
  });

  test('resets a position that is out of range, or tells of it where there is no policy', () => {
    const resetting = collecting();
    resetting.failed(0, 'OFFSET_OUT_OF_RANGE');
    resetting.collector.collect();
    expect(resetting.state.get('t-0')?.state).toBe('awaitReset');

    const telling = collecting({ policy: 'none' });
    telling.failed(0, 'OFFSET_OUT_OF_RANGE');
    const { exception } = telling.collector.collect();
    expect(exception).toEqual({ name: 'OffsetOutOfRangeException', partitions: ['t-0'] });
    expect(telling.state.get('t-0')?.position?.offset).toBe(0);
    expect(telling.collector.collect().exception).toBeUndefined();
  });

  test('goes back to the leader first when a follower says that the position is out of range', () => {
    const { collector, state, failed } = collecting();
    state.get('t-0')?.preferReplica(2, 1_000);
    failed(0, 'OFFSET_OUT_OF_RANGE');
    collector.collect();
    expect(state.get('t-0')?.state).toBe('fetching');
    expect(state.get('t-0')?.preferredReplica(0)).toBe(-1);
  });

  test('returns what it has before it tells of an error', () => {
    const { collector, fetched, failed } = collecting();
    fetched(0, [{ from: 0 }]);
    failed(1, 'TOPIC_AUTHORIZATION_FAILED');
    expect(polled(collector)).toEqual({ 't-0': [0] });
    const { exception } = collector.collect();
    expect(exception).toEqual({ name: 'TopicAuthorizationException', partitions: ['t-1'] });
    expect(collector.collect().exception).toBeUndefined();
  });

  test('tells of a damaged batch again and again, until the application seeks past it', () => {
    const { collector, state, fetched } = collecting();
    fetched(0, [{ from: 0 }, { from: 1, isIntact: false }]);
    expect(polled(collector)).toEqual({ 't-0': [0] });
    const damaged = { name: 'KafkaException', partitions: ['t-0'] };
    expect(collector.collect().exception).toEqual(damaged);
    expect(collector.collect().exception).toEqual(damaged);
    state.seek(topicPartition('t', 0), { offset: 2, offsetEpoch: -1, currentLeader });
    expect(collector.collect().exception).toBeUndefined();
  });
});

interface Collecting {
  readonly collector: FetchCollector;
  readonly buffer: FetchBuffer;
  readonly state: SubscriptionState;
  readonly facts: readonly Fact[];
  readonly fetched: (partition: number, log: readonly BatchSketch[]) => void;
  readonly failed: (partition: number, error: ErrorName) => void;
  readonly updates: () => number;
}

function collecting({
  maxPollRecords = 500,
  policy = 'latest',
}: { maxPollRecords?: number; policy?: 'latest' | 'none' } = {}): Collecting {
  const facts: Fact[] = [];
  let updates = 0;
  const state = new SubscriptionState({ kind: policy }, true, (fact) => facts.push(fact));
  const buffer = new FetchBuffer((name) => {
    state.touch(name);
  });
  const settings = {
    isolationLevel: 'read_uncommitted',
    maxPollRecords,
    metadataMaxAgeMs: 1,
  } as const;
  const collector = new FetchCollector(state, buffer, settings, {
    nowMs: () => 0,
    requestMetadataUpdate: () => {
      updates += 1;
    },
    record: (fact) => facts.push(fact),
  });
  const partitions = [topicPartition('t', 0), topicPartition('t', 1)];
  state.assignFromUser(partitions);
  for (const one of partitions) state.seek(one, { offset: 0, offsetEpoch: -1, currentLeader });
  const add = (partition: number, data: PartitionData): void => {
    const rules = { isolationLevel: 'read_uncommitted', checkCrcs: true } as const;
    buffer.add(new CompletedFetch(`t-${partition}`, data, 0, rules));
  };
  return {
    collector,
    buffer,
    state,
    facts,
    fetched: (partition, log) => {
      add(partition, answered(log));
    },
    failed: (partition, error) => {
      add(partition, answered([], { errorCode: error }));
    },
    updates: () => updates,
  };
}

function polled(collector: FetchCollector): Record<string, readonly number[]> {
  const { partitions, exception } = collector.collect();
  expect(exception).toBeUndefined();
  return Object.fromEntries(
    partitions.map(({ partition, records }) => [partition, records.map(({ offset }) => offset)]),
  );
}
