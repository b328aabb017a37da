import { type Disk } from '../../sim/kernel/disk.ts';
import {
  type Connection,
  type Context,
  type Task,
  type TimerId,
} from '../../sim/kernel/process.ts';
import { type NodeIndex } from '../../sim/kernel/process.ts';
import { type Random, randomFrom } from '../../sim/kernel/random.ts';
import { type Duration, type Instant } from '../../sim/kernel/time.ts';
import { type Frame, type Request } from '../../sim/protocol/api.ts';
import { type Fact } from '../../sim/trace.ts';

/** Hears what a client does to the world. */
export interface ClientWatcher {
  readonly connecting: (to: NodeIndex) => void;
  readonly closing: (connection: Connection) => void;
  readonly sending: (connection: Connection, request: Request) => void;
  readonly recording: (fact: Fact) => void;
}

/** What the random streams of a client give, instead of random numbers. */
export interface ScriptedDraws {
  readonly jitter: -1 | 0 | 1;
  readonly draws: readonly number[];
}

/** A client's context that is watched, and in which nothing is left to chance. */
export class ScriptedContext implements Context<Frame, Fact> {
  readonly node: NodeIndex;
  readonly name: string;
  readonly disk: Disk;
  readonly #world: Context<Frame, Fact>;
  readonly #watcher: ClientWatcher;
  readonly #backoffs: Random;
  readonly #partitioner: Random;

  constructor(world: Context<Frame, Fact>, watcher: ClientWatcher, script: ScriptedDraws) {
    this.node = world.node;
    this.name = world.name;
    this.disk = world.disk;
    this.#world = world;
    this.#watcher = watcher;
    this.#backoffs = constant((script.jitter + 1) / 2 - (script.jitter === 1 ? 2 ** -32 : 0));
    this.#partitioner = repeating(script.draws);
  }

  monotonic(): Instant {
    return this.#world.monotonic();
  }

  wallClockMs(): number {
    return this.#world.wallClockMs();
  }

  /** Backoffs have a constant jitter, and of equal nodes the first is taken. */
  random(purpose: string): Random {
    if (purpose === 'partitioner') return this.#partitioner;
    return purpose.endsWith('backoff') ? this.#backoffs : constant(0);
  }

  /** The network takes no time: what is on its way has arrived before the client's other thread goes on. */
  setTimer(after: Duration, task: Task): TimerId {
    const isOtherThread = after === 0 && task.taskName === 'consumer-call';
    return this.#world.setTimer(after, isOtherThread ? new Later(this.#world, task) : task);
  }

  cancelTimer(timer: TimerId): void {
    this.#world.cancelTimer(timer);
  }

  listen(): void {
    this.#world.listen();
  }

  connect(to: NodeIndex): Connection {
    this.#watcher.connecting(to);
    return this.#world.connect(to);
  }

  send(connection: Connection, message: Frame): void {
    if (message.isRequest) this.#watcher.sending(connection, message);
    this.#world.send(connection, message);
  }

  close(connection: Connection): void {
    this.#watcher.closing(connection);
    this.#world.close(connection);
  }

  record(fact: Fact): void {
    this.#watcher.recording(fact);
    this.#world.record(fact);
  }

  exit(): void {
    this.#world.exit();
  }
}

/** How often a question and its answer may go over the network before another thread goes on. */
const hops = 8;

/** A task that runs in the same instant, but after all that follows from what happens there. */
class Later implements Task {
  readonly taskName: string;
  readonly #world: Context<Frame, Fact>;
  readonly #task: Task;
  #hops = hops;

  constructor(world: Context<Frame, Fact>, task: Task) {
    this.taskName = task.taskName;
    this.#world = world;
    this.#task = task;
  }

  run(): void {
    this.#hops -= 1;
    if (this.#hops < 0) this.#task.run();
    else this.#world.setTimer(0, this);
  }
}

function constant(value: number): Random {
  return randomFrom(() => value);
}

/** Whole numbers are these, over and over, however large they may be. */
function repeating(draws: readonly number[]): Random {
  let index = 0;
  const next = (): number => draws[index++ % draws.length] ?? 0;
  return { ...randomFrom(() => 0), below: next };
}
