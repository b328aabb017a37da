import { type BrokerProcess, bootBroker } from './broker/broker.ts';
import { type UsedTransactionalId } from './broker/broker-options.ts';
import { type ApplicationSurroundings } from './client/application/application-surroundings.ts';
import { type FeatureLevels } from './controller/bootstrap-records.ts';
import { bootController } from './controller/controller.ts';
import { assert, present } from './kernel/assert.ts';
import { type Connection, type Context, type NodeIndex, type Process } from './kernel/process.ts';
import { silentObserver } from './kernel/silent-observer.ts';
import { type Duration, milliseconds, seconds } from './kernel/time.ts';
import { World } from './kernel/world.ts';
import { type Endpoint, type Resolve } from './protocol/addresses.ts';
import {
  Api,
  type ApiKey,
  frameOverheadBytes,
  type Frame,
  newestVersion,
  type RequestBodies,
  type Response,
  type ResponseBodies,
} from './protocol/api.ts';
import { BatchBuilder } from './protocol/batch-builder.ts';
import { resolveBrokerConfig } from './protocol/config/broker-config.ts';
import { type Properties } from './protocol/config/config-definition.ts';
import { requestFrame } from './protocol/frames.ts';
import { type CreatableTopic } from './protocol/messages/create-topics-request.ts';
import { type Switches } from './switches/switches.ts';
import { type BrokerId, type Fact, type FactKind, type FactOf } from './trace.ts';

interface ClusterOptions {
  readonly brokers?: number;
  readonly properties?: Properties;
  readonly switches?: Switches;
  readonly features?: FeatureLevels;
  readonly racks?: readonly (string | null)[];
  readonly seed?: string;
  readonly usedTransactionalIds?: readonly UsedTransactionalId[];
  /** Facts are thrown away, for long runs. */
  readonly keepsNoFacts?: boolean;
}

export interface SeenFact {
  readonly atMs: number;
  readonly fact: Fact;
}

const controllerId = 100;
const clusterId = 'cluster-under-test';
const settleTime = seconds(20);

/** A controller, brokers, and one client in a world of their own. For tests. */
export class ClusterUnderTest {
  readonly world: World<Frame, Fact>;
  readonly seen: SeenFact[] = [];
  readonly #brokers = new Map<BrokerId, BrokerProcess>();
  readonly #addresses = new Map<string, NodeIndex>();
  readonly #client: { process: Caller | undefined } = { process: undefined };
  #correlationId = 0;
  #ghosts = 0;

