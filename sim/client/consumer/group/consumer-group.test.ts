import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds, seconds } from '../../../kernel/time.ts';
import { topicPartition } from '../../topic-partition.ts';
import { GroupUnderTest, strategies } from './testing/group-under-test.ts';

const strategy = (name: keyof typeof strategies): Record<string, string> => ({
  'partition.assignment.strategy': strategies[name],
});

describe('a classic group', () => {
  test.each(['range', 'roundRobin', 'sticky', 'cooperative'] as const)(
    'gives each of 4 partitions to one of 3 members, by %s',
    (name) => {
      const group = new GroupUnderTest({ partitions: 4, properties: strategy(name) });
      for (let member = 0; member < 3; member += 1) group.add().join();
      group.settle();
      const counts = group.members.map(({ owned }) => owned.length);
      expect(counts.sort((one, other) => one - other)).toEqual([1, 1, 2]);
    },
  );

  test('gives the partitions of a member that leaves to the others at once', () => {
    const group = new GroupUnderTest({ partitions: 4, properties: strategy('range') });
    const [first, second] = [group.add(), group.add()];
    first.join();
    second.join();
    group.settle();
    expect(first.owned).toHaveLength(2);
    second.leave();
    group.settle(seconds(5));
    expect(first.owned).toEqual(group.partitions);
    expect(second.told.at(-1)).toMatch(/^revoked/u);
    expect(group.cluster.lastOf('membershipEnded').why).toBe('close');
  });

  test('gives the partitions of a member that crashes to the others after session.timeout.ms', () => {
    const group = new GroupUnderTest({ partitions: 4 });
    const [first, second] = [group.add(), group.add()];
    first.join();
    second.join();
    group.settle();
    group.crash(second);
    group.cluster.run(seconds(6));
    expect(first.owned).toHaveLength(2);
    group.settle(seconds(10));
    expect(first.owned).toEqual(group.partitions);
  });

  test('takes a new partition up when its leader hears of it', () => {
    const properties = { 'metadata.max.age.ms': '5000' };
    const group = new GroupUnderTest({ partitions: 2, properties });
    const member = group.add();
    member.join();
    group.settle();
    group.addPartitions(3);
    group.settle(seconds(15));
    expect(member.owned).toEqual(['orders-0', 'orders-1', 'orders-2']);
  });

  test('follows a subscription that changes', () => {
    const group = new GroupUnderTest({ partitions: 2 });
    group.cluster.createTopic('payments', { numPartitions: 1, replicationFactor: 3 });
    const member = group.add();
    member.join();
    group.settle();
    member.instead(() => {
      member.join(['payments']);
    });
    group.cluster.run(seconds(5));
    expect(member.owned).toEqual(['payments-0']);
    expect(member.told).toEqual([
      'assigned orders-0,orders-1',
      'revoked orders-0,orders-1',
      'assigned payments-0',
    ]);
  });

  test('finds another coordinator when its own crashes', () => {
    const group = new GroupUnderTest({ partitions: 4 });
    const [first, second] = [group.add(), group.add()];
    first.join();
    second.join();
    group.settle();
    const { broker } = group.cluster.lastOf('coordinatorLoaded');
    group.cluster.world.crash(group.cluster.nodeOf(broker));
    group.cluster.run(seconds(30));
    second.leave();
    group.settle(seconds(30));
    expect(first.owned).toEqual(group.partitions);
    expect(first.thrown).toEqual([]);
  });
});

