import { type Connection, type Context, type Process } from '../kernel/process.ts';
import { milliseconds, seconds } from '../kernel/time.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';
import { startBackgroundWork } from './background-work.ts';
import { BrokerChannels, setupTimeouts } from './broker-channels.ts';
import { BrokerLifecycle } from './broker-lifecycle.ts';
import { type BrokerOptions } from './broker-options.ts';
import { BrokerPublisher } from './broker-publisher.ts';
import { brokerSwitches } from './broker-switches.ts';
import { GroupCoordinator } from './coordinator/group/group-coordinator.ts';
import { createRouter } from './create-router.ts';
import { createTransactions, type TransactionParts } from './create-transactions.ts';
import { directoryId } from './directory-id.ts';
import { FetcherManager } from './fetcher/fetcher-manager.ts';
import { type FetcherSettings } from './fetcher/fetcher-parts.ts';
import { recordInspection } from './inspection.ts';
import { type LoadedLog, LogManager } from './log/log-manager.ts';
import { EffectiveConfigs } from './metadata/effective-configs.ts';
import { MetadataImage } from './metadata/metadata-image.ts';
import { MetadataLoader } from './metadata/metadata-loader.ts';
import { type StreamRegistry } from './outgoing/request-stream.ts';
import { registrationRequest } from './registration.ts';
import { AlterPartitionManager } from './replica/alter-partition-manager.ts';
import { HostedPartitions } from './replica/hosted-partitions.ts';
import { logOpener } from './replica/open-log.ts';
import { type Partition, type PartitionHost } from './replica/partition.ts';
import { PurgatoryChecks } from './replica/purgatory-checks.ts';
import { ReplicaManager } from './replica/replica-manager.ts';
import { DiskQueue } from './server/disk-queue.ts';
import { RequestServer } from './server/request-server.ts';

/** A broker as the world runs it. */
export interface BrokerProcess extends Process<Frame> {
  /** Tells the trace the whole state of all replicas: for checks at quiet points. */
  readonly inspect: () => void;
}

/** The longest time that a controlled shutdown may take. */
const longestShutdown = seconds(300);

/** Starts a life of a broker, from what its disk holds. */
export function bootBroker(
  options: BrokerOptions,
): (context: Context<Frame, Fact>) => BrokerProcess {
  return (context) => new Broker(context, options);
}

/**
 * One life of a broker (`BrokerServer`):
 * 1. it registers, and heartbeats; it copies the controller's log
 * 2. with the first metadata it loads its logs and takes its roles, and asks to be unfenced
 * 3. unfenced, it accepts connections
 * 4. asked to stop, it gives its leaderships away, closes its logs and ends
 */
class Broker implements BrokerProcess {
  readonly #context: Context<Frame, Fact>;
  readonly #options: BrokerOptions;
  readonly #registry: StreamRegistry = new Map();
  readonly #image = new MetadataImage();
  readonly #hosted = new HostedPartitions(this.#image);
  readonly #loader: MetadataLoader;
  readonly #channels: BrokerChannels;
  readonly #logs: LogManager;
  readonly #host: PartitionHost;
  readonly #alterPartitions: AlterPartitionManager;
  readonly #fetchers: FetcherManager;
  readonly #replicas: ReplicaManager;
  readonly #lifecycle: BrokerLifecycle;
  readonly #checks = new PurgatoryChecks();
  readonly #groups: GroupCoordinator;
  readonly #transactions: TransactionParts;
  readonly #server: RequestServer;
  readonly #diskQueue: DiskQueue;
  #hasLoadedLogs = false;
  #hasCaughtUp = false;
  #isStopping = false;

