import { type Links } from './links.ts';
import { type Message, type NodeIndex, type Connection, type Task } from './process.ts';
import { type Instant } from './time.ts';

/** What the rules in force say of a frame that is about to travel. */
export type Verdict =
  | { readonly kind: 'deliver' }
  /** It takes so much longer. Later frames of its stream wait behind it. */
  | { readonly kind: 'delay'; readonly us: number }
  /** It and everything after it on this direction of its stream is lost without a word. */
  | { readonly kind: 'drop' }
  /** It is lost and both ends see their stream reset. */
  | { readonly kind: 'reset' }
  /** It arrives, and once more on a stream of its own, whose answers nobody hears. */
  | { readonly kind: 'duplicate'; readonly us: number };

/** Gives a verdict on frames; `undefined` where it does not apply. */
export interface FrameRule<M> {
  readonly judge: (from: NodeIndex, to: NodeIndex, message: M) => Verdict | undefined;
}

/** One end of a stream, as the kernel has it; to its process it is a `Connection`. */
export class StreamEnd<M extends Message> implements Connection {
  readonly id: number;
  readonly node: NodeIndex;
  readonly peer: NodeIndex;
  readonly isOutgoing: boolean;
  /** The life of its node that it belongs to; 0 until that is known. */
  life: number;
  isOpen = false;
  /** Closed by its own process, its node's end, or a reset: nothing reaches it any more. */
  isGone = false;
  /** When the latest frame from this end arrives at the other one. */
  lastArrival: Instant = 0;
  /** A frame of this direction was dropped, and so is all that follows. */
  isStalled = false;
  /** Frames from this end that wait for a cut to heal, in order. */
  readonly held: Arrival<M>[] = [];
  #other: StreamEnd<M> | undefined = undefined;

  constructor(id: number, node: NodeIndex, peer: NodeIndex, isOutgoing: boolean, life: number) {
    this.id = id;
    this.node = node;
    this.peer = peer;
    this.isOutgoing = isOutgoing;
    this.life = life;
  }

  get other(): StreamEnd<M> {
    if (this.#other === undefined) throw new TypeError('a stream has two ends');
    return this.#other;
  }

  static pair<M extends Message>(
    id: number,
    from: { readonly node: NodeIndex; readonly life: number },
    to: NodeIndex,
  ): StreamEnd<M> {
    const opener = new StreamEnd<M>(id, from.node, to, true, from.life);
    const accepter = new StreamEnd<M>(id, to, from.node, false, 0);
    opener.#other = accepter;
    accepter.#other = opener;
    return opener;
  }
}

/** What arrives at an end of a stream. */
export type ArrivalKind = 'open' | 'opened' | 'message' | 'close' | 'reset' | 'refused' | 'release';

/** Something on its way to one end of a stream; the event queue holds it. */
export class Arrival<M extends Message> implements Task {
  readonly taskName = 'arrival';
  readonly kind: ArrivalKind;
  readonly to: StreamEnd<M>;
  readonly message: M | undefined;
  /** Number of the frame in the run, for the trace; 0 for what is not a message. */
  readonly frame: number;
  /** The host has it, and its process has been paused since: no cut is in its way any more. */
  isInSocket = false;
  readonly #arrive: (arrival: Arrival<M>) => void;

  constructor(
    kind: ArrivalKind,
    to: StreamEnd<M>,
    message: M | undefined,
    frame: number,
    arrive: (arrival: Arrival<M>) => void,
  ) {
    this.kind = kind;
    this.to = to;
    this.message = message;
    this.frame = frame;
    this.#arrive = arrive;
  }

  /** The operating system deals with it, also for a process that is paused. */
  isForHost(links: Links): boolean {
    return this.kind === 'open' || this.kind === 'release' || this.isHeldUp(links);
  }

  /** A cut, or what an earlier one has held of the same stream, is in its way. */
  isHeldUp(links: Links): boolean {
    const from = this.to.other;
    return !this.isInSocket && (from.held.length > 0 || links.isCut(from.node, this.to.node));
  }

  run(): void {
    this.#arrive(this);
  }
}
