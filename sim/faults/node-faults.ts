import { partitionOfFile, segmentFiles } from '../broker/log/log-files.ts';
import { type DiskState } from '../kernel/disk.ts';
import { type NodeIndex } from '../kernel/process.ts';
import { milliseconds } from '../kernel/time.ts';
import { type NodeDirectory } from '../node-directory.ts';
import { type NodeName } from '../plan.ts';
import { type Recorder } from '../recorder.ts';
import { type Fact } from '../trace.ts';
import { type Downtime } from './downtime.ts';
import { type Ending, type FaultOf } from './fault-kinds.ts';
import { type FaultWorld } from './fault-world.ts';
import { Layers } from './layers.ts';

/** What node faults need around them. */
interface Surroundings {
  readonly world: FaultWorld;
  readonly recorder: Recorder;
  readonly directory: NodeDirectory;
  readonly downtime: Downtime;
}

/** What faults do to single nodes. One that nobody plays the role for does nothing. */
export class NodeFaults {
  readonly #world: FaultWorld;
  readonly #recorder: Recorder;
  readonly #directory: NodeDirectory;
  readonly #downtime: Downtime;
  /** By node and life: a process that is started in place of a paused one is not paused. */
  readonly #pauses = new Layers<string, true>();
  readonly #drifts = new Layers<NodeIndex, number>();
  readonly #diskStates = new Layers<NodeIndex, DiskState>();
  readonly #diskLatencies = new Layers<NodeIndex, number>();

  constructor({ world, recorder, directory, downtime }: Surroundings) {
    this.#world = world;
    this.#recorder = recorder;
    this.#directory = directory;
    this.#downtime = downtime;
  }

  takeDown(fault: FaultOf<'crash' | 'powerLoss' | 'stop' | 'wipe'>): void {
    const node = this.#find(fault);
    if (node === undefined) return;
    if (fault.kind === 'stop') this.#world.stop(node);
    else if (fault.kind === 'crash') this.#world.crash(node);
    else this.#world.losePower(node);
    if (fault.kind === 'wipe') {
      this.#world.node(node).disk.wipe();
      this.#tell(node, { kind: 'diskWiped' });
    }
    this.#downtime.begin(node, fault.id, fault.restartAfterMs);
  }

  pause(fault: FaultOf<'pause'>): Ending | undefined {
    const node = this.#find(fault);
    if (node === undefined) return undefined;
    const { life } = this.#world.node(node);
    const paused = `${node}/${life}`;
    this.#pauses.put(paused, fault.id, true);
    this.#world.pause(node);
    return () => {
      this.#pauses.take(paused, fault.id);
      const isNewest = this.#world.node(node).life === life;
      if (isNewest && this.#pauses.top(paused) === undefined) this.#world.resume(node);
    };
  }

  jump(fault: FaultOf<'clockJump'>): void {
    const node = this.#find(fault);
    if (node === undefined) return;
    this.#world.node(node).clock.offsetMs += fault.byMs;
    this.#clockChanged(node);
  }

  drift(fault: FaultOf<'clockDrift'>): Ending | undefined {
    const node = this.#find(fault);
    if (node === undefined) return undefined;
    return this.#drifts.hold(node, fault.id, fault.ppm, () => {
      this.#setDrift(node);
    });
  }

  breakDisk(fault: FaultOf<'disk'>): Ending | undefined {
    const node = this.#find(fault);
    if (node === undefined) return undefined;
    if (fault.state !== 'slow') {
      return this.#diskStates.hold(node, fault.id, fault.state, () => {
        this.#setDiskState(node);
      });
    }
    return this.#diskLatencies.hold(node, fault.id, fault.latencyMs ?? 0, () => {
      this.#setDiskLatency(node);
    });
  }

  rot(fault: FaultOf<'bitRot'>): void {
    const node = this.#find(fault);
    if (node === undefined) return;
    const { disk } = this.#world.node(node);
    const rot = disk.rot(segmentFiles, this.#world.random(fault.id));
    if (rot === undefined) return;
    const { baseOffset, lastOffset } = rot.entry;
    const partition = partitionOfFile(rot.file);
    this.#tell(node, { kind: 'batchRotted', partition, baseOffset, lastOffset });
  }

  #setDiskLatency(node: NodeIndex): void {
    const { disk } = this.#world.node(node);
    const latencyMs = this.#diskLatencies.top(node) ?? 0;
    const latency = milliseconds(latencyMs);
    if (disk.latency === latency) return;
    disk.latency = latency;
    this.#tell(node, { kind: 'diskSlowed', latencyMs });
  }

  #setDrift(node: NodeIndex): void {
    const { clock } = this.#world.node(node);
    const ppm = this.#drifts.top(node) ?? 0;
    if (clock.driftPpm === ppm) return;
    clock.drift(this.#world.now(), ppm);
    this.#clockChanged(node);
  }

  #clockChanged(node: NodeIndex): void {
    const { offsetMs, driftPpm } = this.#world.node(node).clock;
    this.#tell(node, { kind: 'clockChanged', offsetMs, driftPpm });
  }

  #setDiskState(node: NodeIndex): void {
    const { disk } = this.#world.node(node);
    const state = this.#diskStates.top(node) ?? 'ok';
    if (disk.state === state) return;
    disk.state = state;
    this.#tell(node, { kind: 'diskChanged', state });
  }

  #tell(node: NodeIndex, fact: Fact): void {
    this.#recorder.fact(this.#world.now(), node, fact, this.#world.cause);
  }

  #find({ node }: { readonly node: NodeName }): NodeIndex | undefined {
    return this.#directory.find(node);
  }
}
