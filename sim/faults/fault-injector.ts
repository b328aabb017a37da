import { removeFrom } from '../kernel/lists.ts';
import { milliseconds } from '../kernel/time.ts';
import { describeFault } from '../fault-description.ts';
import { type NodeDirectory } from '../node-directory.ts';
import { type FaultPlan, type LinkPlan, type Trigger } from '../plan.ts';
import { type FactListener, type Recorder } from '../recorder.ts';
import { type Fact } from '../trace.ts';
import { Downtime } from './downtime.ts';
import { type Ending, type FaultOf } from './fault-kinds.ts';
import { after, type FaultWorld, Step } from './fault-world.ts';
import { FrameFault } from './frame-fault.ts';
import { LinkFaults } from './link-faults.ts';
import { NodeFaults } from './node-faults.ts';

type OnTrigger = Extract<Trigger, { readonly kind: 'on' }>;

/** Does the faults of a plan to a world, each when its trigger comes, and heals them all at the end. */
export class FaultInjector {
  readonly #world: FaultWorld;
  readonly #recorder: Recorder;
  readonly #directory: NodeDirectory;
  readonly #downtime: Downtime;
  readonly #nodes: NodeFaults;
  readonly #links: LinkFaults;
  readonly #waiting = new Map<string, FaultPlan>();
  /** What ends each fault that is in force. */
  readonly #endings = new Map<string, Ending>();
  #isHealed = false;

  constructor(world: FaultWorld, recorder: Recorder, directory: NodeDirectory) {
    this.#world = world;
    this.#recorder = recorder;
    this.#directory = directory;
    this.#downtime = new Downtime(world);
    this.#nodes = new NodeFaults({ world, recorder, directory, downtime: this.#downtime });
    this.#links = new LinkFaults(world, directory);
  }

  /** Gives links what they have for the whole run: faults come on top, and no heal ends it. */
  prepareLinks(links: readonly LinkPlan[]): void {
    this.#links.prepare(links);
  }

  /** Lies in wait for the triggers of the faults. */
  arm(faults: readonly FaultPlan[]): void {
    for (const fault of faults) {
      this.#waiting.set(fault.id, fault);
      if (fault.trigger.kind === 'at') {
        const begin = new Step(() => {
          this.#begin(fault);
        });
        this.#world.at(milliseconds(fault.trigger.atMs), begin);
      } else this.#armOnFact(fault, fault.trigger);
    }
  }

  /** Ends every fault, starts every node, and forgets the faults that have not begun. */
  heal(): void {
    for (const id of [...this.#endings.keys()]) this.#end(id);
    this.#downtime.heal(this.#directory.servers);
    this.#isHealed = true;
    this.#recorder.worldFact(this.#world.now(), { kind: 'faultsHealed' });
  }

  /** Ids of the faults whose trigger never came. */
  get neverFired(): readonly string[] {
    return [...this.#waiting.keys()];
  }

  /** Records the faults that never began. */
  reportNeverFired(): void {
    for (const fault of this.#waiting.values()) {
      this.#recorder.worldFact(this.#world.now(), {
        kind: 'faultNeverFired',
        fault: fault.id,
        what: describeFault(fault),
      });
    }
  }

  #armOnFact(fault: FaultPlan, trigger: OnTrigger): void {
    let seen = 0;
    const from = milliseconds(trigger.afterMs ?? 0);
    const hear: FactListener = (fact, at, node) => {
      if (at < from || !this.#waiting.has(fault.id)) return;
      if (!this.#matches(trigger, fact, node)) return;
      seen += 1;
      if (seen !== trigger.nth) return;
      // Not inside the handler that told the fact, but right after it, in the same instant.
      after(this.#world, 0, () => {
        this.#begin(fault);
      });
    };
    this.#recorder.listen(hear, [trigger.fact]);
  }

  #matches(trigger: OnTrigger, fact: Fact, node: string): boolean {
    if (trigger.partition !== undefined) {
      if (!('partition' in fact) || fact.partition !== trigger.partition) return false;
    }
    // A batch that a leader has appended, and no follower has yet.
    if (fact.kind === 'batchAppended' && !fact.asLeader) return false;
    if (trigger.node === undefined) return true;
    return this.#directory.find(trigger.node) === this.#directory.find(node);
  }

  #begin(fault: FaultPlan): void {
    if (this.#isHealed || !this.#waiting.delete(fault.id)) return;
    const what = describeFault(fault);
    const started: Fact = { kind: 'faultStarted', fault: fault.id, what };
    this.#world.cause = this.#recorder.worldFact(this.#world.now(), started);
    const ending = this.#inflict(fault);
    if (ending === undefined || !('forMs' in fault)) return;
    this.#endings.set(fault.id, ending);
    after(this.#world, fault.forMs, () => {
      this.#end(fault.id);
    });
  }

  /** Returns what ends it, if it lasts. */
  #inflict(fault: FaultPlan): Ending | undefined {
    switch (fault.kind) {
      case 'crash':
      case 'powerLoss':
      case 'stop':
      case 'wipe':
        this.#nodes.takeDown(fault);
        return undefined;
      case 'clockJump':
        this.#nodes.jump(fault);
        return undefined;
      case 'bitRot':
        this.#nodes.rot(fault);
        return undefined;
      case 'pause':
        return this.#nodes.pause(fault);
      case 'clockDrift':
        return this.#nodes.drift(fault);
      case 'disk':
        return this.#nodes.breakDisk(fault);
      case 'cut':
        return this.#links.cut(fault);
      case 'slowLink':
        return this.#links.slow(fault);
      case 'bandwidth':
        return this.#links.limit(fault);
      case 'frames':
        return this.#meddle(fault);
    }
  }

  /** Ends with the last frame that it may hit, if that comes before its time is over. */
  #meddle(fault: FaultOf<'frames'>): Ending {
    const { rules } = this.#world.network;
    const rule = new FrameFault(fault, this.#directory, {
      random: this.#world.random(fault.id),
      // Not while the network goes through its rules.
      onSpent: () => {
        after(this.#world, 0, () => {
          this.#end(fault.id);
        });
      },
    });
    rules.push(rule);
    return () => {
      removeFrom(rules, rule);
    };
  }

  #end(id: string): void {
    const ending = this.#endings.get(id);
    if (ending === undefined) return;
    this.#endings.delete(id);
    const ended: Fact = { kind: 'faultEnded', fault: id };
    this.#world.cause = this.#recorder.worldFact(this.#world.now(), ended);
    ending();
  }
}
