import { describe, expect, test } from 'vitest';
import { viewOfAnswer } from './answer-view.ts';
import { BatchMaker } from './batch-maker.ts';
import { hasVersion } from './message-schema.ts';
import { requestBody } from './request-body.ts';

const batches = new BatchMaker(() => 1_000_000);

describe('the body of a request', () => {
  test('has defaults for what is left out, in structs too', () => {
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0, timestamp: -1 }] }];
    expect(requestBody('ListOffsets', { topics }, batches)).toEqual({
      replicaId: 0,
      isolationLevel: 0,
      topics: [
        { name: 't', partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1 }] },
      ],
      timeoutMs: 0,
    });
  });

  test('may have no other fields', () => {
    expect(() => requestBody('ListOffsets', { topic: 't' }, batches)).toThrow('no field topic');
  });
});

test('an answer has the fields of its version, and tagged ones where they say something', () => {
  const partition = {
    index: 0,
    errorCode: 'NONE',
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
  };
  const body = {
    responses: [{ name: 't', topicId: 'abc', partitionResponses: [partition] }],
    throttleTimeMs: 0,
    nodeEndpoints: [],
  };
  const old = viewOfAnswer('Produce', 3, body);
  expect(old).toHaveProperty('responses.0.name', 't');
  expect(old).not.toHaveProperty('responses.0.topicId');
  expect(old).not.toHaveProperty('responses.0.partitionResponses.0.logStartOffset');
  const now = viewOfAnswer('Produce', 13, body);
  expect(now).toHaveProperty('responses.0.topicId', 'abc');
  expect(now).not.toHaveProperty('responses.0.partitionResponses.0.currentLeader');
  expect(now).not.toHaveProperty('nodeEndpoints');
});

test('versions are a range, open or not', () => {
  expect(['3+', '0-2', '4', undefined].map((versions) => hasVersion(versions, 3))).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

describe('a described batch', () => {
  test('has Kafka sizes and the time of the one who sends it', () => {
    const [batch] = batches.make({ batch: { records: ['a', { value: 'b', timestamp: 'now-5' }] } });
    expect(batch).toMatchObject({ lastOffset: 1, sizeInBytes: 61 + 8 + 8, producerId: -1 });
    expect(batch?.records.map(({ timestampMs }) => timestampMs)).toEqual([1_000_000, 999_995]);
  });

  test('can be spoiled', () => {
    const make = (spoil: string): unknown => batches.make({ batch: { spoil, records: ['a'] } })[0];
    expect(make('crc')).toMatchObject({ isIntact: false });
    expect(make('count')).toMatchObject({ lastOffset: 0, records: [{}, {}] });
    expect(make('lastOffsetDelta')).toMatchObject({ lastOffset: 1, records: [{}] });
    expect(make('cut')).toBeUndefined();
  });

  test('without records is a header', () => {
    expect(batches.make({ batch: { records: [] } })[0]).toMatchObject({
      sizeInBytes: 61,
      records: [],
    });
  });
});
