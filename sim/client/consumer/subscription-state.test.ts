import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OffsetReset } from '../../protocol/config/offset-reset.ts';
import { type Fact } from '../../trace.ts';
import { topicPartition } from '../topic-partition.ts';
import { type AssignedPartition } from './assigned-partition.ts';
import { type KnownLeader } from '../metadata.ts';
import { type FetchPosition, noEpoch } from './fetch-position.ts';
import { SubscriptionState } from './subscription-state.ts';

const first = topicPartition('t', 0);
const second = topicPartition('t', 1);
const currentLeader = led(1, 3);

describe('the subscription state', () => {
  test('keeps the state of what stays assigned', () => {
    const { state } = subscribed();
    state.seek(first, at(5));
    expect(state.assignFromUser([first, topicPartition('u', 0)])).toBe(true);
    expect(state.get('t-0')?.position?.offset).toBe(5);
    expect(state.get('t-1')).toBeUndefined();
    expect(state.assignFromUser([topicPartition('u', 0), first])).toBe(false);
  });

  test('validates a position with an epoch when the leader or its epoch changes', () => {
    const { state, partition } = subscribed();
    state.seek(first, {
      offset: 5,
      offsetEpoch: 2,
      currentLeader: { leader: undefined, leaderEpoch: noEpoch },
    });
    expect(partition.state).toBe('fetching');
    partition.validateFor(currentLeader);
    expect(partition.state).toBe('awaitValidation');
    partition.completeValidation();
    partition.validateFor(currentLeader);
    expect(partition.state).toBe('fetching');
    partition.validateFor(led(1, 4));
    expect(partition.state).toBe('awaitValidation');
  });

  test('has nothing to validate without an epoch, without a leader, and during a reset', () => {
    const { state, partition } = subscribed();
    state.seek(first, at(5));
    partition.validateFor(led(2, 9));
    expect(partition.state).toBe('fetching');
    expect(partition.position?.currentLeader.leader?.nodeId).toBe(2);
    state.seek(first, { offset: 5, offsetEpoch: 2, currentLeader: led(2, noEpoch) });
    partition.validateFor({ leader: undefined, leaderEpoch: 10 });
    expect(partition.state).toBe('fetching');
    state.requestReset(partition);
    partition.validateFor(currentLeader);
    expect(partition.state).toBe('awaitReset');
  });

  test('never validates with consumer.validatePosition=off', () => {
    const state = new SubscriptionState({ kind: 'latest' }, false, () => undefined);
    state.assignFromUser([first]);
    state.seek(first, { offset: 5, offsetEpoch: 2, currentLeader });
    expect(state.get('t-0')?.state).toBe('fetching');
  });

  test('ignores what a reset found if the partition was sought meanwhile', () => {
    const { state, partition, facts } = subscribed();
    state.requestReset(partition);
    state.seek(first, at(5));
    state.completeReset('t-0', at(9), { kind: 'latest' });
    expect(partition.position?.offset).toBe(5);
    state.seekByReset(first, { kind: 'earliest' });
    state.completeReset('t-0', at(9), { kind: 'latest' });
    expect(partition.state).toBe('awaitReset');
    state.completeReset('t-0', at(1), { kind: 'earliest' });
    expect(partition.position?.offset).toBe(1);
    expect(facts.filter(({ kind }) => kind === 'positionMoved')).toEqual([
      { kind: 'positionMoved', partition: 't-0', from: -1, to: 5, why: 'seek' },
      { kind: 'positionMoved', partition: 't-0', from: 5, to: 1, why: 'seek' },
    ]);
  });

  test('tells which partitions are fetched', () => {
    const { state, facts } = subscribed();
    state.pause([first]);
    state.resume([first]);
    state.unsubscribe();
    const told = facts.flatMap((fact) =>
      fact.kind === 'assignmentChanged' ? [fact.partitions] : [],
    );
    expect(told).toEqual([['t-1', 't-0'], ['t-1'], ['t-1', 't-0'], []]);
  });

  test('names what has no position and no policy', () => {
    const { state } = subscribed({ kind: 'none' });
    state.seek(second, at(5));
    expect(state.resetInitializing()).toEqual(['t-0']);
  });

  test('prefers a follower for metadata.max.age after it was first named', () => {
    const { partition } = subscribed();
    partition.preferReplica(2, 1_000);
    partition.preferReplica(2, 5_000);
    expect(partition.preferredReplica(1_000)).toBe(2);
    expect(partition.preferredReplica(1_001)).toBe(-1);
  });

  test('always knows without looking whether all positions are valid', () => {
    const acts: readonly ((state: SubscriptionState) => void)[] = [
      (state) => state.assignFromUser([first]),
      (state) => state.assignFromUser([first, second]),
      (state) => state.assignFromUser([second]),
      (state) => {
        for (const { name, topic, partition } of [...state.partitions()]) {
          state.seek({ name, topic, partition }, { offset: 1, offsetEpoch: 1, currentLeader });
        }
      },
      (state) => state.resetInitializing(),
      (state) => {
        for (const partition of state.partitions()) partition.completeValidation();
      },
      (state) => {
        for (const partition of [...state.partitions()]) state.requestReset(partition);
      },
      (state) => {
        state.completeReset('t-0', at(3), { kind: 'latest' });
      },
      (state) => {
        for (const partition of state.partitions()) {
          partition.validateFor(led(1, 8));
        }
      },
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(acts.length - 1)), (choices) => {
        const { state } = subscribed();
        for (const choice of choices) acts[choice]?.(state);
        const isValid = [...state.partitions()].every(({ hasValidPosition }) => hasValidPosition);
        expect(state.hasAllPositions).toBe(isValid);
      }),
    );
  });
});

interface Subscribed {
  readonly state: SubscriptionState;
  readonly partition: AssignedPartition;
  readonly facts: readonly Fact[];
}

function subscribed(policy: OffsetReset = { kind: 'latest' }): Subscribed {
  const facts: Fact[] = [];
  const state = new SubscriptionState(policy, true, (fact) => facts.push(fact));
  state.assignFromUser([first, second]);
  const partition = state.get('t-0');
  if (partition === undefined) throw new Error('t-0 is assigned');
  return { state, partition, facts };
}

function at(offset: number): FetchPosition {
  return { offset, offsetEpoch: noEpoch, currentLeader };
}

function led(nodeId: number, leaderEpoch: number): KnownLeader {
  return { leader: { nodeId, host: `broker-${nodeId}`, port: 9092, rack: null }, leaderEpoch };
}
