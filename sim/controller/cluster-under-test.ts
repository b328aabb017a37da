import { assert } from '../kernel/assert.ts';
import { type Boot, type Connection, type Context, type Process } from '../kernel/process.ts';
import { silentObserver } from '../kernel/silent-observer.ts';
import { milliseconds } from '../kernel/time.ts';
import { World } from '../kernel/world.ts';
import {
  Api,
  type ApiKey,
  frameOverheadBytes,
  type Frame,
  newestVersion,
  type RequestBodies,
  type Response,
  type ResponseBodies,
} from '../protocol/api.ts';
import { resolveBrokerConfig } from '../protocol/config/broker-config.ts';
import { type Properties } from '../protocol/config/config-definition.ts';
import { clusterFeatures } from '../protocol/features.ts';
import { requestFrame } from '../protocol/frames.ts';
import { type BrokerHeartbeatRequest } from '../protocol/messages/broker-heartbeat-request.ts';
import { type BrokerHeartbeatResponse } from '../protocol/messages/broker-heartbeat-response.ts';
import { type BrokerRegistrationRequest } from '../protocol/messages/broker-registration-request.ts';
import { type BrokerRegistrationResponse } from '../protocol/messages/broker-registration-response.ts';
import { type CreatableTopic } from '../protocol/messages/create-topics-request.ts';
import { type FetchPartition, type FetchRequest } from '../protocol/messages/fetch-request.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { metadataTopicId } from '../protocol/uuid.ts';
import { type Switches } from '../switches/switches.ts';
import { type BrokerId, type Fact, type FactKind, type FactOf } from '../trace.ts';
import { bootController } from './controller.ts';
import { metadataOf } from './metadata-batch.ts';
import { partitionHistory, type PartitionStateView } from './partition-history.ts';

interface UnderTestOptions {
  readonly configs?: Properties;
  readonly switches?: Switches;
}

const controllerNode = 0;
const callerNode = 1;
const controllerId = 9;
const clusterId = 'cluster-under-test';

/** A controller in a world of its own, and somebody who plays brokers and admins to it. For tests. */
export class ClusterUnderTest {
  readonly facts: Fact[] = [];
  readonly #world: World<Frame, Fact>;
  readonly #caller: { process: Caller | undefined } = { process: undefined };
  readonly #epochs = new Map<BrokerId, number>();
  #correlationId = 0;

