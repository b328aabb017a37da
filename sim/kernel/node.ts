import { Clock } from './clock.ts';
import { NodeDisk } from './node-disk.ts';
import {
  type Boot,
  type Connection,
  type Context,
  type Message,
  type NodeIndex,
  type Process,
  type Task,
  type TimerId,
} from './process.ts';
import { createRandom, type Random } from './random.ts';
import { type StreamEnd } from './streams.ts';
import { type Duration, type Instant } from './time.ts';

/** `off`: the host has no power. `down`: the host runs, but not the process. */
export type NodeState = 'off' | 'down' | 'up' | 'paused';

/** A host with its clock, its disk and, while it is up, one life of its process. */
export class SimNode<M extends Message, Fact> {
  readonly index: NodeIndex;
  readonly name: string;
  readonly boot: Boot<M, Fact>;
  readonly clock = new Clock();
  readonly disk = new NodeDisk();
  state: NodeState = 'down';
  /** Counts the starts of its process. */
  life = 0;
  /** The last that was over when the host lost its power: what it had sent, nobody sends again. */
  lastLifeWithoutPower = -1;
  process: Process<M> | undefined = undefined;
  context: Life<M, Fact> | undefined = undefined;
  isListening = false;
  /** Ends of streams that its process holds open. */
  readonly ends = new Set<StreamEnd<M>>();
  /** While paused: what has come due, in order. */
  readonly waiting: Task[] = [];
  /** While off: ends of peers that sent something here and will be reset when the host is back. */
  readonly unheard = new Set<StreamEnd<M>>();
  readonly #seed: string;
  readonly #randoms = new Map<string, Random>();
  #networkRandom: Random | undefined = undefined;

  constructor(index: NodeIndex, name: string, seed: string, boot: Boot<M, Fact>) {
    this.index = index;
    this.name = name;
    this.#seed = seed;
    this.boot = boot;
  }

  /** The stream for the latencies of what the node sends: the one that is drawn from all the time. */
  get networkRandom(): Random {
    this.#networkRandom ??= this.random('network');
    return this.#networkRandom;
  }

  /** One stream for each purpose, over all lives; made when first used. */
  random(purpose: string): Random {
    const known = this.#randoms.get(purpose);
    if (known !== undefined) return known;
    const made = createRandom(`${this.#seed}/${this.name}/${purpose}`);
    this.#randoms.set(purpose, made);
    return made;
  }
}

/** What the kernel does for a process; `World` is the only one who does. */
export interface Kernel<M extends Message, Fact> {
  readonly now: () => Instant;
  readonly setTimer: (node: SimNode<M, Fact>, after: Duration, task: Task) => TimerId;
  readonly cancelTimer: (timer: TimerId) => void;
  readonly connect: (node: SimNode<M, Fact>, to: NodeIndex) => StreamEnd<M>;
  readonly send: (node: SimNode<M, Fact>, connection: Connection, message: M) => void;
  readonly close: (node: SimNode<M, Fact>, connection: Connection) => void;
  readonly record: (node: SimNode<M, Fact>, fact: Fact) => void;
  readonly exit: (node: SimNode<M, Fact>, failure: string | undefined) => void;
}

/** The context of one life of a process: dead as soon as that life is over. */
export class Life<M extends Message, Fact> implements Context<M, Fact> {
  readonly node: NodeIndex;
  readonly name: string;
  readonly disk: NodeDisk;
  isOver = false;
  readonly #host: SimNode<M, Fact>;
  readonly #kernel: Kernel<M, Fact>;

  constructor(host: SimNode<M, Fact>, kernel: Kernel<M, Fact>) {
    this.node = host.index;
    this.name = host.name;
    this.disk = host.disk;
    this.#host = host;
    this.#kernel = kernel;
  }

  monotonic(): Instant {
    return this.#host.clock.monotonic(this.#kernel.now());
  }

  wallClockMs(): number {
    return this.#host.clock.wallMs(this.#kernel.now());
  }

  random(purpose: string): Random {
    return this.#host.random(purpose);
  }

  setTimer(after: Duration, task: Task): TimerId {
    return this.isOver ? -1 : this.#kernel.setTimer(this.#host, after, task);
  }

  cancelTimer(timer: TimerId): void {
    this.#kernel.cancelTimer(timer);
  }

  listen(): void {
    if (!this.isOver) this.#host.isListening = true;
  }

  connect(to: NodeIndex): Connection {
    return this.#kernel.connect(this.#host, to);
  }

  send(connection: Connection, message: M): void {
    if (!this.isOver) this.#kernel.send(this.#host, connection, message);
  }

  close(connection: Connection): void {
    if (!this.isOver) this.#kernel.close(this.#host, connection);
  }

  record(fact: Fact): void {
    if (!this.isOver) this.#kernel.record(this.#host, fact);
  }

  exit(failure?: string): void {
    if (!this.isOver) this.#kernel.exit(this.#host, failure);
  }
}