describe('a member of a classic group', () => {
  test('keeps what it has while others join, if it is cooperative', () => {
    const group = new GroupUnderTest({ partitions: 4, properties: strategy('cooperative') });
    const first = group.add();
    first.join();
    group.settle();
    const second = group.add();
    second.join();
    group.settle();
    const kept = new Set(first.owned);
    expect(kept.size).toBe(2);
    const revoked = group.partitions.filter((name) => !kept.has(name));
    expect(first.told.filter((told) => told !== 'assigned')).toEqual([
      `assigned ${group.partitions.join(',')}`,
      `revoked ${revoked.join(',')}`,
    ]);
  });

  test('loses its partitions when it does not poll for max.poll.interval.ms, and joins again', () => {
    const properties = { 'max.poll.interval.ms': '12000' };
    const group = new GroupUnderTest({ partitions: 2, properties });
    const [first, second] = [group.add(), group.add()];
    first.join();
    second.join();
    group.settle();
    second.isStalled = true;
    group.cluster.run(seconds(11));
    expect(first.owned).toHaveLength(1);
    group.cluster.run(seconds(6));
    expect(first.owned).toEqual(group.partitions);
    expect(group.cluster.lastOf('membershipEnded').why).toBe('pollTimeout');
    second.poll();
    group.settle();
    expect(second.told.slice(1, 2)).toEqual([expect.stringMatching(/^lost orders-\d$/u)]);
    expect(second.owned).toHaveLength(1);
  });

  test('commits while it gives up partitions, before the others have them', () => {
    const group = new GroupUnderTest({
      partitions: 2,
      properties: { ...strategy('range'), 'enable.auto.commit': 'false' },
    });
    const [first, second] = [group.add(), group.add()];
    const ended: unknown[] = [];
    first.commitWhenRevoked = { ended: (exception) => ended.push(exception) };
    first.join();
    group.settle();
    group.cluster.run(seconds(1));
    second.join();
    group.settle();
    expect(ended).toEqual([undefined]);
    const facts = group.cluster.seen.map(({ fact }) => fact.kind);
    const committed = facts.indexOf('offsetCommitSucceeded');
    expect(committed).toBeGreaterThan(facts.indexOf('offsetCommitAttempted'));
    expect(committed).toBeLessThan(facts.indexOf('partitionsRevoked'));
    expect(group.cluster.lastOf('offsetCommitAttempted').why).toBe('sync');
  });

  test('begins where the group has committed', () => {
    const group = new GroupUnderTest({
      partitions: 1,
      properties: { 'enable.auto.commit': 'false' },
    });
    const [first, second] = [group.add(), group.add()];
    first.join();
    group.settle();
    const partition = topicPartition('orders', 0);
    const offsets = [{ partition, offset: 0, leaderEpoch: -1 }];
    first.instead(() => {
      first.consumer.commitAsync(() => undefined, { offsets });
      first.leave();
      first.poll();
    });
    group.cluster.run(seconds(5));
    second.join();
    group.settle();
    group.cluster.run(seconds(1));
    expect(group.cluster.lastOf('committedOffsetsReceived').offsets).toEqual([
      { partition: 'orders-0', offset: 0 },
    ]);
    expect(group.cluster.factsOf('offsetCommitSucceeded')).toHaveLength(1);
  });

  test('is fenced by another one with its group.instance.id', () => {
    const properties = { 'group.instance.id': 'i1' };
    const group = new GroupUnderTest({ partitions: 2 });
    const [first, second] = [group.add(properties), group.add(properties)];
    first.join();
    group.settle();
    second.join();
    group.cluster.run(seconds(10));
    expect(first.thrown.map(({ name }) => name)).toEqual(['FencedInstanceIdException']);
    expect(second.owned).toEqual(group.partitions);
    expect(group.cluster.lastOf('membershipEnded').why).toBe('fatal');
  });

  test('that is static comes back to what it had without a rebalance', () => {
    const group = new GroupUnderTest({ partitions: 4 });
    const [first, second] = ['i1', 'i2'].map((id) => group.add({ 'group.instance.id': id }));
    first?.join();
    second?.join();
    group.settle();
    const before = second?.owned;
    const generation = group.cluster.lastOf('partitionsAssigned').generation;
    second?.leave();
    group.cluster.run(seconds(2));
    const again = group.add({ 'group.instance.id': 'i2' });
    again.join();
    group.cluster.run(seconds(3));
    expect(again.owned).toEqual(before);
    expect(group.cluster.lastOf('partitionsAssigned').generation).toBe(generation);
  });

  test('tells what has become of asynchronous commits in their order', () => {
    const group = new GroupUnderTest({
      partitions: 1,
      properties: { 'enable.auto.commit': 'false' },
    });
    const member = group.add();
    member.join();
    group.settle();
    const completed: number[] = [];
    member.instead(() => {
      for (const offset of [1, 2, 3]) {
        const offsets = [{ partition: topicPartition('orders', 0), offset, leaderEpoch: -1 }];
        member.consumer.commitAsync(([committed]) => completed.push(committed?.offset ?? -1), {
          offsets,
        });
      }
      member.poll();
    });
    group.cluster.run(seconds(1));
    expect(completed).toEqual([1, 2, 3]);
  });

  test('commits every auto.commit.interval.ms, and before it leaves', () => {
    const group = new GroupUnderTest({
      partitions: 1,
      properties: { 'auto.commit.interval.ms': '1000' },
    });
    const member = group.add();
    member.join();
    group.settle();
    group.cluster.run(milliseconds(3_500));
    member.leave();
    group.cluster.run(seconds(2));
    const causes = group.cluster.factsOf('offsetCommitAttempted').map(({ why }) => why);
    expect(causes).toEqual(['auto', 'auto', 'auto', 'close']);
    expect(member.isClosed).toBe(true);
  });
});

