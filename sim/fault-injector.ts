import { removeFrom } from './kernel/lists.ts';
import { type NodeIndex, type Task } from './kernel/process.ts';
import { milliseconds } from './kernel/time.ts';
import { type World } from './kernel/world.ts';
import { describeFault } from './fault-description.ts';
import { FrameFault } from './frame-fault.ts';
import { type NodeDirectory } from './node-directory.ts';
import { type FaultPlan, type Trigger } from './plan.ts';
import { type Frame } from './protocol/api.ts';
import { type FactListener, type Recorder } from './recorder.ts';
import { type Fact } from './trace.ts';

type FaultOf<K extends FaultPlan['kind']> = Extract<FaultPlan, { readonly kind: K }>;
/** How often a node that is still shutting down at the heal is looked at. */
const restartAgainMs = 100;

type OnTrigger = Extract<Trigger, { readonly kind: 'on' }>;

/** Does the faults of a plan to a world, each when its trigger comes, and heals them all at the end. */
export class FaultInjector {
  readonly #world: World<Frame, Fact>;
  readonly #recorder: Recorder;
  readonly #directory: NodeDirectory;
  readonly #waiting = new Map<string, FaultPlan>();
  /** What ends each fault that is in force. */
  readonly #endings = new Map<string, () => void>();
  /** Nodes that a fault took down, to be started when everything is healed. */
  readonly #down = new Set<NodeIndex>();
  #isHealed = false;

  constructor(world: World<Frame, Fact>, recorder: Recorder, directory: NodeDirectory) {
    this.#world = world;
    this.#recorder = recorder;
    this.#directory = directory;
  }

