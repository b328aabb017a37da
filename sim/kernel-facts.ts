import { type Offset } from './protocol/record-batch.ts';
import { type PartitionName } from './trace.ts';

/** What happens to nodes, streams and disks. */
export type KernelFact =
  | { readonly kind: 'nodeStarted'; readonly life: number }
  /** The process has ended itself in good order. */
  | { readonly kind: 'nodeStopped' }
  | {
      readonly kind: 'nodeCrashed';
      readonly powerLost: boolean;
      readonly entriesLost: number;
      /** Why the process has halted by itself (`Exit.halt`); left out: it was killed. */
      readonly failure?: string;
    }
  | { readonly kind: 'nodePaused' }
  | { readonly kind: 'nodeResumed' }
  | { readonly kind: 'clockChanged'; readonly offsetMs: number; readonly driftPpm: number }
  | { readonly kind: 'diskChanged'; readonly state: string }
  /** From now on an access takes so long. */
  | { readonly kind: 'diskSlowed'; readonly latencyMs: number }
  /** The node is down, and has a new, empty disk. */
  | { readonly kind: 'diskWiped' }
  /** A batch on the node's disk does not match its checksum any more. Nobody knows until it is read. */
  | {
      readonly kind: 'batchRotted';
      readonly partition: PartitionName;
      readonly baseOffset: Offset;
      readonly lastOffset: Offset;
    }
  /** Only while a trace is kept. */
  | {
      readonly kind: 'frameSent';
      readonly to: string;
      readonly connection: number;
      readonly frame: number;
      readonly what: string;
      readonly sizeInBytes: number;
    }
  | {
      readonly kind: 'frameDelivered';
      readonly from: string;
      readonly frame: number;
      readonly what: string;
    }
  | {
      readonly kind: 'frameLost';
      readonly to: string;
      readonly frame: number;
      readonly what: string;
      readonly cause: string;
    }
  | { readonly kind: 'connectionOpened'; readonly to: string; readonly connection: number }
  | {
      readonly kind: 'connectionClosed';
      readonly to: string;
      readonly connection: number;
      readonly cause: string;
    }
  | { readonly kind: 'faultStarted'; readonly fault: string; readonly what: string }
  | { readonly kind: 'faultEnded'; readonly fault: string }
  /** At the end of the run: its trigger never came. */
  | { readonly kind: 'faultNeverFired'; readonly fault: string; readonly what: string }
  /** From now on the network and all nodes are whole: liveness is judged from here. */
  | { readonly kind: 'faultsHealed' }
  | { readonly kind: 'runEnded' };
