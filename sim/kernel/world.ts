import { assert, present } from './assert.ts';
import { EventQueue } from './event-queue.ts';
import { Fingerprint } from './fingerprint.ts';
import { LateTimer, LateTimers } from './late-timers.ts';
import { type LatencyModel } from './latency.ts';
import { Links } from './links.ts';
import { Network, type NetworkHost } from './network.ts';
import { type Kernel, Life, SimNode } from './node.ts';
import { type WorldObserver } from './observer.ts';
import {
  type Boot,
  type Connection,
  type Message,
  noTimer,
  type NodeIndex,
  type Task,
  type TimerId,
} from './process.ts';
import { createRandom, type Random } from './random.ts';
import { Arrival, StreamEnd } from './streams.ts';
import { type Duration, type Instant } from './time.ts';

export interface WorldOptions<M extends Message, Fact> {
  /** Names every stream of random numbers in the world. */
  readonly seed: string;
  readonly latency: LatencyModel;
  readonly observer: WorldObserver<M, Fact>;
}

/** The node number of work that belongs to no node. */
const noNode = -1;
/** The life number of what is meant for a node in whatever life it is. */
const anyLife = -1;

/**
 * The simulated world: nodes, the network between them, and virtual time. Everything in it happens
 * one event after the other, in the order of the event queue, and the order depends on nothing but
 * the seed and what the processes do.
 */
export class World<M extends Message, Fact> implements Kernel<M, Fact>, NetworkHost<M, Fact> {
  readonly fingerprint = new Fingerprint();
  readonly observer: WorldObserver<M, Fact>;
  readonly network: Network<M, Fact>;
  cause = -1;
  /** Events that have come so far: arrivals, timers, and the world's own work. */
  eventCount = 0;
  readonly #seed: string;
  readonly #queue = new EventQueue<Task>();
  readonly #late = new LateTimers();
  readonly #nodes: SimNode<M, Fact>[] = [];

  constructor(options: WorldOptions<M, Fact>) {
    this.#seed = options.seed;
    this.observer = options.observer;
    this.network = new Network(this, new Links(options.latency));
  }

  now(): Instant {
    return this.#queue.now;
  }

  /** Adds a host; its process does not run before `start`. */
  addNode(name: string, boot: Boot<M, Fact>): NodeIndex {
    const index = this.#nodes.length;
    this.#nodes.push(new SimNode(index, name, this.#seed, boot));
    return index;
  }

  get nodes(): readonly SimNode<M, Fact>[] {
    return this.#nodes;
  }

