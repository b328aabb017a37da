import { bootBroker } from '../../sim/broker/broker.ts';
import { bootController } from '../../sim/controller/controller.ts';
import { metadataOf } from '../../sim/controller/metadata-batch.ts';
import { MetadataLogFile } from '../../sim/controller/metadata-log-file.ts';
import {
  partitionHistory,
  type PartitionStateView,
} from '../../sim/controller/partition-history.ts';
import { assert, present } from '../../sim/kernel/assert.ts';
import { type NodeIndex } from '../../sim/kernel/process.ts';
import { silentObserver } from '../../sim/kernel/silent-observer.ts';
import { type Duration, seconds } from '../../sim/kernel/time.ts';
import { World } from '../../sim/kernel/world.ts';
import { type Endpoint } from '../../sim/protocol/addresses.ts';
import { type Frame } from '../../sim/protocol/api.ts';
import { resolveBrokerConfig } from '../../sim/protocol/config/broker-config.ts';
import { type Properties } from '../../sim/protocol/config/config-definition.ts';
import { type Fact } from '../../sim/trace.ts';
import { Asker } from './asker.ts';
import { type ClusterShape } from './live-case.ts';

/** What is done to a node from outside. */
export type NodeCommand = 'kill' | 'stop' | 'pause' | 'resume' | 'start';

const port = 9092;
const longestStart = seconds(60);
/** How long one waits for the old process of a node before a new one is started. */
const longestStop = seconds(30);

/**
 * A simulated cluster of the shape of a recorded one, and one client. Nodes that were broker and
 * controller in one are brokers here, and one controller stands for them: it is down while a majority
 * of them is.
 */
export class RecordedCluster {
  readonly world: World<Frame, Fact>;
  readonly asker = new Asker();
  /** Kafka's ids of the brokers. */
  readonly brokerIds: readonly number[];
  readonly #client: NodeIndex;
  readonly #controller: NodeIndex;
  readonly #combined: boolean;
  readonly #indexes = new Map<string, NodeIndex>();

  constructor(shape: ClusterShape) {
    assert(shape.controllers <= 1, 'a quorum of one');
    this.world = new World<Frame, Fact>({
      seed: 'recorded',
      latency: { kind: 'uniform', minUs: 100, maxUs: 300 },
      observer: silentObserver(),
    });
    this.#combined = shape.controllers === 0;
    this.brokerIds = Array.from({ length: shape.nodes }, (_, index) => index + 1);
    const controllerId = shape.controllers === 0 ? 1 : shape.nodes + 1;
    const controller = { nodeId: controllerId, host: 'controller', port };
    const shared = {
      clusterId: 'recorded',
      switches: {},
      resolve: (host: string): NodeIndex => present(this.#indexes.get(host), `host ${host}`),
    };
    this.#controller = this.#addNode(
      controller,
      bootController({
        ...shared,
        controllerId,
        voters: [controller],
        config: resolveBrokerConfig(propertiesOf(shape, controllerId)),
        features: shape.features,
      }),
    );
    for (const brokerId of this.brokerIds) {
      const listener = { nodeId: brokerId, host: hostOf(brokerId), port };
      const config = resolveBrokerConfig(propertiesOf(shape, brokerId));
      const rack = config.values.textIfSet('broker.rack') ?? null;
      const own = { brokerId, config, rack, listener, usedTransactionalIds: [] };
      const options = { ...shared, ...own, controllers: [controller] };
      this.#addNode(listener, bootBroker(options));
    }
    this.#client = this.world.addNode('client', this.asker.boot);
  }

  /** Starts all nodes, and waits until the brokers listen. */
  start(): this {
    for (const { index } of this.world.nodes) this.world.start(index);
    const isReady = this.runUntil(
      () => this.brokerIds.every((id) => this.world.node(this.indexOf(id)).isListening),
      longestStart,
    );
    assert(isReady, 'the brokers start');
    return this;
  }

  /** The client's wall clock. */
  get wallClockMs(): number {
    return this.world.node(this.#client).clock.wallMs(this.world.now());
  }

  indexOf(brokerId: number): NodeIndex {
    return present(this.#indexes.get(hostOf(brokerId)), `broker ${brokerId}`);
  }

  run(span: Duration): void {
    this.world.run(this.world.now() + span);
  }

  /** Whether it has come to be so within the time. */
  runUntil(condition: () => boolean, longest: Duration): boolean {
    if (!condition()) this.world.run(this.world.now() + longest, condition);
    return condition();
  }

  command(command: NodeCommand, brokerId: number): void {
    const index = this.indexOf(brokerId);
    switch (command) {
      case 'kill':
        this.world.crash(index);
        if (this.#combined && !this.#hasMajority()) this.world.crash(this.#controller);
        break;
      case 'stop':
        this.world.stop(index);
        break;
      case 'pause':
        this.world.pause(index);
        return;
      case 'resume':
        this.world.resume(index);
        return;
      case 'start':
        this.runUntil(() => this.world.node(index).state === 'down', longestStop);
        this.world.start(index);
        if (this.#combined && this.#hasMajority()) this.world.start(this.#controller);
    }
    this.asker.closeTo(index);
  }

  #hasMajority(): boolean {
    const up = this.brokerIds.filter((id) => this.world.node(this.indexOf(id)).state === 'up');
    return 2 * up.length > this.brokerIds.length;
  }

  /** Every state that the controller has written for a partition. */
  historyOf(topic: string, partitionId: number): readonly PartitionStateView[] {
    const { batches } = new MetadataLogFile(this.world.node(this.#controller).disk);
    const records = batches
      .flatMap((batch) => batch.records)
      .flatMap((record) => metadataOf(record) ?? []);
    return partitionHistory(records, topic, partitionId);
  }

  #addNode({ host }: Endpoint, boot: Parameters<World<Frame, Fact>['addNode']>[1]): NodeIndex {
    const index = this.world.addNode(host, boot);
    this.#indexes.set(host, index);
    return index;
  }
}

function hostOf(brokerId: number): string {
  return `broker-${brokerId}`;
}

/** What a node's file said: what every recorded cluster was started with, then the settings. */
function propertiesOf({ nodes, settings }: ClusterShape, nodeId: number): Properties {
  const given = Object.entries(settings).map(([name, value]) => {
    return [name, value.replaceAll('%n', String(nodeId))] as const;
  });
  return {
    'default.replication.factor': String(nodes),
    'offsets.topic.replication.factor': String(nodes),
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.replication.factor': String(nodes),
    'transaction.state.log.min.isr': String(Math.ceil(nodes / 2)),
    'transaction.state.log.num.partitions': '5',
    'group.initial.rebalance.delay.ms': '0',
    ...Object.fromEntries(given),
  };
}
