import { type Fingerprint } from './fingerprint.ts';
import { type Links } from './links.ts';
import { type SimNode } from './node.ts';
import { type FrameReport, type LossCause, type WorldObserver } from './observer.ts';
import { type Message, type NodeIndex } from './process.ts';
import { type Random } from './random.ts';
import { Arrival, type ArrivalKind, type FrameRule, StreamEnd, type Verdict } from './streams.ts';
import { type Duration, type Instant } from './time.ts';

/** What the network needs of the world around it. */
export interface NetworkHost<M extends Message, Fact> {
  readonly now: () => Instant;
  readonly schedule: (at: Instant, arrival: Arrival<M>) => void;
  readonly node: (index: NodeIndex) => SimNode<M, Fact>;
  readonly fingerprint: Fingerprint;
  readonly observer: WorldObserver<M, Fact>;
  /** Index in the trace of what led to what happens now. */
  cause: number;
}

const deliver: Verdict = { kind: 'deliver' };
const sizeOfControlFrame = 60;
/** After a cut has healed TCP sends again within its retransmission time-out. */
const retransmissionMaxUs = 200_000;

/** Carries streams between nodes, with the latencies, cuts and rules in force. */
export class Network<M extends Message, Fact> {
  readonly links: Links;
  readonly rules: FrameRule<M>[] = [];
  readonly #host: NetworkHost<M, Fact>;
  #streams = 0;
  #frames = 0;
  /** Frames handed to a process so far. */
  delivered = 0;
  /** Ends from which something waits for a cut to heal. */
  readonly #holding = new Set<StreamEnd<M>>();
  /** Only while tracing: what `frameSent` returned for frames on their way. */
  readonly #sentAs = new Map<number, number>();
  readonly #arrive = (arrival: Arrival<M>): void => {
    this.#arrived(arrival);
  };

  constructor(host: NetworkHost<M, Fact>, links: Links) {
    this.#host = host;
    this.links = links;
  }

  connect(node: SimNode<M, Fact>, to: NodeIndex): StreamEnd<M> {
    this.#streams += 1;
    const end = StreamEnd.pair<M>(this.#streams, { node: node.index, life: node.life }, to);
    node.ends.add(end);
    this.#transmit(end, 'open', undefined, 0);
    return end;
  }

  send(end: StreamEnd<M>, message: M): void {
    if (!end.isOpen) return;
    const verdict = this.rules.length === 0 ? deliver : this.#judge(end, message);
    switch (verdict.kind) {
      case 'deliver':
        this.#transmit(end, 'message', message, 0);
        return;
      case 'delay':
        this.#transmit(end, 'message', message, verdict.us);
        return;
      case 'drop':
        this.#transmit(end, 'message', message, 0, 'dropped by a fault');
        end.isStalled = true;
        return;
      case 'reset':
        this.#transmit(end, 'message', message, 0, 'reset by a fault');
        this.resetStream(end);
        return;
      case 'duplicate':
        this.#transmit(end, 'message', message, 0);
        this.#duplicate(end, message, verdict.us);
    }
  }

  close(end: StreamEnd<M>): void {
    if (end.isGone) return;
    this.#leave(end);
    this.#transmit(end, 'close', undefined, 0);
  }

  /** Breaks a stream: both ends see it reset, after what is already on its way to them. */
  resetStream(end: StreamEnd<M>): void {
    this.#notify(end, 'reset');
    this.#notify(end.other, 'reset');
  }

  /** Breaks all streams between two nodes. */
  resetBetween(a: NodeIndex, b: NodeIndex): void {
    for (const end of [...this.#host.node(a).ends]) if (end.peer === b) this.resetStream(end);
  }

  /** The process of a node has ended: peers are told by the host, or not at all if it lost power. */
  processEnded(node: SimNode<M, Fact>, hostIsOff: boolean): void {
    for (const end of node.ends) {
      end.isOpen = false;
      end.isGone = true;
      if (!hostIsOff) this.#transmit(end, 'reset', undefined, 0);
    }
    node.ends.clear();
    if (hostIsOff) this.#forgetHeld(node.index);
  }

  /** The host is back: streams of before that were written to meanwhile are reset. */
  hostReturned(node: SimNode<M, Fact>): void {
    for (const end of node.unheard) this.#notify(end, 'reset');
    node.unheard.clear();
  }

  /** A cut has ended: what was held goes on its way again. */
  healed(from: NodeIndex, to: NodeIndex, random: Random): void {
    for (const end of [...this.#holding]) {
      if (end.node !== from || end.peer !== to) continue;
      const after = random.between(0, retransmissionMaxUs);
      const release = new Arrival<M>('release', end.other, undefined, 0, this.#arrive);
      this.#host.schedule(this.#host.now() + after, release);
    }
  }

  #judge(end: StreamEnd<M>, message: M): Verdict {
    for (const rule of this.rules) {
      const verdict = rule.judge(end.node, end.peer, message);
      if (verdict !== undefined) return verdict;
    }
    return deliver;
  }

  #transmit(
    end: StreamEnd<M>,
    kind: ArrivalKind,
    message: M | undefined,
    delay: Duration,
    loss?: LossCause,
  ): void {
    const host = this.#host;
    let frame = 0;
    if (message !== undefined) {
      this.#frames += 1;
      frame = this.#frames;
      if (host.observer.isTracing) {
        const report = this.#report(end, message, frame);
        this.#sentAs.set(frame, host.observer.frameSent(host.now(), report, host.cause));
      }
    }
    const lost = loss ?? (end.isStalled ? 'stalled' : undefined);
    if (lost !== undefined) {
      this.#lose(end, message, frame, lost);
      return;
    }
    const bytes = message?.sizeInBytes ?? sizeOfControlFrame;
    const random = host.node(end.node).networkRandom;
    const now = host.now();
    const travel = this.links.travelTime(end.node, end.peer, now, bytes, random);
    const at = Math.max(now + travel + delay, end.lastArrival);
    end.lastArrival = at;
    host.schedule(at, new Arrival<M>(kind, end.other, message, frame, this.#arrive));
  }

  #duplicate(end: StreamEnd<M>, message: M, delay: Duration): void {
    this.#streams += 1;
    const copy = StreamEnd.pair<M>(this.#streams, { node: end.node, life: 0 }, end.peer);
    this.#transmit(copy, 'open', undefined, delay);
    this.#transmit(copy, 'message', message, delay);
    copy.isGone = true;
  }

  /** Tells an end that its stream is over, in order behind what is on its way to it. */
  #notify(end: StreamEnd<M>, kind: ArrivalKind): void {
    if (end.isGone) return;
    const at = Math.max(this.#host.now(), end.other.lastArrival);
    end.other.lastArrival = at;
    this.#host.schedule(at, new Arrival<M>(kind, end, undefined, 0, this.#arrive));
  }

  #leave(end: StreamEnd<M>): void {
    end.isOpen = false;
    end.isGone = true;
    this.#host.node(end.node).ends.delete(end);
  }

  #arrived(arrival: Arrival<M>): void {
    const { to, kind } = arrival;
    const from = to.other;
    if (kind === 'release') {
      this.#release(from);
      return;
    }
    if (arrival.isHeldUp(this.links)) {
      if (from.life <= this.#host.node(from.node).lastLifeWithoutPower) {
        this.#lose(from, arrival.message, arrival.frame, 'cut');
        return;
      }
      from.held.push(arrival);
      this.#holding.add(from);
      return;
    }
    const node = this.#host.node(to.node);
    if (node.state === 'off') {
      node.unheard.add(from);
      this.#lose(from, arrival.message, arrival.frame, 'host is off');
      return;
    }
    if (kind === 'open') this.#accept(to, node);
    else if (kind === 'message') this.#hand(arrival, node);
    else if (!to.isGone) this.#hear(to, node, kind);
  }

  #accept(end: StreamEnd<M>, node: SimNode<M, Fact>): void {
    if (!node.isListening) {
      end.isGone = true;
      this.#transmit(end, 'refused', undefined, 0);
      return;
    }
    end.life = node.life;
    end.isOpen = true;
    node.ends.add(end);
    this.#transmit(end, 'opened', undefined, 0);
  }

  #hand(arrival: Arrival<M>, node: SimNode<M, Fact>): void {
    const { to: end, message } = arrival;
    if (message === undefined) return;
    if (end.isGone) {
      this.#lose(end.other, message, arrival.frame, 'closed');
      this.#notify(end.other, 'reset');
      return;
    }
    const host = this.#host;
    this.delivered += 1;
    host.fingerprint.mix(message.sizeInBytes);
    if (host.observer.isTracing) {
      const report = this.#report(end.other, message, arrival.frame);
      host.cause = host.observer.frameDelivered(host.now(), report, this.#takeSent(arrival.frame));
    }
    node.process?.received(end, message);
  }

  #hear(end: StreamEnd<M>, node: SimNode<M, Fact>, kind: ArrivalKind): void {
    const { observer } = this.#host;
    const report = { connection: end.id, from: end.peer, to: end.node };
    if (kind === 'opened') {
      end.isOpen = true;
      if (observer.isTracing) observer.streamOpened(this.#host.now(), report, this.#host.cause);
      node.process?.connected(end);
      return;
    }
    this.#leave(end);
    if (observer.isTracing) {
      const why = kind === 'refused' ? 'not listening' : kind === 'close' ? 'closed' : 'crash';
      observer.streamClosed(this.#host.now(), report, why, this.#host.cause);
    }
    node.process?.disconnected(end);
  }

  /** A host without power sends nothing again that a cut has swallowed. */
  #forgetHeld(node: NodeIndex): void {
    for (const end of this.#holding) {
      if (end.node !== node) continue;
      for (const { message, frame } of end.held.splice(0)) this.#lose(end, message, frame, 'cut');
      this.#holding.delete(end);
    }
  }

  #release(end: StreamEnd<M>): void {
    if (this.links.isCut(end.node, end.peer)) return;
    const held = end.held.splice(0);
    this.#holding.delete(end);
    const at = this.#host.now();
    for (const arrival of held) this.#host.schedule(at, arrival);
  }

  #report(end: StreamEnd<M>, message: M, frame: number): FrameReport<M> {
    return { connection: end.id, from: end.node, to: end.peer, frame, message };
  }

  #lose(from: StreamEnd<M>, message: M | undefined, frame: number, loss: LossCause): void {
    const { observer } = this.#host;
    if (message === undefined || !observer.isTracing) return;
    const report = this.#report(from, message, frame);
    observer.frameLost(this.#host.now(), report, loss, this.#takeSent(frame));
  }

  #takeSent(frame: number): number {
    const sentAs = this.#sentAs.get(frame) ?? -1;
    this.#sentAs.delete(frame);
    return sentAs;
  }
}