  constructor(options: ClusterOptions = {}) {
    const { brokers = 3, properties = {}, switches = {}, racks = [], seed = 'cluster' } = options;
    this.world = new World<Frame, Fact>({
      seed,
      latency: { kind: 'uniform', minUs: 100, maxUs: 300 },
      observer: silentObserver((at, _node, fact) => {
        if (options.keepsNoFacts === true) return -1;
        return this.seen.push({ atMs: at / 1000, fact }) - 1;
      }),
    });
    const controller = { nodeId: controllerId, host: 'controller', port: 9093 };
    const resolve: Resolve = (host, port) =>
      present(this.#addresses.get(`${host}:${port}`), `the node at ${host}:${port}`);
    const config = resolveBrokerConfig(properties);
    const addresses = this.#addresses;
    const add = ({ host, port }: Endpoint, node: NodeIndex): void => {
      addresses.set(`${host}:${port}`, node);
    };
    add(
      controller,
      this.world.addNode(
        'controller',
        bootController({
          controllerId,
          config,
          clusterId,
          voters: [controller],
          resolve,
          switches,
          features: options.features ?? {},
        }),
      ),
    );
    for (let brokerId = 1; brokerId <= brokers; brokerId += 1) {
      const listener = { nodeId: brokerId, host: `broker-${brokerId}`, port: 9092 };
      const boot = bootBroker({
        brokerId,
        config,
        rack: racks[brokerId - 1] ?? null,
        controllers: [controller],
        listener,
        resolve,
        clusterId,
        switches,
        usedTransactionalIds: options.usedTransactionalIds ?? [],
      });
      const node = this.world.addNode(listener.host, (context) => {
        const process = boot(context);
        this.#brokers.set(brokerId, process);
        return process;
      });
      add(listener, node);
    }
    this.world.addNode('client', (context) => {
      this.#client.process = new Caller(context);
      return this.#client.process;
    });
  }

  /** What the applications of clients are given. */
  get surroundings(): ApplicationSurroundings {
    const nextGhost = (): number => (this.#ghosts += 1);
    return {
      bootstrap: [{ nodeId: -1, host: 'broker-2', port: 9092 }],
      resolve: (host) => this.nodeOf(Number(host.slice('broker-'.length))),
      switches: {},
      nextRecordId: nextGhost,
      nextTxnUid: nextGhost,
      nextCommitUid: nextGhost,
    };
  }

  /** Starts all nodes, and waits until all brokers serve. */
  start(): this {
    for (const node of this.world.nodes.keys()) this.world.start(node);
    this.runUntil(() =>
      [...this.#brokers.keys()].every((id) => this.world.node(this.nodeOf(id)).isListening),
    );
    return this;
  }

  nodeOf(broker: BrokerId): NodeIndex {
    return present(this.#addresses.get(`broker-${broker}:9092`), `broker ${broker}`);
  }

  run(span: Duration): void {
    this.world.run(this.world.now() + span);
  }

  runUntil(condition: () => boolean, longest: Duration = settleTime): void {
    this.world.run(this.world.now() + longest, condition);
    assert(condition(), `it happens by ${this.world.now() / 1000} ms`);
  }

  inspect(): void {
    for (const [id, process] of this.#brokers) {
      if (this.world.node(this.nodeOf(id)).state === 'up') process.inspect();
    }
  }

  send<K extends ApiKey>(
    to: BrokerId,
    apiKey: K,
    body: RequestBodies[K],
    { on = 'main', apiVersion = newestVersion[apiKey] }: SendOptions = {},
  ): Reply<K> {
    this.#correlationId += 1;
    const correlationId = this.#correlationId;
    const client = present(this.#client.process, 'client');
    const header = { apiVersion, correlationId, clientId: 'test', sizeInBytes: frameOverheadBytes };
    const node = this.nodeOf(to);
    client.send(`${on}-${to}`, node, requestFrame(apiKey, header, body));
    return { read: () => client.answerTo(apiKey, correlationId) };
  }

  /** Sends a request and waits for its answer. */
  ask<K extends ApiKey>(
    to: BrokerId,
    apiKey: K,
    body: RequestBodies[K],
    options: SendOptions = {},
  ): ResponseBodies[K] {
    const reply = this.send(to, apiKey, body, options);
    this.runUntil(() => reply.read() !== undefined, seconds(70));
    return present(reply.read(), 'answer');
  }

  /** Makes a topic, and waits until broker 1 knows it and it has leaders. */
  createTopic(name: string, changes: Partial<CreatableTopic> = {}): string {
    const topic: CreatableTopic = {
      name,
      numPartitions: -1,
      replicationFactor: -1,
      assignments: [],
      configs: [],
      ...changes,
    };
    const { topics } = this.ask(1, Api.createTopics, {
      topics: [topic],
      timeoutMs: 5000,
      validateOnly: false,
    });
    const made = present(topics[0], 'topic');
    assert(made.errorCode === 'NONE', `${name} is made: ${String(made.errorMessage)}`);
    this.run(milliseconds(100));
    return made.topicId;
  }

  /** A topic with one partition with these replicas. */
  createWith(name: string, brokerIds: readonly BrokerId[], minIsr = 1): string {
    return this.createTopic(name, {
      assignments: [{ partitionIndex: 0, brokerIds }],
      configs: [
        { name: 'min.insync.replicas', value: String(minIsr) },
        // The records of tests are from 1970.
        { name: 'retention.ms', value: '-1' },
      ],
    });
  }

  /** Appends a batch to partition 0 of a topic, with a record for each timestamp. */
  produce(leader: BrokerId, topicId: string, timestampsMs: readonly number[]): void {
    const builder = new BatchBuilder({ writeLimitBytes: 1_000_000 });
    for (const timestampMs of timestampsMs) {
      builder.append(timestampMs, { key: null, value: 'x', headers: [] });
    }
    const partitionData = [{ index: 0, records: [builder.build()] }];
    const { responses } = this.ask(leader, Api.produce, {
      transactionalId: null,
      acks: -1,
      timeoutMs: 30_000,
      topicData: [{ name: '', topicId, partitionData }],
    });
    const answer = present(responses[0]?.partitionResponses[0], 'answer');
    assert(answer.errorCode === 'NONE', `records are appended: ${answer.errorCode}`);
  }

  /** The same with records of which only the number matters. */
  produceSome(leader: BrokerId, topicId: string, count: number): void {
    const timestampsMs = Array.from({ length: count }, () => 1_000);
    this.produce(leader, topicId, timestampsMs);
  }

  /** The offsets of all records that consumers have returned. */
  polledOffsets(): readonly number[] {
    const polls = this.factsOf('recordsPolled');
    return polls.flatMap(({ records }) => records.map(({ offset }) => offset));
  }

  factsOf<K extends FactKind>(kind: K): FactOf<K>[] {
    return this.seen.map(({ fact }) => fact).filter((fact) => isOfKind(fact, kind));
  }

  lastOf<K extends FactKind>(kind: K, where: (fact: FactOf<K>) => boolean = () => true): FactOf<K> {
    return present(this.factsOf(kind).filter(where).at(-1), kind);
  }
}

export interface SendOptions {
  /** Name of the connection. */
  readonly on?: string;
  readonly apiVersion?: number;
}

/** The answer to a request, when it has come. */
export interface Reply<K extends ApiKey> {
  readonly read: () => ResponseBodies[K] | undefined;
}

function isOfKind<K extends FactKind>(fact: Fact, kind: K): fact is FactOf<K> {
  return fact.kind === kind;
}

/** Sends what it is told to, and keeps what comes. */
class Caller implements Process<Frame> {
  readonly #context: Context<Frame, Fact>;
  readonly #connections = new Map<string, Connection>();
  readonly #unsent = new Map<number, Frame[]>();
  readonly #answers = new Map<number, Response>();

  constructor(context: Context<Frame, Fact>) {
    this.#context = context;
  }

  send(name: string, to: NodeIndex, frame: Frame): void {
    let connection = this.#connections.get(name);
    if (connection === undefined) {
      connection = this.#context.connect(to);
      this.#connections.set(name, connection);
      this.#unsent.set(connection.id, []);
    }
    const unsent = this.#unsent.get(connection.id);
    if (unsent === undefined) this.#context.send(connection, frame);
    else unsent.push(frame);
  }

  answerTo<K extends ApiKey>(apiKey: K, correlationId: number): ResponseBodies[K] | undefined {
    const answer = this.#answers.get(correlationId);
    return answer !== undefined && isAnswerTo(apiKey, answer, answer.body)
      ? answer.body
      : undefined;
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

  /** The next request goes over a new connection. */
  disconnected(connection: Connection): void {
    for (const [name, known] of this.#connections) {
      if (known === connection) this.#connections.delete(name);
    }
  }

  stopRequested(): void {
    this.#context.exit();
  }
}

/** The key says what the body is. */
function isAnswerTo<K extends ApiKey>(
  apiKey: K,
  answer: Response,
  body: ResponseBodies[ApiKey],
): body is ResponseBodies[K] {
  return answer.apiKey === apiKey && answer.body === body;
}
