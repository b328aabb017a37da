import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { seconds } from '../../kernel/time.ts';
import { type Properties } from '../../protocol/config/config-definition.ts';
import { resolveConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { processOfClient } from '../process-of-client.ts';
import { topicPartition } from '../topic-partition.ts';
import { type Collected } from './fetch-collector.ts';
import { KafkaConsumer } from './kafka-consumer.ts';
import { type LookupOutcome } from './offset-lookup-call.ts';
import { type PartitionsOutcome } from './partitions-call.ts';

const orders = topicPartition('orders', 0);
const earliest = { 'auto.offset.reset': 'earliest' };

describe('a consumer', () => {
  test('looks up the first and last offsets of partitions that it need not read', () => {
    const { cluster, topicId } = clusterWithTopic();
    cluster.produce(1, topicId, [1_000, 2_000, 3_000]);
    const consumer = addConsumer(cluster);
    const outcomes: LookupOutcome[] = [];
    const take = (outcome: LookupOutcome): number => outcomes.push(outcome);
    consumer.endOffsets([orders], take);
    cluster.run(seconds(1));
    consumer.beginningOffsets([orders], take);
    cluster.run(seconds(1));
    consumer.offsetsForTimes([orders], 1_500, take);
    cluster.run(seconds(1));
    consumer.offsetsForTimes([orders], 9_000, take);
    cluster.run(seconds(1));
    const found = outcomes.map(({ offsets }) => offsets.get('orders-0')?.offset);
    expect(found).toEqual([3, 0, 1, undefined]);
  });

  test('gives up a lookup after default.api.timeout.ms', () => {
    const { cluster } = clusterWithTopic();
    for (const broker of [1, 2, 3]) cluster.world.crash(cluster.nodeOf(broker));
    const consumer = addConsumer(cluster, { 'default.api.timeout.ms': '40000' });
    let outcome: LookupOutcome | undefined;
    consumer.endOffsets([orders], (ended) => {
      outcome = ended;
    });
    cluster.run(seconds(39));
    expect(outcome).toBeUndefined();
    cluster.run(seconds(2));
    expect(outcome?.exception?.name).toBe('TimeoutException');
  });

  test('begins with the first record that is young enough (KIP-1106)', () => {
    const { cluster, topicId } = clusterWithTopic();
    const consumer = addConsumer(cluster, { 'auto.offset.reset': 'by_duration:PT1H' });
    const nowMs = wallClockMs(cluster);
    cluster.produce(1, topicId, [nowMs - 7_200_000, nowMs - 1_800_000, nowMs]);
    consumer.assign([orders]);
    expect(pollFor(cluster, consumer, 1_000)).toEqual([1, 2]);
  });

  test('asks again after request.timeout.ms if no record is young enough', () => {
    const { cluster, topicId } = clusterWithTopic();
    const consumer = addConsumer(cluster, { 'auto.offset.reset': 'by_duration:PT1H' });
    const nowMs = wallClockMs(cluster);
    cluster.produce(1, topicId, [nowMs - 7_200_000]);
    consumer.assign([orders]);
    expect(pollFor(cluster, consumer, 1_000)).toEqual([]);
    cluster.produce(1, topicId, [nowMs]);
    expect(pollFor(cluster, consumer, 28_000)).toEqual([]);
    expect(pollFor(cluster, consumer, 5_000)).toEqual([1]);
  });

  test('reads from the follower in its rack, and from the leader when that is gone', () => {
    const selector = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';
    const { cluster, topicId } = clusterWithTopic({ 'replica.selector.class': selector });
    const consumer = addConsumer(cluster, { ...earliest, 'client.rack': 'c' });
    consumer.assign([orders]);
    cluster.produce(1, topicId, [1_000]);
    expect(pollFor(cluster, consumer, 2_000)).toEqual([0]);
    expect(cluster.lastOf('fetchReceived').from).toBe(3);
    cluster.world.crash(cluster.nodeOf(3));
    cluster.produce(1, topicId, [1_000]);
    expect(pollFor(cluster, consumer, 2_000)).toEqual([1]);
    expect(cluster.lastOf('fetchReceived').from).toBe(1);
  });

  test('can be woken up, once', () => {
    const { cluster } = clusterWithTopic();
    const consumer = addConsumer(cluster);
    consumer.assign([orders]);
    const outcomes: Collected[] = [];
    consumer.poll(10_000, (outcome) => outcomes.push(outcome));
    cluster.run(seconds(1));
    consumer.wakeUp();
    expect(outcomes.map(({ exception }) => exception?.name)).toEqual(['WakeupException']);
    consumer.poll(1_000, (outcome) => outcomes.push(outcome));
    cluster.run(seconds(2));
    expect(outcomes.at(-1)).toEqual({ partitions: [], exception: undefined });
  });

  test('does not read the network while the application works', () => {
    const { cluster, topicId } = clusterWithTopic();
    const consumer = addConsumer(cluster, earliest);
    consumer.assign([orders]);
    expect(pollFor(cluster, consumer, 1_000)).toEqual([]);
    cluster.produce(1, topicId, [1_000]);
    cluster.run(seconds(5));
    expect(cluster.factsOf('fetchReceived')).toEqual([]);
    expect(pollFor(cluster, consumer, 1)).toEqual([0]);
  });

  test('knows the partitions of a topic, and of none that is not there', () => {
    const { cluster } = clusterWithTopic();
    const consumer = addConsumer(cluster, { 'allow.auto.create.topics': 'false' });
    const outcomes: PartitionsOutcome[] = [];
    consumer.partitionsFor('orders', (outcome) => outcomes.push(outcome));
    cluster.run(seconds(1));
    consumer.partitionsFor('nothing', (outcome) => outcomes.push(outcome));
    cluster.run(seconds(1));
    expect(outcomes).toEqual([
      { partitions: [orders], exception: undefined },
      { partitions: [], exception: undefined },
    ]);
  });
});

interface ClusterWithTopic {
  readonly cluster: ClusterUnderTest;
  readonly topicId: string;
}

/** One partition `orders-0` on three brokers in three racks. */
function clusterWithTopic(properties: Properties = {}): ClusterWithTopic {
  const cluster = new ClusterUnderTest({ properties, racks: ['a', 'b', 'c'] }).start();
  return { cluster, topicId: cluster.createWith('orders', [1, 2, 3]) };
}

/** A consumer on a node of its own, of which the test is the application. */
function addConsumer(cluster: ClusterUnderTest, properties: Properties = {}): KafkaConsumer {
  const consumers: KafkaConsumer[] = [];
  const node = cluster.world.addNode('consumer-1', (context) => {
    const consumer = new KafkaConsumer({
      context,
      config: resolveConsumerConfig(properties),
      bootstrap: [{ nodeId: -1, host: 'broker-2', port: 9092 }],
      resolve: (host) => cluster.nodeOf(Number(host.slice('broker-'.length))),
      switches: {},
      nextCommitUid: () => 1,
    });
    consumers.push(consumer);
    return processOfClient(consumer);
  });
  cluster.world.start(node);
  const [consumer] = consumers;
  if (consumer === undefined) throw new Error('the consumer was started');
  return consumer;
}

/** Polls once. */
function pollFor(
  cluster: ClusterUnderTest,
  consumer: KafkaConsumer,
  timeoutMs: number,
): readonly number[] {
  const outcomes: Collected[] = [];
  consumer.poll(timeoutMs, (outcome) => outcomes.push(outcome));
  cluster.runUntil(() => outcomes.length > 0, seconds(60));
  expect(outcomes[0]?.exception).toBeUndefined();
  const partitions = outcomes[0]?.partitions ?? [];
  return partitions.flatMap(({ records }) => records.map(({ offset }) => offset));
}

function wallClockMs(cluster: ClusterUnderTest): number {
  const { clock } = cluster.world.node(cluster.nodeOf(1));
  return clock.wallMs(cluster.world.now());
}
