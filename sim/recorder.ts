import { type Fingerprint } from './kernel/fingerprint.ts';
import {
  type CrashReport,
  type FrameReport,
  type LossCause,
  type StreamReport,
  type WorldObserver,
} from './kernel/observer.ts';
import { type NodeIndex } from './kernel/process.ts';
import { type Instant } from './kernel/time.ts';
import { type Frame } from './protocol/api.ts';
import { describeFrame } from './frame-description.ts';
import { type Fact, type FactKind, type TraceEvent } from './trace.ts';

/** Hears facts as they happen; `node` is the node's name, empty for the world itself. */
export type FactListener = (fact: Fact, at: Instant, node: string) => void;

/** Who hears of one kind of facts. */
interface Audience {
  /** The number that stands for the kind in the fingerprint, in order of first appearance. */
  readonly code: number;
  readonly listeners: FactListener[];
}

interface Subscription {
  readonly listener: FactListener;
  /** All of them if undefined. */
  readonly kinds: readonly FactKind[] | undefined;
}

/**
 * Turns what the kernel and the processes tell into facts, hands them to the listeners, and keeps
 * them as a trace when one is asked for.
 */
export class Recorder implements WorldObserver<Frame, Fact> {
  readonly isTracing: boolean;
  readonly events: TraceEvent[] = [];
  /** The world's, which every fact goes into; set before the first event. */
  fingerprint: Fingerprint | undefined = undefined;
  readonly #subscriptions: Subscription[] = [];
  readonly #names: string[] = [];
  readonly #audiences = new Map<FactKind, Audience>();

  constructor(isTracing: boolean) {
    this.isTracing = isTracing;
  }

  /** Without `kinds`, to everything. */
  listen(listener: FactListener, kinds?: readonly FactKind[]): void {
    this.#subscriptions.push({ listener, kinds });
    for (const [kind, { listeners }] of this.#audiences) {
      if (kinds?.includes(kind) !== false) listeners.push(listener);
    }
  }

  /** Nodes are named in the order of their indexes. */
  nameNode(name: string): void {
    this.#names.push(name);
  }

  /** Something that the world itself did. */
  worldFact(at: Instant, fact: Fact, cause = -1): number {
    return this.#record(at, '', fact, cause);
  }

  fact(at: Instant, node: NodeIndex, fact: Fact, cause: number): number {
    return this.#record(at, this.#name(node), fact, cause);
  }

  nodeStarted(at: Instant, node: NodeIndex, life: number, cause: number): number {
    return this.fact(at, node, { kind: 'nodeStarted', life }, cause);
  }

  nodeStopped(at: Instant, node: NodeIndex, cause: number): number {
    return this.fact(at, node, { kind: 'nodeStopped' }, cause);
  }

  nodeCrashed(at: Instant, node: NodeIndex, crash: CrashReport, cause: number): number {
    return this.fact(at, node, { kind: 'nodeCrashed', ...crash }, cause);
  }

  nodePaused(at: Instant, node: NodeIndex, isPaused: boolean, cause: number): number {
    return this.fact(at, node, { kind: isPaused ? 'nodePaused' : 'nodeResumed' }, cause);
  }

  frameSent(at: Instant, report: FrameReport<Frame>, cause: number): number {
    const { connection, frame, message } = report;
    const what = describeFrame(message);
    const { sizeInBytes } = message;
    const to = this.#name(report.to);
    const fact: Fact = { kind: 'frameSent', to, connection, frame, what, sizeInBytes };
    return this.#keep(at, this.#name(report.from), fact, cause);
  }

  frameDelivered(
    at: Instant,
    { frame, from, to, message }: FrameReport<Frame>,
    cause: number,
  ): number {
    const what = describeFrame(message);
    return this.#keep(
      at,
      this.#name(to),
      { kind: 'frameDelivered', from: this.#name(from), frame, what },
      cause,
    );
  }

  frameLost(
    at: Instant,
    { frame, from, to, message }: FrameReport<Frame>,
    loss: LossCause,
    cause: number,
  ): number {
    const what = describeFrame(message);
    return this.#keep(
      at,
      this.#name(from),
      { kind: 'frameLost', to: this.#name(to), frame, what, cause: loss },
      cause,
    );
  }

  streamOpened(at: Instant, { connection, from, to }: StreamReport, cause: number): number {
    return this.#keep(
      at,
      this.#name(to),
      { kind: 'connectionOpened', to: this.#name(from), connection },
      cause,
    );
  }

  streamClosed(at: Instant, stream: StreamReport, loss: LossCause, cause: number): number {
    const { connection, from, to } = stream;
    const fact: Fact = { kind: 'connectionClosed', to: this.#name(from), connection, cause: loss };
    return this.#keep(at, this.#name(to), fact, cause);
  }

  #record(at: Instant, node: string, fact: Fact, cause: number): number {
    const { code, listeners } = this.#audiences.get(fact.kind) ?? this.#gather(fact.kind);
    this.fingerprint?.mix(code);
    for (const listener of listeners) listener(fact, at, node);
    return this.isTracing ? this.#keep(at, node, fact, cause) : -1;
  }

  /** Only for the trace: a run with and one without it have the same fingerprint. */
  #keep(at: Instant, node: string, fact: Fact, cause: number): number {
    const index = this.events.length;
    this.events.push({ index, at, node, cause, fact });
    return index;
  }

  #gather(kind: FactKind): Audience {
    const audience: Audience = { code: this.#audiences.size, listeners: [] };
    for (const { listener, kinds } of this.#subscriptions) {
      if (kinds?.includes(kind) !== false) audience.listeners.push(listener);
    }
    this.#audiences.set(kind, audience);
    return audience;
  }

  #name(node: NodeIndex): string {
    return this.#names[node] ?? '';
  }
}
