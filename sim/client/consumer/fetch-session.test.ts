import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FetchResponse } from '../../protocol/messages/fetch-response.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { topicPartition } from '../topic-partition.ts';
import { FetchSession, type PartitionFetch, type SessionRequest } from './fetch-session.ts';
import { fetched } from './testing/batches.ts';

const newest = 18;

describe('a fetch session', () => {
  test('begins with a full request, and then names only what changed', () => {
    const session = new FetchSession(100);
    expect(asked(session.requestAll([want(0, 5), want(1, 7)]))).toEqual({
      id: 0,
      epoch: 0,
      sent: ['0@5', '1@7'],
      forgotten: [],
    });
    expect(session.accept(answer(77, [0, 1]), newest)).toBe(true);
    expect(session.isFull).toBe(false);
    expect(asked(session.requestChanges([want(0, 6), want(1, 7)], []))).toEqual({
      id: 77,
      epoch: 1,
      sent: ['0@6'],
      forgotten: [],
    });
    expect(session.accept(answer(77, [0]), newest)).toBe(true);
    expect(asked(session.requestChanges([], []))).toEqual({
      id: 77,
      epoch: 2,
      sent: [],
      forgotten: [],
    });
  });

  test('forgets what is no longer wanted, and a topic that was replaced', () => {
    const session = new FetchSession(100);
    session.requestAll([want(0, 5), want(1, 7)]);
    session.accept(answer(77, [0, 1]), newest);
    const request = session.requestChanges([want(0, 0, 'new')], [topicPartition('t', 1)]);
    expect(asked(request)).toEqual({ id: 77, epoch: 1, sent: ['0@0'], forgotten: ['1', '0'] });
    expect(request.topics[0]?.topicId).toBe('new');
  });

  test('stays without a session if the broker gives none', () => {
    const session = new FetchSession(100);
    session.requestAll([want(0, 5)]);
    expect(session.accept(answer(0, [0]), newest)).toBe(true);
    expect(session.isFull).toBe(true);
  });

  test('starts anew after an error: without the id that the broker does not know, else closing it', () => {
    const unknown = opened();
    expect(
      unknown.accept({ ...answer(77, []), errorCode: 'FETCH_SESSION_ID_NOT_FOUND' }, newest),
    ).toBe(false);
    expect(asked(unknown.requestAll([want(0, 5)]))).toMatchObject({ id: 0, epoch: 0 });

    const outOfStep = opened();
    expect(
      outOfStep.accept({ ...answer(77, []), errorCode: 'INVALID_FETCH_SESSION_EPOCH' }, newest),
    ).toBe(false);
    expect(asked(outOfStep.requestAll([want(0, 5)]))).toMatchObject({ id: 77, epoch: 0 });

    const lost = opened();
    lost.fail();
    expect(asked(lost.requestAll([want(0, 5)]))).toMatchObject({ id: 77, epoch: 0 });
  });

  test('refuses an answer about what was not asked, and a full one that is incomplete', () => {
    expect(opened().accept(answer(77, [3]), newest)).toBe(false);
    const session = new FetchSession(100);
    session.requestAll([want(0, 5), want(1, 7)]);
    expect(session.accept(answer(77, [0]), newest)).toBe(false);
    expect(session.isFull).toBe(true);
  });

  test('names topics as of old while the id of one is not known', () => {
    const session = new FetchSession(100);
    const request = session.requestAll([want(0, 5, zeroUuid)]);
    expect(request.usesTopicIds).toBe(false);
    expect(request.topics[0]?.topic).toBe('t');
    const old = {
      ...answer(0, []),
      responses: [{ topic: 't', topicId: zeroUuid, partitions: [fetched([])] }],
    };
    expect(session.accept(old, 12)).toBe(true);
  });

  test('ends with the final epoch', () => {
    expect(asked(opened().requestClose())).toEqual({ id: 77, epoch: -1, sent: [], forgotten: [] });
  });

  test('tells a broker that remembers what it was told exactly what is wanted', () => {
    const wishes = fc.array(fc.dictionary(fc.constantFrom('0', '1', '2', '3'), fc.nat(9)), {
      minLength: 1,
    });
    fc.assert(
      fc.property(wishes, (rounds) => {
        const session = new FetchSession(100);
        const remembered = new Map<number, number>();
        for (const round of rounds) {
          const wanted = Object.entries(round).map(([p, offset]) => want(Number(p), offset));
          const unwanted = [0, 1, 2, 3].filter((p) => !(String(p) in round));
          const request = session.isFull
            ? session.requestAll(wanted)
            : session.requestChanges(
                wanted,
                unwanted.map((p) => topicPartition('t', p)),
              );
          const changes = asked(request);
          if (changes.epoch === 0) remembered.clear();
          for (const p of changes.forgotten) remembered.delete(Number(p));
          for (const { partitions } of request.topics) {
            for (const { partition, fetchOffset } of partitions) {
              remembered.set(partition, fetchOffset);
            }
          }
          expect(Object.fromEntries(remembered)).toEqual(round);
          session.accept(answer(77, changes.epoch === 0 ? [...remembered.keys()] : []), newest);
        }
      }),
    );
  });
});

function opened(): FetchSession {
  const session = new FetchSession(100);
  session.requestAll([want(0, 5)]);
  session.accept(answer(77, [0]), newest);
  session.requestChanges([], []);
  return session;
}

function want(partition: number, fetchOffset: number, topicId = 'id'): PartitionFetch {
  return { partition: topicPartition('t', partition), topicId, fetchOffset, leaderEpoch: 0 };
}

function answer(sessionId: number, partitions: readonly number[]): FetchResponse {
  return {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    sessionId,
    responses: [
      {
        topic: '',
        topicId: 'id',
        partitions: partitions.map((partitionIndex) => fetched([], { partitionIndex })),
      },
    ],
    nodeEndpoints: [],
  };
}

interface Asked {
  readonly id: number;
  readonly epoch: number;
  readonly sent: readonly string[];
  readonly forgotten: readonly string[];
}

function asked(request: SessionRequest): Asked {
  const sent = request.topics.flatMap(({ partitions }) =>
    partitions.map(({ partition, fetchOffset }) => `${partition}@${fetchOffset}`),
  );
  const forgotten = request.forgottenTopicsData.flatMap(({ partitions }) => partitions.map(String));
  return { id: request.sessionId, epoch: request.sessionEpoch, sent, forgotten };
}
