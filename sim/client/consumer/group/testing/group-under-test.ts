import { ClusterUnderTest } from '../../../../cluster-under-test.ts';
import { present } from '../../../../kernel/assert.ts';
import { type NodeIndex } from '../../../../kernel/process.ts';
import { type Duration, seconds } from '../../../../kernel/time.ts';
import { Api } from '../../../../protocol/api.ts';
import { type Properties } from '../../../../protocol/config/config-definition.ts';
import { resolveConsumerConfig } from '../../../../protocol/config/consumer-config.ts';
import { type Switches } from '../../../../switches/switches.ts';
import { type PartitionName } from '../../../../trace.ts';
import { processOfClient } from '../../../process-of-client.ts';
import { type TopicPartition } from '../../../topic-partition.ts';
import { type ConsumerException } from '../../consumer-exception.ts';
import { KafkaConsumer } from '../../kafka-consumer.ts';
import { type CommitInCallback, type RebalanceListener } from '../../rebalance-listener.ts';

const assignors = 'org.apache.kafka.clients.consumer';

/** Short names of `partition.assignment.strategy`. */
export const strategies = {
  range: `${assignors}.RangeAssignor`,
  roundRobin: `${assignors}.RoundRobinAssignor`,
  sticky: `${assignors}.StickyAssignor`,
  cooperative: `${assignors}.CooperativeStickyAssignor`,
} as const;

/** One consumer of the group, and an application that does nothing but poll. */
export class MemberUnderTest implements RebalanceListener {
  readonly node: NodeIndex;
  /** What the listener was told, in order: `assigned orders-0,orders-1`. */
  readonly told: string[] = [];
  readonly thrown: ConsumerException[] = [];
  /** It is to have partitions. */
  isMember = false;
  isClosed = false;
  /** Does nothing between two polls for as long as it is set. */
  isStalled = false;
  commitWhenRevoked: CommitInCallback | undefined = undefined;
  readonly #consumers: KafkaConsumer[];
  #next: ((member: MemberUnderTest) => void) | undefined = undefined;
  #isPolling = false;

  constructor(node: NodeIndex, consumers: KafkaConsumer[]) {
    this.node = node;
    this.#consumers = consumers;
  }

  /** Of the life that the process is in. */
  get consumer(): KafkaConsumer {
    return present(this.#consumers.at(-1), 'consumer');
  }

  get owned(): readonly PartitionName[] {
    return [...this.consumer.subscriptions.partitions()].map(({ name }) => name).sort(byName);
  }

  /** Subscribes, and polls from now on. */
  join(topics: readonly string[] = ['orders']): void {
    this.isMember = true;
    this.consumer.subscribe(topics, this);
    this.poll();
  }

  /** Goes on polling, unless it does. */
  poll(): void {
    this.isStalled = false;
    if (!this.#isPolling) this.#poll();
  }

  /** Does this instead of the next poll; it polls again when the caller says so. */
  instead(action: (member: MemberUnderTest) => void): void {
    this.#next = action;
    this.consumer.wakeUp();
  }

  leave(): void {
    this.isMember = false;
    this.instead(() => {
      this.consumer.close(() => {
        this.isClosed = true;
      });
    });
  }

  onPartitionsAssigned(partitions: readonly TopicPartition[]): void {
    this.#tell('assigned', partitions);
  }

  onPartitionsRevoked(partitions: readonly TopicPartition[]): CommitInCallback | undefined {
    this.#tell('revoked', partitions);
    return this.commitWhenRevoked;
  }

  onPartitionsLost(partitions: readonly TopicPartition[]): void {
    this.#tell('lost', partitions);
  }

  #tell(what: string, partitions: readonly TopicPartition[]): void {
    this.told.push(`${what} ${partitions.map(({ name }) => name).join(',')}`.trimEnd());
  }

  #poll(): void {
    this.#isPolling = true;
    this.consumer.poll(100, ({ exception }) => {
      this.#isPolling = false;
      const isThrown = exception !== undefined && exception.name !== 'WakeupException';
      if (isThrown) this.thrown.push(exception);
      const next = this.#next;
      this.#next = undefined;
      if (next !== undefined) next(this);
      else if (!this.isStalled && !isThrown) this.#poll();
    });
  }
}

/** A group `billing` that reads the topic `orders`. */
export class GroupUnderTest {
  readonly cluster: ClusterUnderTest;
  readonly members: MemberUnderTest[] = [];
  partitions: readonly PartitionName[] = [];
  readonly #properties: Properties;
  #commits = 0;
  readonly #switches: Switches;

  constructor(options: {
    readonly partitions: number;
    /** Of all members. */
    readonly properties?: Properties;
    readonly broker?: Properties;
    readonly switches?: Switches;
    readonly seed?: string;
  }) {
    const { partitions, properties = {}, broker = {}, switches = {}, seed = 'group' } = options;
    this.#properties = properties;
    this.#switches = switches;
    this.cluster = new ClusterUnderTest({
      seed,
      properties: {
        'offsets.topic.num.partitions': '1',
        'offsets.topic.replication.factor': '3',
        'group.initial.rebalance.delay.ms': '500',
        ...broker,
      },
    }).start();
    this.cluster.createTopic('orders', { numPartitions: partitions, replicationFactor: 3 });
    this.partitions = namesOf(partitions);
  }

  addPartitions(count: number): void {
    this.cluster.ask(1, Api.createPartitions, {
      topics: [{ name: 'orders', count, assignments: null }],
      timeoutMs: 5_000,
      validateOnly: false,
    });
    this.partitions = namesOf(count);
  }

  /** Starts a consumer, which does not join yet. */
  add(properties: Properties = {}): MemberUnderTest {
    const consumers: KafkaConsumer[] = [];
    const { cluster } = this;
    const config = resolveConsumerConfig({
      'group.id': 'billing',
      'auto.offset.reset': 'earliest',
      'session.timeout.ms': '10000',
      ...this.#properties,
      ...properties,
    });
    const node = cluster.world.addNode(`consumer-${this.members.length + 1}`, (context) => {
      const consumer = new KafkaConsumer({
        context,
        config,
        bootstrap: [{ nodeId: -1, host: 'broker-2', port: 9092 }],
        resolve: (host) => cluster.nodeOf(Number(host.slice('broker-'.length))),
        switches: this.#switches,
        nextCommitUid: () => (this.#commits += 1),
      });
      consumers.push(consumer);
      return processOfClient(consumer);
    });
    cluster.world.start(node);
    const member = new MemberUnderTest(node, consumers);
    this.members.push(member);
    return member;
  }

  crash(member: MemberUnderTest): void {
    this.cluster.world.crash(member.node);
    member.isMember = false;
  }

  /** Runs until every partition is some member's and all members agree. */
  settle(longest: Duration = seconds(60)): void {
    this.cluster.runUntil(() => this.isSettled(), longest);
  }

  isSettled(): boolean {
    const active = this.members.filter(({ isMember }) => isMember);
    const owned = active.flatMap((member) => member.owned).sort(byName);
    const generations = new Set(
      active.map(({ consumer }) => consumer.groupMetadata?.generationId ?? -1),
    );
    const expected = [...this.partitions].sort(byName);
    return generations.size === 1 && expected.join() === owned.join();
  }
}

function namesOf(partitions: number): readonly PartitionName[] {
  return Array.from({ length: partitions }, (_, number) => `orders-${number}`);
}

function byName(one: string, other: string): number {
  return one < other ? -1 : 1;
}