  node(index: NodeIndex): SimNode<M, Fact> {
    return present(this.#nodes[index], 'node');
  }

  /** A stream of random numbers of the world's own, for faults and the like. */
  random(purpose: string): Random {
    return createRandom(`${this.#seed}/${purpose}`);
  }

  /** Runs everything that happens up to `until`, inclusive; `shouldStop` is asked after each event. */
  run(until: Instant, shouldStop?: () => boolean): void {
    const queue = this.#queue;
    while (queue.advance(until)) {
      const task = present(queue.subject, 'task');
      this.eventCount += 1;
      this.cause = -1;
      this.fingerprint.mix(queue.now);
      this.fingerprint.mix(queue.node);
      if (queue.node === noNode) task.run();
      else this.#runOn(this.node(queue.node), queue.life, task);
      if (shouldStop?.() === true) return;
    }
  }

  /** Lets the world itself do something at an instant. */
  at(instant: Instant, task: Task): TimerId {
    return this.#queue.schedule(instant, task, noNode, anyLife);
  }

  /** Powers the host up if need be and starts the process, if it does not run. */
  start(index: NodeIndex): void {
    const node = this.node(index);
    if (node.state === 'up' || node.state === 'paused') return;
    const wasOff = node.state === 'off';
    node.state = 'up';
    node.life += 1;
    node.isListening = false;
    this.cause = this.observer.nodeStarted(this.now(), index, node.life, this.cause);
    if (wasOff) this.network.hostReturned(node);
    const context = new Life(node, this);
    node.context = context;
    const process = node.boot(context);
    if (!context.isOver) node.process = process;
  }

  /** Asks the process to end itself (SIGTERM). */
  stop(index: NodeIndex): void {
    const node = this.node(index);
    if (node.state === 'up') node.process?.stopRequested();
    else if (node.state === 'paused') node.waiting.push(new StopRequest(node));
  }

  /** Ends the process at once (SIGKILL); the page cache stays. */
  crash(index: NodeIndex): void {
    const node = this.node(index);
    if (node.state !== 'up' && node.state !== 'paused') return;
    this.#endLife(node, 'down');
    const crash = { powerLost: false, entriesLost: 0 };
    this.cause = this.observer.nodeCrashed(this.now(), index, crash, this.cause);
    this.network.processEnded(node, false);
  }

  /** The host loses its power: process, connections, and what was not flushed. */
  losePower(index: NodeIndex): void {
    const node = this.node(index);
    if (node.state === 'off') return;
    this.#endLife(node, 'off');
    node.lastLifeWithoutPower = node.life;
    const entriesLost = node.disk.losePower(node.random('power loss'));
    const crash = { powerLost: true, entriesLost };
    this.cause = this.observer.nodeCrashed(this.now(), index, crash, this.cause);
    this.network.processEnded(node, true);
  }

  /** Stops the process in its tracks (SIGSTOP): its clocks go on, its sockets fill. */
  pause(index: NodeIndex): void {
    const node = this.node(index);
    if (node.state !== 'up') return;
    node.state = 'paused';
    this.cause = this.observer.nodePaused(this.now(), index, true, this.cause);
  }

  resume(index: NodeIndex): void {
    const node = this.node(index);
    if (node.state !== 'paused') return;
    node.state = 'up';
    this.cause = this.observer.nodePaused(this.now(), index, false, this.cause);
    for (const task of node.waiting.splice(0)) {
      const id = this.#queue.schedule(this.now(), task, index, node.life);
      if (task instanceof LateTimer) task.queuedAs = id;
    }
  }

  /** Cuts the direction: what arrives from now on waits until the cut heals, as TCP would resend it. */
  cut(from: NodeIndex, to: NodeIndex): void {
    this.network.links.cut(from, to);
  }

  heal(from: NodeIndex, to: NodeIndex): void {
    if (!this.network.links.heal(from, to)) return;
    this.network.healed(from, to, this.node(from).networkRandom);
  }

  // What processes ask for, through their context.

  setTimer(node: SimNode<M, Fact>, after: Duration, task: Task): TimerId {
    const at = this.now() + node.clock.trueDuration(Math.max(after, 0));
    const traced = this.observer.isTracing ? new CausedTask(task, this) : task;
    return this.#queue.schedule(at, traced, node.index, node.life);
  }

  cancelTimer(timer: TimerId): void {
    if (timer === noTimer || this.#queue.cancel(timer)) return;
    const late = this.#late.find(timer);
    if (late === undefined) return;
    this.#late.forget(timer);
    this.#queue.cancel(late.queuedAs);
  }

  connect(node: SimNode<M, Fact>, to: NodeIndex): StreamEnd<M> {
    assert(to >= 0 && to < this.#nodes.length, 'a process connects to a node that exists');
    return this.network.connect(node, to);
  }

  send(node: SimNode<M, Fact>, connection: Connection, message: M): void {
    this.network.send(this.#own(node, connection), message);
  }

  close(node: SimNode<M, Fact>, connection: Connection): void {
    this.network.close(this.#own(node, connection));
  }

  record(node: SimNode<M, Fact>, fact: Fact): void {
    this.observer.fact(this.now(), node.index, fact, this.cause);
  }

  exit(node: SimNode<M, Fact>, failure: string | undefined): void {
    this.#endLife(node, 'down');
    if (failure === undefined) {
      this.cause = this.observer.nodeStopped(this.now(), node.index, this.cause);
    } else {
      const crash = { powerLost: false, entriesLost: 0, failure };
      this.cause = this.observer.nodeCrashed(this.now(), node.index, crash, this.cause);
    }
    this.network.processEnded(node, false);
  }

  schedule(at: Instant, arrival: Arrival<M>): void {
    this.#queue.schedule(at, arrival, arrival.to.node, anyLife);
  }

  #runOn(node: SimNode<M, Fact>, life: number, task: Task): void {
    if (node.state === 'paused' && !this.#isForHost(task)) {
      // A timer of a life that is over would be thrown away below in any case.
      if (life !== anyLife && life !== node.life) return;
      node.waiting.push(this.#kept(task, node.index));
      return;
    }
    if (life === anyLife || (life === node.life && node.state === 'up')) task.run();
  }

  /** What a paused process finds when it goes on: what came to its sockets, and timers that are late. */
  #kept(task: Task, node: NodeIndex): Task {
    if (!(task instanceof Arrival)) return this.#late.hold(task, node, this.#queue.takenId);
    task.isInSocket = true;
    return task;
  }

  #isForHost(task: Task): boolean {
    return task instanceof Arrival && task.isForHost(this.network.links);
  }

  #endLife(node: SimNode<M, Fact>, state: 'down' | 'off'): void {
    node.state = state;
    node.isListening = false;
    node.process = undefined;
    if (node.context !== undefined) node.context.isOver = true;
    node.context = undefined;
    // What waited for a paused process was in its sockets and timers, and is gone with it.
    node.waiting.length = 0;
    this.#late.forgetOf(node.index);
  }

  #own(node: SimNode<M, Fact>, connection: Connection): StreamEnd<M> {
    assert(
      connection instanceof StreamEnd && connection.node === node.index,
      'uses its own stream',
    );
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- checked just above
    return connection as StreamEnd<M>;
  }
}

/** A timer's work that remembers, while a trace is kept, what led to it. */
class CausedTask implements Task {
  readonly taskName: string;
  readonly #task: Task;
  readonly #world: { cause: number };
  readonly #cause: number;

  constructor(task: Task, world: { cause: number }) {
    this.taskName = task.taskName;
    this.#task = task;
    this.#world = world;
    this.#cause = world.cause;
  }

  run(): void {
    this.#world.cause = this.#cause;
    this.#task.run();
  }
}

class StopRequest<M extends Message, Fact> implements Task {
  readonly taskName = 'stop-request';
  readonly #node: SimNode<M, Fact>;

  constructor(node: SimNode<M, Fact>) {
    this.#node = node;
  }

  run(): void {
    this.#node.process?.stopRequested();
  }
}