  constructor({ configs = {}, switches = {} }: UnderTestOptions = {}) {
    this.#world = new World<Frame, Fact>({
      seed: 'controller',
      latency: { kind: 'uniform', minUs: 100, maxUs: 200 },
      observer: silentObserver((_at, _node, fact) => this.facts.push(fact)),
    });
    this.#world.addNode(
      'controller-9',
      bootController({
        controllerId,
        config: resolveBrokerConfig(configs),
        clusterId,
        voters: [{ nodeId: controllerId, host: 'controller-9', port: 9093 }],
        resolve: () => controllerNode,
        switches,
        features: {},
      }),
    );
    this.#world.addNode('caller', bootCaller(this.#caller));
    this.#world.start(controllerNode);
    this.#world.start(callerNode);
  }

  /** Lets time pass. */
  run(ms: number): void {
    this.#world.run(this.#world.now() + milliseconds(ms));
  }

  crashController(): void {
    this.#world.crash(controllerNode);
  }

  startController(): void {
    this.#world.start(controllerNode);
  }

  /** Sends a request on the connection of that name; the answer is read later. */
  send<K extends ApiKey>(apiKey: K, body: RequestBodies[K], on = 'admin'): Reply<K> {
    this.#correlationId += 1;
    const header = {
      apiVersion: newestVersion[apiKey],
      correlationId: this.#correlationId,
      clientId: 'test',
      sizeInBytes: frameOverheadBytes,
    };
    const caller = this.#caller.process;
    assert(caller !== undefined, 'the caller runs');
    caller.send(on, requestFrame(apiKey, header, body));
    const correlationId = this.#correlationId;
    return { read: () => caller.answerTo(apiKey, correlationId) };
  }

  /** Sends a request and waits up to a second for its answer. */
  ask<K extends ApiKey>(apiKey: K, body: RequestBodies[K], on = 'admin'): ResponseBodies[K] {
    const reply = this.send(apiKey, body, on);
    this.#world.run(this.#world.now() + milliseconds(1000), () => reply.read() !== undefined);
    const answer = reply.read();
    assert(answer !== undefined, 'the controller answers');
    return answer;
  }

  register(
    broker: BrokerId,
    changes: Partial<BrokerRegistrationRequest> = {},
  ): BrokerRegistrationResponse {
    const answer = this.ask(
      Api.brokerRegistration,
      {
        brokerId: broker,
        clusterId,
        incarnationId: `incarnation-1-of-${broker}`,
        listeners: [
          { name: 'PLAINTEXT', host: `broker-${broker}`, port: 9092, securityProtocol: 0 },
        ],
        features: clusterFeatures.map(({ name, minLevel, maxLevel }) => {
          return { name, minSupportedVersion: minLevel, maxSupportedVersion: maxLevel };
        }),
        rack: null,
        isMigratingZkBroker: false,
        logDirs: [`directory-of-${broker}`],
        previousBrokerEpoch: -1,
        ...changes,
      },
      `broker-${broker}`,
    );
    if (answer.errorCode === 'NONE') this.#epochs.set(broker, answer.brokerEpoch);
    return answer;
  }

  epochOf(broker: BrokerId): number {
    return this.#epochs.get(broker) ?? -1;
  }

  /** By default a heartbeat of a broker that has read everything and serves. */
  heartbeat(
    broker: BrokerId,
    changes: Partial<BrokerHeartbeatRequest> = {},
  ): BrokerHeartbeatResponse {
    const body = {
      brokerId: broker,
      brokerEpoch: this.epochOf(broker),
      currentMetadataOffset: 1_000_000,
      wantFence: false,
      wantShutDown: false,
      offlineLogDirs: [],
      cordonedLogDirs: [],
      ...changes,
    };
    return this.ask(Api.brokerHeartbeat, body, `broker-${broker}`);
  }

  /** Registers brokers and brings them into service. */
  startBrokers(brokers: readonly BrokerId[]): void {
    for (const broker of brokers) {
      this.register(broker);
      this.heartbeat(broker);
    }
  }

  /** Lets time pass in which these brokers, and no others, send heartbeats. */
  runAlive(ms: number, brokers: readonly BrokerId[]): void {
    for (let passed = 0; passed < ms; passed += 1000) {
      for (const broker of brokers) this.heartbeat(broker);
      this.run(1000);
    }
  }

  createTopic(name: string, changes: Partial<CreatableTopic> = {}): string {
    const topic = {
      name,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [],
      configs: [],
      ...changes,
    };
    const { topics } = this.ask(Api.createTopics, {
      topics: [topic],
      timeoutMs: 5000,
      validateOnly: false,
    });
    assert(
      topics[0]?.errorCode === 'NONE',
      `${name} is created: ${String(topics[0]?.errorMessage)}`,
    );
    return topics[0].topicId;
  }

  /** A topic with one partition with these replicas. */
  createWith(name: string, brokerIds: readonly BrokerId[], minIsr?: number): string {
    const configs =
      minIsr === undefined ? [] : [{ name: 'min.insync.replicas', value: String(minIsr) }];
    return this.createTopic(name, { assignments: [{ partitionIndex: 0, brokerIds }], configs });
  }

  fetch(
    partition: Partial<FetchPartition>,
    changes: Partial<FetchRequest> = {},
  ): Reply<typeof Api.fetch> {
    return this.send(Api.fetch, metadataFetch(partition, changes), 'tail');
  }

  /** Everything in the metadata log. */
  log(): readonly MetadataRecord[] {
    const first = this.ask(Api.fetch, metadataFetch({ currentLeaderEpoch: 0 }, {}), 'tail');
    const currentLeaderEpoch = first.responses[0]?.partitions[0]?.currentLeader.leaderEpoch ?? 0;
    const all = this.ask(Api.fetch, metadataFetch({ currentLeaderEpoch }, {}), 'tail');
    const batches = all.responses[0]?.partitions[0]?.records ?? [];
    return batches
      .flatMap(({ records }) => records.map(metadataOf))
      .filter((record) => record !== undefined);
  }

  history(topic: string, partitionId = 0): readonly PartitionStateView[] {
    return partitionHistory(this.log(), topic, partitionId);
  }

  last(topic: string, partitionId = 0): PartitionStateView | undefined {
    return this.history(topic, partitionId).at(-1);
  }

  factsOf<K extends FactKind>(kind: K): readonly FactOf<K>[] {
    return this.facts.filter((fact) => isOfKind(fact, kind));
  }
}

