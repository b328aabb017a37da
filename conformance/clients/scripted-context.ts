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
  /** How much has happened in the world so far. */
  readonly eventCount: () => number;
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
  readonly #lateTimers: LateTimers;

  constructor(world: Context<Frame, Fact>, watcher: ClientWatcher, script: ScriptedDraws) {
    this.node = world.node;
    this.name = world.name;
    this.disk = world.disk;
    this.#world = world;
    this.#watcher = watcher;
    this.#backoffs = constant((script.jitter + 1) / 2 - (script.jitter === 1 ? 2 ** -32 : 0));
    this.#partitioner = repeating(script.draws);
    this.#lateTimers = new LateTimers(world, watcher);
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
    const isLate = after === 0 && lateTasks.has(task.taskName);
    return isLate ? this.#lateTimers.set(task) : this.#world.setTimer(after, task);
  }

  cancelTimer(timer: TimerId): void {
    this.#lateTimers.cancel(timer);
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

/** A thread that has just been started runs last of all. */
const newThread = 'heartbeat-thread';

/** Tasks of the threads that run only when there is nothing more to do for the network. */
const lateTasks: ReadonlySet<string> = new Set(['consumer-call', 'consumer-wait', newThread]);

/** Timers of no time, which fire when nothing else happens in their instant any more. */
class LateTimers {
  readonly #world: Context<Frame, Fact>;
  readonly #watcher: ClientWatcher;
  /** The timer that stands for each of them now, by the one that was set first. */
  readonly #current = new Map<TimerId, TimerId>();
  /** Events that only looked whether anything else happens. */
  #looks = 0;

  constructor(world: Context<Frame, Fact>, watcher: ClientWatcher) {
    this.#world = world;
    this.#watcher = watcher;
  }

  set(task: Task): TimerId {
    const { taskName } = task;
    const late: Task = {
      taskName,
      run: () => {
        this.#looks += 1;
        const isNext = taskName !== newThread || this.#current.size === 1;
        const isQuiet = isNext && this.#happened() === seen;
        seen = this.#happened();
        if (isQuiet) this.#current.delete(first);
        else this.#current.set(first, this.#world.setTimer(0, late));
        if (isQuiet) task.run();
      },
    };
    let seen = this.#happened();
    const first = this.#world.setTimer(0, late);
    this.#current.set(first, first);
    return first;
  }

  cancel(timer: TimerId): void {
    this.#world.cancelTimer(this.#current.get(timer) ?? timer);
    this.#current.delete(timer);
  }

  /** What else has happened so far. */
  #happened(): number {
    return this.#watcher.eventCount() - this.#looks;
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
