import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  buildPartitionChange,
  type ChangeScope,
  type WantedChange,
} from './partition-change-builder.ts';
import {
  leaderRecovery,
  mergeChange,
  noLeader,
  type PartitionRegistration,
} from './partition-registration.ts';
import { containsAll } from './replica-lists.ts';

function partition(changes: Partial<PartitionRegistration> = {}): PartitionRegistration {
  const replicas = changes.replicas ?? [1, 2, 3];
  return {
    replicas,
    directories: replicas.map((broker) => `directory-of-${broker}`),
    isr: replicas,
    addingReplicas: [],
    removingReplicas: [],
    elr: [],
    lastKnownElr: [],
    leader: replicas[0] ?? noLeader,
    leaderRecoveryState: leaderRecovery.recovered,
    leaderEpoch: 5,
    partitionEpoch: 8,
    ...changes,
  };
}

function scope(alive: readonly number[], changes: Partial<ChangeScope> = {}): ChangeScope {
  return {
    topicId: 'topic',
    partitionId: 0,
    rules: {
      elrEnabled: true,
      lastKnownLeader: 'active',
      elrOfReplicasOnly: false,
      bumpsEpochOnShrink: false,
      completesReassignmentEarly: false,
    },
    minInsyncReplicas: 2,
    isAcceptableLeader: (broker) => alive.includes(broker),
    defaultDirectory: (broker) => `directory-of-${broker}`,
    ...changes,
  };
}

function after(
  before: PartitionRegistration,
  wanted: WantedChange,
  where: ChangeScope,
): PartitionRegistration {
  const record = buildPartitionChange(before, wanted, where);
  return record === undefined ? before : mergeChange(before, record);
}

describe('a change of a partition', () => {
  test('that changes nothing is no record', () => {
    const record = buildPartitionChange(partition(), { election: 'online' }, scope([1, 2, 3]));
    expect(record).toBeUndefined();
  });

  test('that only shrinks the ISR keeps the leader epoch', () => {
    const next = after(partition(), { election: 'online', isr: [1, 2] }, scope([1, 2, 3]));
    expect(next).toMatchObject({ leader: 1, leaderEpoch: 5, partitionEpoch: 9, isr: [1, 2] });
  });

  test('puts also who is no replica any more into the ELR, but with elr.replicasOnly=on', () => {
    const wanted: WantedChange = { election: 'online', replicas: [1], isr: [1] };
    const where = scope([1, 2]);
    expect(after(partition({ isr: [1, 2] }), wanted, where)).toMatchObject({ elr: [2] });
    const rules = { ...where.rules, elrOfReplicasOnly: true };
    expect(after(partition({ isr: [1, 2] }), wanted, { ...where, rules })).toMatchObject({
      elr: [],
    });
  });

  test('puts who leaves a small ISR into the ELR, but for one that stopped uncleanly', () => {
    const small = partition({ isr: [1, 2] });
    const clean = after(small, { election: 'online', isr: [1] }, scope([1]));
    expect(clean).toMatchObject({ isr: [1], elr: [2] });
    const wanted: WantedChange = { election: 'online', isr: [1], uncleanShutdown: 2 };
    expect(after(small, wanted, scope([1]))).toMatchObject({ isr: [1], elr: [] });
  });

  test('empties the ELR when the ISR is large enough again', () => {
    const small = partition({ isr: [1], elr: [2], lastKnownElr: [] });
    const next = after(small, { election: 'online', isr: [1, 3] }, scope([1, 3]));
    expect(next).toMatchObject({ isr: [1, 3], elr: [] });
  });

  test('elects from the ELR when the ISR is empty, and does not call that unclean', () => {
    const empty = partition({ isr: [], elr: [2, 3], leader: noLeader, lastKnownElr: [1] });
    const next = after(empty, { election: 'online' }, scope([1, 3]));
    expect(next).toMatchObject({ leader: 3, isr: [3], elr: [2], lastKnownElr: [] });
    expect(next.leaderRecoveryState).toBe(leaderRecovery.recovered);
  });

  test('elects anyone alive in an unclean election, and marks it', () => {
    const dead = partition({ isr: [1], elr: [2], leader: noLeader });
    const next = after(dead, { election: 'unclean' }, scope([3]));
    expect(next).toMatchObject({ leader: 3, isr: [3], elr: [], leaderRecoveryState: 1 });
    expect(after(dead, { election: 'online' }, scope([3]))).toBe(dead);
  });

  test('prefers the first replica only where it is asked to', () => {
    const moved = partition({ leader: 2 });
    expect(after(moved, { election: 'online' }, scope([1, 2, 3]))).toBe(moved);
    expect(after(moved, { election: 'preferred' }, scope([1, 2, 3])).leader).toBe(1);
  });

  test('gives a new replica a directory', () => {
    const wanted: WantedChange = {
      election: 'online',
      replicas: [1, 2, 3, 4],
      addingReplicas: [4],
    };
    const next = after(partition(), wanted, scope([1, 2, 3, 4]));
    expect(next.directories.at(-1)).toBe('directory-of-4');
  });

  test('leaves a partition that keeps its own rules, whatever is wanted', () => {
    const brokers = [1, 2, 3, 4];
    const subset = fc.subarray(brokers);
    const replicas = fc.shuffledSubarray(brokers, { minLength: 1 });
    const election = fc.constantFrom('preferred', 'online', 'unclean');
    const step = fc.record({
      alive: subset,
      isr: subset,
      election,
      unclean: fc.option(fc.constantFrom(...brokers)),
    });
    const holds = fc.property(
      replicas,
      fc.array(step),
      fc.integer({ min: 1, max: 3 }),
      (all, steps, min) => {
        let state = partition({ replicas: all });
        for (const { alive, isr, election: how, unclean } of steps) {
          // As in Kafka, nobody takes a leader that is alive out of the ISR.
          const wantedIsr = state.isr.filter((broker) => {
            if (broker === unclean) return false;
            return isr.includes(broker) || (broker === state.leader && alive.includes(broker));
          });
          const wanted = { election: how, isr: wantedIsr };
          const isAlive = alive.filter((broker) => broker !== unclean);
          const where = scope(isAlive, { minInsyncReplicas: Math.min(min, all.length) });
          const next = after(
            state,
            unclean === null ? wanted : { ...wanted, uncleanShutdown: unclean },
            where,
          );
          expect(next.partitionEpoch - state.partitionEpoch).toBe(next === state ? 0 : 1);
          expect(containsAll(next.replicas, [...next.isr, ...next.elr])).toBe(true);
          expect(next.isr.some((broker) => next.elr.includes(broker))).toBe(false);
          // An election out of the ELR leaves its other members there.
          const isLarge = wantedIsr.length >= where.minInsyncReplicas;
          if (isLarge && next !== state) expect(next.elr).toEqual([]);
          if (next.leader !== noLeader) {
            expect(next.isr).toContain(next.leader);
            expect(next.lastKnownElr).toEqual([]);
          }
          if (next.leader !== state.leader) expect(next.leaderEpoch).toBe(state.leaderEpoch + 1);
          state = next;
        }
      },
    );
    fc.assert(holds);
  });
});
