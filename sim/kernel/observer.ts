import { type Message, type NodeIndex } from './process.ts';
import { type Instant } from './time.ts';

/** Why a frame or a stream came to nothing. */
export type LossCause =
  | 'closed'
  | 'crash'
  | 'cut'
  | 'dropped by a fault'
  | 'host is off'
  | 'not listening'
  | 'reset by a fault'
  | 'stalled';

/**
 * Hears what happens in a world. It can change nothing there. Functions that return a number return
 * the index in the trace of what they heard, as the cause of what follows, or -1.
 */
export interface WorldObserver<M extends Message, Fact> {
  /** Whether frames and causes are told at all; a sweep does without. */
  readonly isTracing: boolean;
  readonly fact: (at: Instant, node: NodeIndex, fact: Fact, cause: number) => number;
  readonly nodeStarted: (at: Instant, node: NodeIndex, life: number, cause: number) => number;
  readonly nodeStopped: (at: Instant, node: NodeIndex, cause: number) => number;
  readonly nodeCrashed: (at: Instant, node: NodeIndex, crash: CrashReport, cause: number) => number;
  readonly nodePaused: (at: Instant, node: NodeIndex, isPaused: boolean, cause: number) => number;
  readonly frameSent: (at: Instant, frame: FrameReport<M>, cause: number) => number;
  /** `cause` is what `frameSent` returned. */
  readonly frameDelivered: (at: Instant, frame: FrameReport<M>, cause: number) => number;
  readonly frameLost: (
    at: Instant,
    frame: FrameReport<M>,
    loss: LossCause,
    cause: number,
  ) => number;
  readonly streamOpened: (at: Instant, stream: StreamReport, cause: number) => number;
  readonly streamClosed: (
    at: Instant,
    stream: StreamReport,
    loss: LossCause,
    cause: number,
  ) => number;
}

export interface CrashReport {
  readonly powerLost: boolean;
  /** How many entries of files had not been flushed and are gone. */
  readonly entriesLost: number;
  /** Why the process has halted by itself; left out: it was ended from outside. */
  readonly failure?: string;
}

export interface StreamReport {
  readonly connection: number;
  readonly from: NodeIndex;
  readonly to: NodeIndex;
}

export interface FrameReport<M> extends StreamReport {
  /** Number of the frame in the run, from 1. */
  readonly frame: number;
  readonly message: M;
}
