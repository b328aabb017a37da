import { drawLatency, type LatencyModel } from './latency.ts';
import { type NodeIndex } from './process.ts';
import { type Random } from './random.ts';
import { type Duration, type Instant } from './time.ts';

interface Bandwidth {
  readonly bytesPerSecond: number;
  /** When the link has sent everything that was given to it. */
  busyUntil: Instant;
}

/** The directed links between nodes: how long frames travel, and which links are cut. */
export class Links {
  readonly #defaultLatency: LatencyModel;
  readonly #latencies = new Map<number, LatencyModel>();
  readonly #bandwidths = new Map<number, Bandwidth>();
  /** How many cuts are in force on each link. */
  readonly #cuts = new Map<number, number>();

  constructor(latency: LatencyModel) {
    this.#defaultLatency = latency;
  }

  setLatency(from: NodeIndex, to: NodeIndex, latency: LatencyModel | undefined): void {
    if (latency === undefined) this.#latencies.delete(linkId(from, to));
    else this.#latencies.set(linkId(from, to), latency);
  }

  setBandwidth(from: NodeIndex, to: NodeIndex, bytesPerSecond: number | undefined): void {
    if (bytesPerSecond === undefined) this.#bandwidths.delete(linkId(from, to));
    else this.#bandwidths.set(linkId(from, to), { bytesPerSecond, busyUntil: 0 });
  }

  cut(from: NodeIndex, to: NodeIndex): void {
    const id = linkId(from, to);
    this.#cuts.set(id, (this.#cuts.get(id) ?? 0) + 1);
  }

  /** Ends one cut of the link; true if none is left. */
  heal(from: NodeIndex, to: NodeIndex): boolean {
    const id = linkId(from, to);
    const left = (this.#cuts.get(id) ?? 1) - 1;
    if (left > 0) this.#cuts.set(id, left);
    else this.#cuts.delete(id);
    return left <= 0;
  }

  isCut(from: NodeIndex, to: NodeIndex): boolean {
    return this.#cuts.size > 0 && this.#cuts.has(linkId(from, to));
  }

  /** How long a frame that is sent at `now` takes; draws from `random`. */
  travelTime(
    from: NodeIndex,
    to: NodeIndex,
    now: Instant,
    bytes: number,
    random: Random,
  ): Duration {
    const latency =
      this.#latencies.size === 0
        ? this.#defaultLatency
        : (this.#latencies.get(linkId(from, to)) ?? this.#defaultLatency);
    const travel = drawLatency(latency, random);
    return this.#bandwidths.size === 0
      ? travel
      : travel + this.#queue(linkId(from, to), now, bytes);
  }

  #queue(id: number, now: Instant, bytes: number): Duration {
    const bandwidth = this.#bandwidths.get(id);
    if (bandwidth === undefined) return 0;
    const start = Math.max(now, bandwidth.busyUntil);
    bandwidth.busyUntil = start + Math.ceil((bytes / bandwidth.bytesPerSecond) * 1_000_000);
    return bandwidth.busyUntil - now;
  }
}

/** At most 65,536 nodes. */
function linkId(from: NodeIndex, to: NodeIndex): number {
  return from * 65_536 + to;
}