describe('a cooperative group that a member joins', () => {
  /** Partitions that a member was given while another one had them. */
  function sharedIn({ cluster }: GroupUnderTest): readonly string[] {
    const owners = new Map<string, Set<string>>();
    const shared: string[] = [];
    for (const { fact } of cluster.seen) {
      const added = fact.kind === 'partitionsAssigned' ? fact : { added: [], memberId: '' };
      for (const name of added.added) {
        const having = owners.get(name) ?? new Set();
        owners.set(name, having.add(added.memberId));
        if (having.size > 1) shared.push(name);
      }
      const revoked = fact.kind === 'partitionsRevoked' ? fact : { partitions: [], memberId: '' };
      for (const name of revoked.partitions) owners.get(name)?.delete(revoked.memberId);
    }
    return shared;
  }

  test.each([
    [{}, 0],
    [{ 'coop.skipRevokePhase': 'on' }, 2],
  ])('shares no partition for a while, but with %j %i', (switches, count) => {
    const properties = { ...strategy('cooperative'), 'auto.commit.interval.ms': '1000' };
    const group = new GroupUnderTest({ partitions: 4, properties, switches });
    const [first, second] = [group.add(), group.add()];
    first.commitWhenRevoked = { ended: () => undefined };
    first.join();
    group.settle();
    second.join();
    group.cluster.run(seconds(10));
    expect(sharedIn(group)).toHaveLength(count);
  });
});

describe('whatever members do', () => {
  type Step = readonly ['join' | 'leave' | 'crash' | 'stall' | 'run', number];
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom('join', 'join', 'leave', 'crash', 'stall', 'run'),
    fc.nat(9),
  );
  const scripts = fc.array(step, { minLength: 3, maxLength: 12 });

  test.each(['range', 'cooperative'] as const)(
    'no partition has two owners in a generation, and in the end each has one, by %s',
    (name) => {
      const holds = fc.property(scripts, (script) => {
        const group = new GroupUnderTest({
          partitions: 5,
          properties: { ...strategy(name), 'max.poll.interval.ms': '15000' },
        });
        group.add().join();
        for (const [action, draw] of script) play(group, action, draw);
        for (const member of group.members) if (member.isStalled) member.poll();
        if (!group.members.some(({ isMember }) => isMember)) group.add().join();
        group.settle(seconds(120));
        checkOwners(group);
      });
      fc.assert(holds, { numRuns: 12 });
    },
    60_000,
  );

  function play(group: GroupUnderTest, action: Step[0], draw: number): void {
    const active = group.members.filter(({ isMember, isStalled }) => isMember && !isStalled);
    const member = active[draw % Math.max(active.length, 1)];
    if (action === 'join') group.add().join();
    else if (action === 'leave') member?.leave();
    else if (action === 'crash' && member !== undefined) group.crash(member);
    else if (action === 'stall' && member !== undefined) member.isStalled = true;
    group.cluster.run(milliseconds(draw * draw * 300));
  }

  /** By the facts that members tell: of one generation, each partition is one member's. */
  function checkOwners(group: GroupUnderTest): void {
    const owners = new Map<string, string>();
    for (const { generation, memberId, owned } of group.cluster.factsOf('partitionsAssigned')) {
      for (const partition of owned) {
        const place = `${generation} ${partition}`;
        expect(owners.get(place) ?? memberId).toBe(memberId);
        owners.set(place, memberId);
      }
    }
  }
});
