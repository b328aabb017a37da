import { type Task } from '../kernel/process.ts';
import { milliseconds } from '../kernel/time.ts';
import { type World } from '../kernel/world.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';

/** The world that faults are done to. */
export type FaultWorld = World<Frame, Fact>;

/** Lets something happen to the world `ms` from now. */
export function after(world: FaultWorld, ms: number, run: () => void): void {
  world.at(world.now() + milliseconds(ms), new Step(run));
}

/** Faults are few, so that each step of one may have a function of its own. */
export class Step implements Task {
  readonly taskName = 'fault';
  readonly run: () => void;

  constructor(run: () => void) {
    this.run = run;
  }
}