  /** Lies in wait for the triggers of the faults. */
  arm(faults: readonly FaultPlan[]): void {
    for (const fault of faults) {
      this.#waiting.set(fault.id, fault);
      if (fault.trigger.kind === 'at') {
        this.#later(fault.trigger.atMs, () => {
          this.#begin(fault);
        });
      } else this.#armOnFact(fault, fault.trigger);
    }
  }

  /** Ends every fault, starts every node, and forgets the faults that have not begun. */
  heal(): void {
    for (const [id, end] of [...this.#endings]) this.#end(id, end);
    // A broker whose disk had failed has halted by itself.
    for (const node of this.#directory.servers) {
      const { state } = this.#world.node(node);
      if (state === 'down' || state === 'off') this.#down.add(node);
    }
    for (const node of [...this.#down]) this.#restart(node, restartAgainMs);
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
      // Not inside the handler that told the fact, but right after it, in the same instant.
      if (seen === trigger.nth) {
        this.#world.at(
          at,
          new Step('fault', () => {
            this.#begin(fault);
          }),
        );
      }
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
    this.#inflict(fault);
  }

  #inflict(fault: FaultPlan): void {
    switch (fault.kind) {
      case 'crash':
      case 'powerLoss':
      case 'stop':
      case 'wipe':
        this.#takeDown(fault);
        return;
      case 'pause':
        this.#pause(fault);
        return;
      case 'cut':
        this.#cut(fault);
        return;
      case 'slowLink':
      case 'bandwidth':
        this.#slow(fault);
        return;
      case 'frames':
        this.#meddle(fault);
        return;
      case 'clockJump':
        this.#jump(fault);
        return;
      case 'clockDrift':
        this.#drift(fault);
        return;
      case 'disk':
        this.#breakDisk(fault);
        return;
      case 'bitRot': {
        const node = this.#directory.find(fault.node);
        if (node !== undefined) {
          this.#world.node(node).disk.rot('segment', this.#world.random(fault.id));
        }
      }
    }
  }

  #takeDown(fault: FaultOf<'crash' | 'powerLoss' | 'stop' | 'wipe'>): void {
    const node = this.#directory.find(fault.node);
    if (node === undefined) return;
    if (fault.kind === 'stop') this.#world.stop(node);
    else if (fault.kind === 'crash') this.#world.crash(node);
    else this.#world.losePower(node);
    if (fault.kind === 'wipe') this.#world.node(node).disk.wipe();
    this.#down.add(node);
    const { restartAfterMs } = fault;
    if (restartAfterMs !== null) {
      this.#after(restartAfterMs, () => {
        this.#restart(node, Math.max(restartAfterMs, 1));
      });
    }
  }

  /** Starts a node again; one that is still shutting down is waited for. */
  #restart(node: NodeIndex, againMs: number): void {
    if (!this.#down.has(node)) return;
    const { state } = this.#world.node(node);
    if (state === 'up' || state === 'paused') {
      this.#after(againMs, () => {
        this.#restart(node, againMs);
      });
      return;
    }
    this.#down.delete(node);
    this.#world.start(node);
  }

  #pause(fault: FaultOf<'pause'>): void {
    const node = this.#directory.find(fault.node);
    if (node === undefined) return;
    this.#world.pause(node);
    this.#lasts(fault.id, fault.forMs, () => {
      this.#world.resume(node);
    });
  }

  #cut(fault: FaultOf<'cut'>): void {
    const links = this.#links(fault);
    if (!fault.oneWay) links.push(...links.map(([from, to]) => [to, from] as const));
    for (const [from, to] of links) this.#world.cut(from, to);
    this.#lasts(fault.id, fault.forMs, () => {
      for (const [from, to] of links) this.#world.heal(from, to);
    });
  }

  #slow(fault: FaultOf<'slowLink' | 'bandwidth'>): void {
    const links = this.#links(fault);
    const { links: network } = this.#world.network;
    for (const [from, to] of links) {
      if (fault.kind === 'slowLink') network.setLatency(from, to, fault.latency);
      else network.setBandwidth(from, to, fault.bytesPerSecond);
    }
    this.#lasts(fault.id, fault.forMs, () => {
      for (const [from, to] of links) {
        if (fault.kind === 'slowLink') network.setLatency(from, to, undefined);
        else network.setBandwidth(from, to, undefined);
      }
    });
  }

  /** Ends with the last frame that it may hit, if that comes before its time is over. */
  #meddle(fault: FaultOf<'frames'>): void {
    const { rules } = this.#world.network;
    const end = (): void => {
      removeFrom(rules, rule);
    };
    const rule = new FrameFault(fault, this.#directory, {
      random: this.#world.random(fault.id),
      // Not while the network goes through its rules.
      onSpent: () => {
        this.#after(0, () => {
          this.#end(fault.id, end);
        });
      },
    });
    rules.push(rule);
    this.#lasts(fault.id, fault.forMs, end);
  }

  #jump(fault: FaultOf<'clockJump'>): void {
    const node = this.#directory.find(fault.node);
    if (node === undefined) return;
    this.#world.node(node).clock.offsetMs += fault.byMs;
    this.#clockChanged(node);
  }

  #drift(fault: FaultOf<'clockDrift'>): void {
    const node = this.#directory.find(fault.node);
    if (node === undefined) return;
    const { clock } = this.#world.node(node);
    clock.drift(this.#world.now(), fault.ppm);
    this.#clockChanged(node);
    this.#lasts(fault.id, fault.forMs, () => {
      clock.drift(this.#world.now(), 0);
      this.#clockChanged(node);
    });
  }

  #clockChanged(node: NodeIndex): void {
    const { offsetMs, driftPpm } = this.#world.node(node).clock;
    const fact: Fact = { kind: 'clockChanged', offsetMs, driftPpm };
    this.#recorder.fact(this.#world.now(), node, fact, this.#world.cause);
  }

  #breakDisk(fault: FaultOf<'disk'>): void {
    const node = this.#directory.find(fault.node);
    if (node === undefined) return;
    const { disk } = this.#world.node(node);
    const set = (state: 'ok' | 'full' | 'failed'): void => {
      disk.state = state;
      const fact: Fact = { kind: 'diskChanged', state };
      this.#recorder.fact(this.#world.now(), node, fact, this.#world.cause);
    };
    set(fault.state);
    this.#lasts(fault.id, fault.forMs, () => {
      set('ok');
    });
  }

  #links(fault: { readonly from: readonly string[]; readonly to: readonly string[] }): Link[] {
    const links: Link[] = [];
    for (const from of this.#directory.findAll(fault.from)) {
      for (const to of this.#directory.findAll(fault.to)) if (from !== to) links.push([from, to]);
    }
    return links;
  }

  #lasts(id: string, forMs: number, end: () => void): void {
    this.#endings.set(id, end);
    this.#after(forMs, () => {
      this.#end(id, end);
    });
  }

  #end(id: string, end: () => void): void {
    if (!this.#endings.delete(id)) return;
    const ended: Fact = { kind: 'faultEnded', fault: id };
    this.#world.cause = this.#recorder.worldFact(this.#world.now(), ended);
    end();
  }

  #after(ms: number, run: () => void): void {
    this.#world.at(this.#world.now() + milliseconds(ms), new Step('fault', run));
  }

  #later(atMs: number, run: () => void): void {
    this.#world.at(milliseconds(atMs), new Step('fault', run));
  }
}

type Link = readonly [from: NodeIndex, to: NodeIndex];

/** Faults are few, so that each may have a function of its own. */
class Step implements Task {
  readonly taskName: string;
  readonly run: () => void;

  constructor(taskName: string, run: () => void) {
    this.taskName = taskName;
    this.run = run;
  }
}
