import { describe, expect, test } from 'vitest';
import { ClusterUnderTest, type SeenFact } from '../../../cluster-under-test.ts';
import { type NodeIndex } from '../../../kernel/process.ts';
import { seconds } from '../../../kernel/time.ts';
import { Api } from '../../../protocol/api.ts';
import { BatchBuilder } from '../../../protocol/batch-builder.ts';
import { compareTexts } from '../../../protocol/compare-texts.ts';
import { type Properties } from '../../../protocol/config/config-definition.ts';
import { resolveConsumerConfig } from '../../../protocol/config/consumer-config.ts';
import { type ConsumerOperation } from '../../../plan.ts';
import { autoCommit } from '../../application/processing-models.ts';
import { bootConsumer } from '../../application/boot-consumer.ts';

const partitions = [0, 1, 2, 3];
const allNames = partitions.map((number) => `orders-${number}`);

describe('consumers of one group, with the new protocol', () => {
  test('share the partitions, and read each record once', () => {
    const group = new GroupUnderTest();
    for (const name of ['a', 'b', 'c']) group.add(name);
    group.runWithRecords(30);
    expect(group.owned()).toEqual(allNames);
    expect(group.ownersAtOnce()).toBe(1);
    expect(group.lost()).toEqual([]);
    expect(group.repeated()).toBe(0);
  });

  test('take over from a member that is stopped, and from where it has committed', () => {
    const group = new GroupUnderTest();
    const [first] = ['a', 'b', 'c'].map((name) => group.add(name));
    group.runWithRecords(20);
    group.cluster.world.stop(first ?? 0);
    group.runWithRecords(20);
    expect(group.owned()).toEqual(allNames);
    expect(group.ownersAtOnce()).toBe(1);
    expect(group.lost()).toEqual([]);
    expect(group.repeated()).toBe(0);
  });

  test('go on when the broker that coordinates their group crashes', () => {
    const group = new GroupUnderTest();
    for (const name of ['a', 'b', 'c']) group.add(name);
    group.runWithRecords(10);
    const coordinator = group.cluster.nodeOf(group.coordinator());
    group.cluster.world.crash(coordinator);
    group.cluster.run(seconds(30));
    group.cluster.world.start(coordinator);
    group.cluster.run(seconds(20));
    group.runWithRecords(20);
    expect(group.owned()).toEqual(allNames);
    expect(group.lost()).toEqual([]);
  });

  test('leave a static member its partitions while it restarts', () => {
    const group = new GroupUnderTest();
    const [first] = ['a', 'b'].map((name) => group.add(name, { 'group.instance.id': name }));
    group.runWithRecords(20);
    const before = group.cluster.factsOf('partitionsAssigned').length;
    group.cluster.world.stop(first ?? 0);
    group.cluster.run(seconds(5));
    group.cluster.world.start(first ?? 0);
    group.runWithRecords(20);
    const since = group.cluster.factsOf('partitionsAssigned').slice(before);
    expect(since.map(({ instanceId }) => instanceId)).toEqual(['a']);
    expect(group.lost()).toEqual([]);
  });

  test('lose their partitions when they do not poll, and join again with the next poll', () => {
    const group = new GroupUnderTest();
    group.add('slow', { 'max.poll.interval.ms': '3000' }, 5_000);
    group.runWithRecords(30);
    const why = group.cluster.factsOf('membershipEnded').map((fact) => fact.why);
    expect(new Set(why)).toEqual(new Set(['pollTimeout']));
    const lost = group.cluster.factsOf('partitionsRevoked').filter(({ areLost }) => areLost);
    expect(lost.length).toBe(why.length);
    expect(group.owned()).toEqual(allNames);
  });

  test('take over from a member that crashes, when its session is over', () => {
    const group = new GroupUnderTest();
    const [first] = ['a', 'b', 'c'].map((name) => group.add(name));
    group.runWithRecords(20);
    group.cluster.world.crash(first ?? 0);
    group.runWithRecords(70);
    expect(group.lost()).toEqual([]);
    group.cluster.world.start(first ?? 0);
    group.runWithRecords(30);
    expect(group.lost()).toEqual([]);
  });
});

