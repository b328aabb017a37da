import { type NodeIndex, type Task, type TimerId } from './process.ts';

/** A timer that came due while its process was paused. */
export class LateTimer implements Task {
  readonly taskName: string;
  readonly node: NodeIndex;
  /** The id that its process knows. */
  readonly id: TimerId;
  /** Where it stands in the queue since the process goes on. */
  queuedAs: TimerId;
  readonly #task: Task;
  readonly #all: LateTimers;

  constructor(task: Task, node: NodeIndex, id: TimerId, all: LateTimers) {
    this.taskName = task.taskName;
    this.node = node;
    this.id = id;
    this.queuedAs = id;
    this.#task = task;
    this.#all = all;
  }

  run(): void {
    this.#all.forget(this.id);
    this.#task.run();
  }
}

/** Lets processes cancel their timers under the ids that they know, until these have run. */
export class LateTimers {
  readonly #byId = new Map<TimerId, LateTimer>();

  /** What waits for the paused process in place of its timer. */
  hold(task: Task, node: NodeIndex, id: TimerId): LateTimer {
    if (task instanceof LateTimer) return task;
    const late = new LateTimer(task, node, id, this);
    this.#byId.set(id, late);
    return late;
  }

  find(id: TimerId): LateTimer | undefined {
    return this.#byId.get(id);
  }

  forget(id: TimerId): void {
    this.#byId.delete(id);
  }

  /** The life that had set them is over. */
  forgetOf(node: NodeIndex): void {
    for (const late of this.#byId.values()) if (late.node === node) this.#byId.delete(late.id);
  }
}