/** The answer to a request, when it has come. */
export interface Reply<K extends ApiKey> {
  readonly read: () => ResponseBodies[K] | undefined;
}

function isOfKind<K extends FactKind>(fact: Fact, kind: K): fact is FactOf<K> {
  return fact.kind === kind;
}

function metadataFetch(
  partition: Partial<FetchPartition>,
  changes: Partial<FetchRequest>,
): FetchRequest {
  return {
    clusterId,
    replicaId: -1,
    replicaState: { replicaId: 1, replicaEpoch: -1 },
    maxWaitMs: 500,
    minBytes: 0,
    maxBytes: 100_000_000,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [
      {
        topic: '',
        topicId: metadataTopicId,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: 1,
            fetchOffset: 0,
            lastFetchedEpoch: 0,
            logStartOffset: 0,
            partitionMaxBytes: 0,
            replicaDirectoryId: 'directory-of-1',
            highWatermark: -1,
            ...partition,
          },
        ],
      },
    ],
    forgottenTopicsData: [],
    rackId: '',
    ...changes,
  };
}

function bootCaller(holder: { process: Caller | undefined }): Boot<Frame, Fact> {
  return (context) => {
    const process = new Caller(context);
    holder.process = process;
    return process;
  };
}

class Caller implements Process<Frame> {
  readonly #context: Context<Frame, Fact>;
  readonly #connections = new Map<string, Connection>();
  readonly #unsent = new Map<number, Frame[]>();
  readonly #answers = new Map<number, Response>();

  constructor(context: Context<Frame, Fact>) {
    this.#context = context;
  }

  send(name: string, frame: Frame): void {
    let connection = this.#connections.get(name);
    if (connection === undefined) {
      connection = this.#context.connect(controllerNode);
      this.#connections.set(name, connection);
      this.#unsent.set(connection.id, []);
    }
    const unsent = this.#unsent.get(connection.id);
    if (unsent === undefined) this.#context.send(connection, frame);
    else unsent.push(frame);
  }

  answerTo<K extends ApiKey>(apiKey: K, correlationId: number): ResponseBodies[K] | undefined {
    const answer = this.#answers.get(correlationId);
    if (answer === undefined) return undefined;
    return isAnswerTo(apiKey, answer, answer.body) ? answer.body : undefined;
  }

  connected(connection: Connection): void {
    for (const frame of this.#unsent.get(connection.id) ?? []) {
      this.#context.send(connection, frame);
    }
    this.#unsent.delete(connection.id);
  }

  received(_connection: Connection, frame: Frame): void {
    if (!frame.isRequest) this.#answers.set(frame.correlationId, frame);
  }

  disconnected(connection: Connection): void {
    for (const [name, known] of this.#connections) {
      if (known === connection) this.#connections.delete(name);
    }
  }

  stopRequested(): void {
    this.#context.exit();
  }
}

function isAnswerTo<K extends ApiKey>(
  apiKey: K,
  answer: Response,
  body: ResponseBodies[ApiKey],
): body is ResponseBodies[K] {
  return answer.apiKey === apiKey && answer.body === body;
}