/** A topic of four partitions, and consumers that have subscribed to it. */
class GroupUnderTest {
  readonly cluster = new ClusterUnderTest().start();
  readonly #topicId: string;
  #written = 0;

  constructor() {
    this.#topicId = this.cluster.createTopic('orders', {
      numPartitions: 4,
      replicationFactor: 3,
      // The records of tests are from 1970.
      configs: [{ name: 'retention.ms', value: '-1' }],
    });
  }

  add(name: string, properties: Properties = {}, processingMs = 0): NodeIndex {
    const subscribe: ConsumerOperation = { op: 'subscribe', atMs: 0, topics: ['orders'] };
    const config = resolveConsumerConfig({
      'group.id': 'g',
      'group.protocol': 'consumer',
      'auto.offset.reset': 'earliest',
      'auto.commit.interval.ms': '500',
      ...properties,
    });
    const boot = bootConsumer({
      ...this.cluster.surroundings,
      name,
      config,
      model: autoCommit,
      processingMs,
      output: undefined,
      workload: [subscribe],
    });
    const node = this.cluster.world.addNode(name, boot);
    this.cluster.world.start(node);
    return node;
  }

  /** The broker that coordinates the group. */
  coordinator(): number {
    const { coordinators } = this.cluster.ask(1, Api.findCoordinator, {
      key: '',
      keyType: 0,
      coordinatorKeys: ['g'],
    });
    return coordinators[0]?.nodeId ?? -1;
  }

  /** One record for each partition in each second. */
  runWithRecords(times: number): void {
    for (let time = 0; time < times; time += 1) {
      for (const number of partitions) this.#produce(number);
      this.#written += 1;
      this.cluster.run(seconds(1));
    }
  }

  /** The partitions that members have at the end, in order. */
  owned(): readonly string[] {
    const owned = new Map<string, readonly string[]>();
    for (const { fact } of this.cluster.seen) {
      if (fact.kind === 'partitionsAssigned') owned.set(fact.memberId, fact.owned);
      if (fact.kind === 'membershipEnded') owned.delete(fact.memberId);
    }
    return [...owned.values()].flat().sort(compareTexts);
  }

  /** How many members have had one partition at the same time, at most. */
  ownersAtOnce(): number {
    const owners = new Map<string, Set<string>>();
    let most = 0;
    for (const { fact } of this.cluster.seen) {
      if (fact.kind === 'partitionsAssigned') {
        for (const name of fact.owned) {
          const members = owners.get(name) ?? new Set<string>();
          owners.set(name, members.add(fact.memberId));
          most = Math.max(most, members.size);
        }
      } else if (fact.kind === 'partitionsRevoked') {
        for (const name of fact.partitions) owners.get(name)?.delete(fact.memberId);
      }
    }
    return most;
  }

  /** Records that nobody has read. */
  lost(): readonly string[] {
    const read = new Set(this.#reads());
    const written = allNames.flatMap((name) =>
      Array.from({ length: this.#written }, (_, offset) => `${name}@${offset}`),
    );
    return written.filter((record) => !read.has(record));
  }

  /** How many records were read again. */
  repeated(): number {
    const reads = this.#reads();
    return reads.length - new Set(reads).size;
  }

  #reads(): readonly string[] {
    return this.cluster
      .factsOf('recordsPolled')
      .flatMap(({ partition, records }) => records.map(({ offset }) => `${partition}@${offset}`));
  }

  #produce(number: number): void {
    const builder = new BatchBuilder({ writeLimitBytes: 1_000_000 });
    builder.append(1_000, { key: null, value: 'x', headers: [] });
    const partitionData = [{ index: number, records: [builder.build()] }];
    this.cluster.ask(leaderOf(this.cluster, number), Api.produce, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 30_000,
      topicData: [{ name: '', topicId: this.#topicId, partitionData }],
    });
  }
}

function leaderOf({ seen }: { readonly seen: readonly SeenFact[] }, number: number): number {
  const facts = seen.map(({ fact }) => fact);
  const leaders = facts.filter((fact) => fact.kind === 'leaderStarted');
  const last = leaders.findLast(({ partition }) => partition === `orders-${number}`);
  return last?.broker ?? 1;
}
