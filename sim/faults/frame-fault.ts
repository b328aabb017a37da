import { apiName, entriesOf } from '../frame-description.ts';
import { type NodeIndex } from '../kernel/process.ts';
import { type Random } from '../kernel/random.ts';
import { type FrameRule, type Verdict } from '../kernel/streams.ts';
import { milliseconds } from '../kernel/time.ts';
import { type NodeDirectory } from '../node-directory.ts';
import { type FaultPlan } from '../plan.ts';
import { type Frame } from '../protocol/api.ts';

type FramesFault = Extract<FaultPlan, { readonly kind: 'frames' }>;

interface FrameFaultOptions {
  /** Chooses the frames where only a share of them is hit. */
  readonly random: Random;
  /** Hears that the last frame was hit. */
  readonly onSpent: () => void;
}

/** Does something to the next frames that match: a request lost, an answer lost, a broken stream. */
export class FrameFault implements FrameRule<Frame> {
  readonly #fault: FramesFault;
  readonly #directory: NodeDirectory;
  readonly #random: Random;
  readonly #onSpent: () => void;
  readonly #verdict: Verdict;
  #left: number;

  constructor(
    fault: FramesFault,
    directory: NodeDirectory,
    { random, onSpent }: FrameFaultOptions,
  ) {
    this.#fault = fault;
    this.#directory = directory;
    this.#random = random;
    this.#onSpent = onSpent;
    this.#left = fault.count;
    const us = milliseconds(fault.delayMs);
    this.#verdict =
      fault.verdict === 'delay' || fault.verdict === 'duplicate'
        ? { kind: fault.verdict, us }
        : { kind: fault.verdict };
  }

  judge(from: NodeIndex, to: NodeIndex, frame: Frame): Verdict | undefined {
    if (this.#left === 0 || !this.#matches(from, to, frame)) return undefined;
    if (this.#fault.share < 1 && !this.#random.chance(this.#fault.share)) return undefined;
    this.#left -= 1;
    if (this.#left === 0) this.#onSpent();
    return this.#verdict;
  }

  #matches(from: NodeIndex, to: NodeIndex, frame: Frame): boolean {
    const { match } = this.#fault;
    if (match.direction !== undefined && frame.isRequest !== (match.direction === 'request')) {
      return false;
    }
    if (match.api !== undefined && apiName(frame.apiKey) !== match.api) return false;
    if (match.from !== undefined && this.#directory.find(match.from) !== from) return false;
    if (match.to !== undefined && this.#directory.find(match.to) !== to) return false;
    if (match.partition === undefined && match.error === undefined) return true;
    const entries = entriesOf(frame, (id) => this.#directory.topicName(id));
    return entries.some(
      ({ partition, error }) =>
        (match.partition === undefined || match.partition === partition) &&
        (match.error === undefined || match.error === error),
    );
  }
}
