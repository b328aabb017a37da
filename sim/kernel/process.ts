import { type Disk } from './disk.ts';
import { type Random } from './random.ts';
import { type Duration, type Instant } from './time.ts';

/** Index of a node (a host with one process, one clock and one disk), from 0, in order of creation. */
export type NodeIndex = number;

/**
 * One end of a TCP-like stream between two processes: ordered inside, and no order between streams.
 * What was sent before `close` still arrives at the peer, unless the network loses it.
 */
export interface Connection {
  /** Unique in a run, also over restarts; the two ends of a stream share it. */
  readonly id: number;
  readonly peer: NodeIndex;
  /** Whether this end opened the stream. */
  readonly isOutgoing: boolean;
  /** Established, and closed by neither this end nor, as far as it knows, the peer. */
  readonly isOpen: boolean;
}

/** Work that a process has given to a timer. One object may be set again and again. */
export interface Task {
  /** Constant name of the kind of work, for traces: `fetch-expired`. */
  readonly taskName: string;
  readonly run: () => void;
}

/** Names one setting of a timer; after it has fired or was cancelled it names nothing any more. */
export type TimerId = number;

/** A `TimerId` that never names a timer. */
export const noTimer: TimerId = -1;

/** Anything that travels between processes, with its size on the wire. */
export interface Message {
  readonly sizeInBytes: number;
}

/**
 * Everything that a process may do to the world. It belongs to one life of the process: after a
 * crash or a stop it does nothing any more, and the next life gets another.
 */
export interface Context<M extends Message, Fact> {
  readonly node: NodeIndex;
  /** The node's name: `broker-1`. */
  readonly name: string;
  readonly disk: Disk;
  /** The node's monotonic clock, in microseconds: may drift, never jumps, 0 at a start of the run. */
  readonly monotonic: () => Instant;
  /** The node's wall clock, in whole milliseconds since 1970: may be offset, drift and jump. */
  readonly wallClockMs: () => number;
  /** The node's stream of random numbers for a purpose; the same stream for the same purpose. */
  readonly random: (purpose: string) => Random;
  /** Runs `task` when `after` has passed on the node's monotonic clock; at 0 in this same instant. */
  readonly setTimer: (after: Duration, task: Task) => TimerId;
  /** Does nothing if the timer has fired, was cancelled, or never was. */
  readonly cancelTimer: (timer: TimerId) => void;
  /** From now on peers can connect; before it, attempts to open a stream to this node are refused. */
  readonly listen: () => void;
  /** Starts to open a stream; `connected` or `disconnected` will be called, or neither if cut off. */
  readonly connect: (to: NodeIndex) => Connection;
  /** Sends on an open stream; on a closed one the message is lost without a word. */
  readonly send: (connection: Connection, message: M) => void;
  /** Closes this end. The process hears no more of the stream; the peer is told in order. */
  readonly close: (connection: Connection) => void;
  /** Tells the trace and the checker what happened. Nobody in the world can read it back. */
  readonly record: (fact: Fact) => void;
  /**
   * Ends the process; its disk is as after a clean end of the operating system's process. `failure`:
   * what it cannot live with, so that it halts without putting anything in order (`Exit.halt`).
   */
  readonly exit: (failure?: string) => void;
}

/** A deterministic state machine: the same inputs in the same order do the same things. */
export interface Process<M extends Message> {
  /** The stream that this process began to open is established. */
  readonly connected: (connection: Connection) => void;
  readonly received: (connection: Connection, message: M) => void;
  /** The stream was refused, closed by the peer, or reset. Never called for an end's own close. */
  readonly disconnected: (connection: Connection) => void;
  /** The node is asked to stop (SIGTERM): the process ends itself with `context.exit()` when ready. */
  readonly stopRequested: () => void;
}

/** Starts a process: called at every start of its node, with the disk as the last life left it. */
export type Boot<M extends Message, Fact> = (context: Context<M, Fact>) => Process<M>;
