import { bootClient, type ProcessingModels } from './boot-client.ts';
import { bootBroker, type BrokerProcess } from './broker/broker.ts';
import { bootController } from './controller/controller.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { present } from './kernel/assert.ts';
import { type NodeIndex } from './kernel/process.ts';
import { milliseconds } from './kernel/time.ts';
import { switchesInForce } from './switches/known-bugs.ts';
import { World } from './kernel/world.ts';
import { NodeDirectory } from './node-directory.ts';
import { type Plan } from './plan.ts';
import { type Endpoint } from './protocol/addresses.ts';
import { type Frame } from './protocol/api.ts';
import { resolveBrokerConfig } from './protocol/config/broker-config.ts';
import { type FactListener, Recorder } from './recorder.ts';
import { bootTopicSetup } from './topic-setup.ts';
import { type Fact, type TraceEvent } from './trace.ts';

export interface SimulateOptions {
  /** Hears every fact as it happens. */
  readonly onFact?: FactListener;
  /** Keeps the facts, with frames and causes. Costs time and memory, and changes nothing else. */
  readonly isTracing: boolean;
  /** Processing models that the plan may name, besides the built-in ones. */
  readonly models?: ProcessingModels;
}

export interface SimulationResult {
  /** Of everything that happened; equal for equal plans. */
  readonly fingerprint: string;
  readonly events: number;
  /** Frames that reached a process. */
  readonly messages: number;
  readonly endedAtUs: number;
  readonly trace: readonly TraceEvent[] | null;
  /** Ids of the faults whose trigger never came. */
  readonly faultsThatNeverFired: readonly string[];
}

/** The port on which every simulated node listens; each has a host of its own. */
const port = 9092;
const clusterId = 'kafka-trial';
/** Controllers are numbered on from here, as nodes that are nothing else. */
const firstControllerId = 3_000;

/**
 * Runs a plan from its start to its end: the same plan is the same run, on every machine.
 * @throws {ConfigError} If the plan asks for what the model does not have.
 */
export function simulate(
  plan: Plan,
  { onFact, isTracing, models = {} }: SimulateOptions,
): SimulationResult {
  const recorder = new Recorder(isTracing);
  const directory = new NodeDirectory();
  recorder.listen((fact) => {
    directory.observe(fact);
  }, directory.kinds);
  if (onFact !== undefined) recorder.listen(onFact);
  const world = new World<Frame, Fact>({
    seed: plan.seed,
    latency: plan.network.latency,
    observer: recorder,
  });
  recorder.fingerprint = world.fingerprint;
  const brokers = addCluster(plan, world, { recorder, directory, models });

  const faults = new FaultInjector(world, recorder, directory);
  faults.prepareLinks(plan.network.links ?? []);
  for (const node of world.nodes) world.start(node.index);
  faults.arm(plan.faults);
  world.run(milliseconds(plan.healAtMs));
  faults.heal();
  world.run(milliseconds(plan.endAtMs));
  faults.reportNeverFired();
  for (const broker of brokers.values()) broker.inspect();
  recorder.worldFact(world.now(), { kind: 'runEnded' });
  return {
    fingerprint: world.fingerprint.digest(),
    events: world.eventCount,
    messages: world.network.delivered,
    endedAtUs: world.now(),
    trace: isTracing ? recorder.events : null,
    faultsThatNeverFired: faults.neverFired,
  };
}

/** What the nodes of a run are added to, and given. */
interface Surroundings {
  readonly recorder: Recorder;
  readonly directory: NodeDirectory;
  readonly models: ProcessingModels;
}

/** Adds the nodes of a plan; returns the lives of its brokers as they run, by node. */
function addCluster(
  plan: Plan,
  world: World<Frame, Fact>,
  { recorder, directory, models }: Surroundings,
): ReadonlyMap<NodeIndex, BrokerProcess> {
  const { cluster, clients } = plan;
  const switches = switchesInForce(plan);
  const indexes = new Map<string, NodeIndex>();
  const add = (name: string, boot: Parameters<typeof world.addNode>[1]): NodeIndex => {
    const index = world.addNode(name, boot);
    indexes.set(name, index);
    recorder.nameNode(name);
    directory.add(name, index);
    return index;
  };
  const shared = {
    config: resolveBrokerConfig(cluster.brokerConfig),
    clusterId,
    switches,
    resolve: (host: string): NodeIndex => present(indexes.get(host), `host ${host}`),
  };
  const addServer: typeof add = (name, boot) => {
    const index = add(name, boot);
    directory.servers.push(index);
    return index;
  };
  const voters: Endpoint[] = [{ nodeId: firstControllerId, host: 'controller-1', port }];
  const features = { ...cluster.features };
  const ofController = { controllerId: firstControllerId, voters, features };
  const controller = addServer('controller-1', bootController({ ...shared, ...ofController }));
  const { usedTransactionalIds = [] } = cluster;
  const ofBrokers = { controllers: voters, usedTransactionalIds };
  const brokers = new Map<NodeIndex, BrokerProcess>();
  const bootstrap: Endpoint[] = [];
  for (let brokerId = 1; brokerId <= cluster.brokers; brokerId += 1) {
    const host = `broker-${brokerId}`;
    const listener = { nodeId: brokerId, host, port };
    bootstrap.push(listener);
    const rack = cluster.racks[brokerId - 1] ?? null;
    const boot = bootBroker({ ...shared, ...ofBrokers, brokerId, rack, listener });
    addServer(host, (context) => {
      const broker = boot(context);
      brokers.set(context.node, broker);
      return broker;
    });
  }
  if (cluster.topics.length > 0) add('setup', bootTopicSetup(cluster.topics, controller));
  const { resolve } = shared;
  const ghosts = { nextRecordId: counter(), nextTxnUid: counter(), nextCommitUid: counter() };
  const surroundings = { bootstrap, resolve, switches, models, ...ghosts };
  for (const client of clients) add(client.name, bootClient(client, surroundings));
  return brokers;
}

/** Counts from 1. */
function counter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}
