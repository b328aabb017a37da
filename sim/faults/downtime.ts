import { type NodeIndex } from '../kernel/process.ts';
import { after, type FaultWorld } from './fault-world.ts';

/** How often a node that is still shutting down at the heal is looked at. */
const restartAgainMs = 100;

/** Starts the nodes again that faults took down, each when the last of its faults lets it. */
export class Downtime {
  readonly #world: FaultWorld;
  /** The faults that keep each node down; there until it is started, though it may be empty. */
  readonly #keptDown = new Map<NodeIndex, Set<string>>();

  constructor(world: FaultWorld) {
    this.#world = world;
  }

  /** A fault takes the node down; `restartAfterMs` null: until everything is healed. */
  begin(node: NodeIndex, fault: string, restartAfterMs: number | null): void {
    const faults = this.#keptDown.get(node) ?? new Set();
    faults.add(fault);
    this.#keptDown.set(node, faults);
    if (restartAfterMs === null) return;
    after(this.#world, restartAfterMs, () => {
      faults.delete(fault);
      if (faults.size === 0) this.#start(node, faults, Math.max(restartAfterMs, 1));
    });
  }

  /** Starts everything that a fault took down, and the servers among the others that do not run. */
  heal(servers: readonly NodeIndex[]): void {
    for (const node of servers) {
      const { state } = this.#world.node(node);
      const isDown = state === 'down' || state === 'off';
      // A broker whose disk had failed has halted by itself.
      if (isDown && !this.#keptDown.has(node)) this.#keptDown.set(node, new Set());
    }
    for (const [node, faults] of [...this.#keptDown]) {
      faults.clear();
      this.#start(node, faults, restartAgainMs);
    }
  }

  /** A node that is still shutting down is waited for; `faults` says which time down is meant. */
  #start(node: NodeIndex, faults: ReadonlySet<string>, againMs: number): void {
    if (this.#keptDown.get(node) !== faults || faults.size > 0) return;
    const { state } = this.#world.node(node);
    if (state === 'up' || state === 'paused') {
      after(this.#world, againMs, () => {
        this.#start(node, faults, againMs);
      });
      return;
    }
    this.#keptDown.delete(node);
    this.#world.start(node);
  }
}
