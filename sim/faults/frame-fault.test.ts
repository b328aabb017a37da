import { expect, test } from 'vitest';
import { FrameFault } from './frame-fault.ts';
import { createRandom } from '../kernel/random.ts';
import { NodeDirectory } from '../node-directory.ts';
import { type FrameMatch } from '../plan.ts';
import { Api, type Frame } from '../protocol/api.ts';
import { type ErrorName } from '../protocol/errors.ts';
import { requestFrame, responseFrame } from '../protocol/frames.ts';
import { zeroUuid } from '../protocol/uuid.ts';

const header = { apiVersion: 12, correlationId: 7, clientId: 'producer-1', sizeInBytes: 100 };
const request = requestFrame(Api.produce, header, {
  transactionalId: null,
  acks: -1,
  timeoutMs: 30_000,
  topicData: [{ name: 'orders', topicId: zeroUuid, partitionData: [{ index: 0, records: [] }] }],
});

/** A Produce response for partitions 0, 1 … of orders. */
function answer(...errors: readonly ErrorName[]): Frame {
  const partitionResponses = errors.map((errorCode, index) => ({
    index,
    errorCode,
    baseOffset: 0,
    logAppendTimeMs: -1,
    logStartOffset: 0,
    recordErrors: [],
    errorMessage: null,
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
  }));
  const responses = [{ name: 'orders', topicId: zeroUuid, partitionResponses }];
  const body = { responses, throttleTimeMs: 0, nodeEndpoints: [] };
  return responseFrame(Api.produce, request, body, 100);
}

function faultOn(match: FrameMatch, count: number): FrameFault {
  const trigger = { kind: 'at', atMs: 0 } as const;
  const what = { match, verdict: 'drop', delayMs: 0, count, share: 1, forMs: 1_000 } as const;
  return new FrameFault({ id: 'fault-1', trigger, kind: 'frames', ...what }, new NodeDirectory(), {
    random: createRandom('test'),
    onSpent: () => undefined,
  });
}

function hits(match: FrameMatch, frame: Frame): boolean {
  return faultOn(match, 1).judge(0, 1, frame) !== undefined;
}

test('an error is looked for in the answers of the partition that is meant, or of any', () => {
  const failed = answer('NONE', 'NOT_ENOUGH_REPLICAS');
  expect(hits({ error: 'NOT_ENOUGH_REPLICAS' }, failed)).toBe(true);
  expect(hits({ error: 'NOT_ENOUGH_REPLICAS', partition: 'orders-1' }, failed)).toBe(true);
  expect(hits({ error: 'NOT_ENOUGH_REPLICAS', partition: 'orders-0' }, failed)).toBe(false);
  expect(hits({ error: 'NONE', partition: 'orders-0' }, failed)).toBe(true);
  expect(hits({ error: 'NONE' }, request)).toBe(false);
});

test('a partition is looked for in requests and in answers', () => {
  expect(hits({ partition: 'orders-0' }, request)).toBe(true);
  expect(hits({ partition: 'orders-1' }, request)).toBe(false);
  expect(hits({ partition: 'orders-1' }, answer('NONE', 'NONE'))).toBe(true);
  expect(hits({ partition: 'orders-0', direction: 'request' }, answer('NONE'))).toBe(false);
});

test('what is counted out hits no more', () => {
  const fault = faultOn({}, 2);
  const verdicts = [1, 2, 3].map(() => fault.judge(0, 1, request)?.kind);
  expect(verdicts).toEqual(['drop', 'drop', undefined]);
});