  constructor(context: Context<Frame, Fact>, options: BrokerOptions) {
    this.#context = context;
    this.#options = options;
    this.#host = this.#createHost();
    this.#logs = new LogManager(context, options.config, options.switches);
    this.#channels = new BrokerChannels(context, this.#registry, options, (batches, end) => {
      this.#loader.load(batches, end);
    });
    const { brokerId } = options;
    const { brokerEpoch } = this.#host;
    this.#alterPartitions = new AlterPartitionManager(context, this.#channels.alterPartition, {
      brokerId,
      brokerEpoch,
    });
    this.#fetchers = this.#createFetchers();
    const configs = new EffectiveConfigs(this.#image, { brokerId, values: options.config.values });
    const loaded = new Map<string, LoadedLog>();
    this.#replicas = new ReplicaManager({
      host: this.#host,
      hosted: this.#hosted,
      fetchers: this.#fetchers,
      logs: this.#logs,
      openLog: logOpener({
        logs: this.#logs,
        loaded,
        configOf: (topic) => configs.ofTopic(topic),
      }),
    });
    this.#groups = new GroupCoordinator({
      context,
      brokerId,
      config: options.config,
      image: this.#image,
      hosted: this.#hosted,
      checks: this.#checks,
      switches: options.switches,
    });
    this.#transactions = createTransactions(context, options, {
      registry: this.#registry,
      host: this.#host,
      hosted: this.#hosted,
      checks: this.#checks,
      channels: this.#channels,
    });
    this.#loader = this.#createLoader(configs, loaded);
    this.#lifecycle = this.#createLifecycle();
    this.#server = this.#createServer();
    this.#diskQueue = new DiskQueue(context, (connection, frame) => {
      if (frame.isRequest) this.#server.received(connection, frame);
      else this.#registry.get(connection.id)?.received(frame);
    });
    // `LogManager.createAndValidateLogDirs`
    if (context.disk.state === 'failed') {
      context.exit('its only log directory cannot be read');
      return;
    }
    this.#channels.tail.start();
    this.#lifecycle.start();
  }

  connected(connection: Connection): void {
    this.#registry.get(connection.id)?.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#diskQueue.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#diskQueue.closed(connection);
    // A stream of this broker to itself has two ends here.
    if (connection.isOutgoing) this.#registry.get(connection.id)?.disconnected(connection);
    else this.#server.disconnected(connection);
  }

  stopRequested(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    if (!this.#options.config.controlledShutdownEnable) {
      this.#shutDown();
      return;
    }
    this.#replicas.isStopping = true;
    this.#context.setTimer(longestShutdown, {
      taskName: 'controlled-shutdown-timeout',
      run: () => {
        this.#shutDown();
      },
    });
    this.#lifecycle.beginControlledShutdown();
  }

  inspect(): void {
    for (const partition of this.#hosted.all) recordInspection(partition);
    this.#transactions.coordinator.inspect();
  }

  #createHost(): PartitionHost {
    const { config, brokerId, switches } = this.#options;
    const context = this.#context;
    return {
      brokerId,
      image: this.#image,
      switches: brokerSwitches(switches),
      replicaLagTimeMaxMs: config.replicaLagTimeMaxMs,
      brokerEpoch: () => this.#lifecycle.brokerEpoch,
      wallClockMs: () => context.wallClockMs(),
      record: (fact) => {
        context.record(fact);
      },
      storageFailed: () => {
        this.#halt();
      },
      proposeIsr: (partition, proposal) => {
        this.#alterPartitions.propose(partition, proposal);
      },
    };
  }

  #createFetchers(): FetcherManager {
    const { brokerId, config, resolve } = this.#options;
    const { brokerEpoch, switches } = this.#host;
    return new FetcherManager(
      {
        context: this.#context,
        registry: this.#registry,
        resolve,
        brokerId,
        brokerEpoch,
        switches,
        logs: this.#logs,
        settings: fetcherSettings(this.#options),
        partitionFailed: ({ name }: Partition, why) => {
          this.#context.record({ kind: 'partitionFailed', partition: name, broker: brokerId, why });
        },
      },
      config.numReplicaFetchers,
    );
  }

  #createLoader(configs: EffectiveConfigs, loaded: Map<string, LoadedLog>): MetadataLoader {
    const publisher = new BrokerPublisher({
      host: this.#host,
      image: this.#image,
      configs,
      logs: this.#logs,
      loaded,
      hosted: this.#hosted,
      replicas: this.#replicas,
      groups: this.#groups,
      transactions: this.#transactions.coordinator,
      started: () => {
        this.#logsLoaded();
      },
    });
    const { brokerId, switches } = this.#host;
    return new MetadataLoader(
      this.#image,
      (delta) => {
        publisher.publish(delta);
      },
      () => !switches.leadsAfterFencing || this.#image.brokers.get(brokerId)?.isFenced === true,
    );
  }

  #createLifecycle(): BrokerLifecycle {
    const { config } = this.#options;
    const { disk } = this.#context;
    const random = this.#context.random('identity');
    return new BrokerLifecycle(
      this.#context,
      this.#channels.lifecycle,
      {
        registration: registrationRequest(this.#options, {
          random,
          directoryId: directoryId(disk, random),
          previousBrokerEpoch: this.#logs.previousBrokerEpoch,
        }),
        heartbeatIntervalMs: config.brokerHeartbeatIntervalMs,
        initialRegistrationTimeoutMs: config.initialBrokerRegistrationTimeoutMs,
        appliedMetadataOffset: () => this.#loader.publishedOffset,
      },
      {
        caughtUp: () => {
          this.#hasCaughtUp = true;
          if (this.#hasLoadedLogs) this.#lifecycle.setReadyToUnfence();
        },
        unfenced: () => {
          this.#server.start();
        },
        mayShutDown: () => {
          this.#shutDown();
        },
      },
    );
  }

  #createServer(): RequestServer {
    const checks = this.#checks;
    const router = createRouter(this.#context, this.#options, {
      host: this.#host,
      hosted: this.#hosted,
      checks,
      groups: this.#groups,
      transactions: this.#transactions,
      channels: this.#channels,
    });
    return new RequestServer(
      this.#context,
      (exchange) => {
        router.handle(exchange);
      },
      () => {
        checks.run();
      },
    );
  }

  /** The first metadata are published: the logs are loaded and have their roles. */
  #logsLoaded(): void {
    this.#hasLoadedLogs = true;
    startBackgroundWork({
      context: this.#context,
      config: this.#options.config,
      logs: this.#logs,
      hosted: this.#hosted,
      replicas: this.#replicas,
    });
    if (this.#hasCaughtUp) this.#lifecycle.setReadyToUnfence();
  }

  #shutDown(): void {
    this.#lifecycle.close();
    this.#channels.close();
    this.#fetchers.shutDown();
    if (this.#hasLoadedLogs) {
      this.#logs.checkpointHighWatermarks();
      this.#logs.shutdown(this.#lifecycle.brokerEpoch);
    }
    this.#context.exit();
  }

  /** A broker does not live on without its only log directory (`ReplicaManager.handleLogDirFailure`). */
  #halt(): void {
    this.#context.setTimer(0, {
      taskName: 'halt',
      run: () => {
        this.#context.exit('its only log directory has failed');
      },
    });
  }
}

function fetcherSettings({ config }: BrokerOptions): FetcherSettings {
  return {
    maxWaitMs: config.replicaFetchWaitMaxMs,
    minBytes: config.replicaFetchMinBytes,
    maxBytes: config.replicaFetchResponseMaxBytes,
    partitionMaxBytes: config.replicaFetchMaxBytes,
    backoff: milliseconds(config.replicaFetchBackoffMs),
    requestTimeoutMs: config.requestTimeoutMs,
    ...setupTimeouts(config),
  };
}
