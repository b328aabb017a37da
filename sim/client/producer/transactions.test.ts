import { describe, expect, test } from 'vitest';
import { transactionProperties } from '../../broker/coordinator/transaction/testing/transactional-client.ts';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { present } from '../../kernel/assert.ts';
import { seconds } from '../../kernel/time.ts';
import { type Properties } from '../../protocol/config/config-definition.ts';
import { resolveConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { resolveProducerConfig } from '../../protocol/config/producer-config.ts';
import { type RecordId } from '../../protocol/record-batch.ts';
import { type BrokerId } from '../../trace.ts';
import { bootConsumer } from '../application/boot-consumer.ts';
import { autoCommit } from '../application/processing-models.ts';
import { topicPartition, type TopicPartition } from '../topic-partition.ts';
import { processOfClient } from '../process-of-client.ts';
import { type Thrown } from './exceptions.ts';
import { KafkaProducer } from './kafka-producer.ts';
import { type CallEnded } from './send-call.ts';

const topics = ['orders', 'bills'];

describe.each([1, 2])('a producer with transactions of version %i', (version) => {
  test('commits and aborts, and readers of committed records see what was committed', () => {
    const cluster = startCluster(version);
    const producer = new TestedProducer(cluster, 'payments').initialize();
    const committed: number[] = [];
    for (const isCommit of [true, false, true, false, false, true]) {
      producer.begin();
      const sent = topics.flatMap((topic) => [producer.send(topic), producer.send(topic)]);
      if (isCommit) committed.push(...sent);
      expect(isCommit ? producer.commit() : producer.abort()).toBeUndefined();
    }
    cluster.run(seconds(2));
    expect(polledIds(cluster)).toEqual(committed);
    expect(cluster.factsOf('transactionalErrorRaised')).toEqual([]);
  });

  test('is fenced by another one with the same id, whose transactions go on', () => {
    const cluster = startCluster(version);
    const zombie = new TestedProducer(cluster, 'payments', 'zombie').initialize();
    zombie.begin();
    zombie.send('orders');
    cluster.run(seconds(1));
    const heir = new TestedProducer(cluster, 'payments', 'heir').initialize();
    expect(zombie.commit()).toBe('ProducerFencedException');
    expect(zombie.begin()).toBe('ProducerFencedException');
    heir.begin();
    const sent = heir.send('orders');
    expect(heir.commit()).toBeUndefined();
    cluster.run(seconds(2));
    expect(polledIds(cluster)).toEqual([sent]);
  });

  test('commits offsets of a group with its records', () => {
    const cluster = startCluster(version);
    const producer = new TestedProducer(cluster, 'payments').initialize();
    producer.begin();
    producer.send('bills');
    expect(producer.sendOffsets('readers', topicPartition('orders', 0), 7)).toBeUndefined();
    expect(producer.commit()).toBeUndefined();
    cluster.run(seconds(1));
    const ended = cluster.factsOf('transactionOffsetsEnded');
    expect(ended).toMatchObject([{ groupId: 'readers', error: null }]);
  });

  test('goes on when the coordinator crashes', () => {
    const cluster = startCluster(version);
    const producer = new TestedProducer(cluster, 'payments').initialize();
    producer.begin();
    const sent = [producer.send('orders')];
    cluster.world.crash(cluster.nodeOf(producer.coordinator));
    expect(producer.commit()).toBeUndefined();
    producer.begin();
    sent.push(producer.send('orders'));
    expect(producer.commit()).toBeUndefined();
    cluster.run(seconds(5));
    expect(polledIds(cluster)).toEqual(sent);
  });
});

describe('a transaction whose time is over', () => {
  test('can be aborted, and another one begins', () => {
    const { cluster, producer } = timedOut(2);
    expect(producer.abort()).toBeUndefined();
    producer.begin();
    const sent = producer.send('orders');
    expect(producer.commit()).toBeUndefined();
    cluster.run(seconds(2));
    expect(polledIds(cluster)).toEqual([sent]);
  });

  // The coordinator has raised the epoch, and cannot tell its producer from one that was fenced.
  test('ends the producer with version 1', () => {
    const { cluster, producer } = timedOut(1);
    expect(producer.abort()).toBe('ProducerFencedException');
    expect(polledIds(cluster)).toEqual([]);
  });
});

/** A producer that has sent a record after the time of its transaction. */
function timedOut(version: number): {
  readonly cluster: ClusterUnderTest;
  readonly producer: TestedProducer;
} {
  const cluster = startCluster(version);
  const config = { 'transaction.timeout.ms': '2000' };
  const producer = new TestedProducer(cluster, 'payments', 'slow', config).initialize();
  producer.begin();
  producer.send('orders');
  cluster.run(seconds(5));
  producer.send('orders');
  cluster.run(seconds(1));
  return { cluster, producer };
}

function startCluster(version: number): ClusterUnderTest {
  const features = { 'transaction.version': version };
  const cluster = new ClusterUnderTest({ properties: transactionProperties, features }).start();
  for (const name of topics) cluster.createTopic(name, { numPartitions: 2, replicationFactor: 3 });
  const boot = bootConsumer({
    ...cluster.surroundings,
    name: 'reader',
    config: resolveConsumerConfig({
      'isolation.level': 'read_committed',
      'auto.offset.reset': 'earliest',
    }),
    switches: {},
    model: autoCommit,
    output: undefined,
    processingMs: 0,
    workload: [{ op: 'assign', atMs: 0, partitions: topics }],
  });
  cluster.world.start(cluster.world.addNode('reader', boot));
  return cluster;
}

/** The records that the reader has seen, in the order in which they were sent. */
function polledIds(cluster: ClusterUnderTest): readonly number[] {
  return cluster
    .factsOf('recordsPolled')
    .flatMap(({ records }) => records.map(({ record }) => record.recordId))
    .sort((one, other) => one - other);
}

/** Longer than any call waits. */
const longestCall = seconds(70);

/** A producer with transactions, call by call, in front of a cluster. */
class TestedProducer {
  readonly #cluster: ClusterUnderTest;
  readonly #producer: KafkaProducer;
  readonly #ghosts: () => number;

  constructor(
    cluster: ClusterUnderTest,
    transactionalId: string,
    session = 'producer',
    properties: Properties = {},
  ) {
    const config = resolveProducerConfig({ ...properties, 'transactional.id': transactionalId });
    const { surroundings, world } = cluster;
    let producer: KafkaProducer | undefined;
    const node = world.addNode(session, (context) => {
      producer = new KafkaProducer({ ...surroundings, context, config, session });
      return processOfClient(producer);
    });
    world.start(node);
    this.#cluster = cluster;
    this.#ghosts = surroundings.nextRecordId;
    this.#producer = present(producer, 'producer');
  }

  /** Who coordinates its transactions. */
  get coordinator(): BrokerId {
    const { manager } = this.#producer;
    return present(manager?.coordinators.node('transaction'), 'coordinator').nodeId;
  }

  initialize(): this {
    const thrown = this.#wait((ended) => {
      this.#producer.initTransactions(ended);
    });
    if (thrown !== undefined) throw new Error(thrown);
    return this;
  }

  begin(): Thrown | undefined {
    return this.#producer.beginTransaction(this.#ghosts());
  }

  /** @returns The id of the record. */
  send(topic: string): RecordId {
    const recordId = this.#ghosts();
    const record = { topic, partition: undefined, key: null, value: 'x', headers: [], recordId };
    this.#wait((ended) => {
      this.#producer.send(record, ended);
    });
    return recordId;
  }

  sendOffsets(groupId: string, partition: TopicPartition, offset: number): Thrown | undefined {
    const group = { groupId, generationId: -1, memberId: '', groupInstanceId: null };
    const offsets = [{ partition, offset, leaderEpoch: -1 }];
    return this.#wait((ended) => {
      this.#producer.sendOffsetsToTransaction(offsets, group, ended);
    });
  }

  commit(): Thrown | undefined {
    return this.#wait((ended) => {
      this.#producer.commitTransaction(ended);
    });
  }

  abort(): Thrown | undefined {
    return this.#wait((ended) => {
      this.#producer.abortTransaction(ended);
    });
  }

  /** Makes a call, and waits for its end. */
  #wait(call: (ended: CallEnded) => void): Thrown | undefined {
    let end: { readonly thrown: Thrown | undefined } | undefined;
    call((thrown) => {
      end = { thrown };
    });
    this.#cluster.runUntil(() => end !== undefined, longestCall);
    return end?.thrown;
  }
}
