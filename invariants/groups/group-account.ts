import { type Offset, type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { visibleOffsets } from '../ground-truth/visible-records.ts';
import { OffsetRanges } from './offset-ranges.ts';

/** A commit that leaves a record behind which nobody has worked on. */
export interface Passing {
  readonly offset: Offset;
  /** What was committed. */
  readonly to: Offset;
  readonly fact: Fact;
}

/** A transaction that has not ended, or work whose outputs have not all arrived. */
type Pending = TxnUid | FactOf<'recordsProcessed'>;

/** What one group has done with one partition. */
export class GroupAccount {
  readonly groupId: string;
  readonly partition: PartitionTruth;
  /** Consumers to which polls have returned records. */
  readonly readers = new Set<string>();
  readonly #done = new OffsetRanges();
  /** What a poll has returned to a consumer that has not worked on it yet, by node. */
  readonly #inHand = new Map<string, OffsetRanges>();
  /** What was worked on, and nobody knows yet whether that counts, by what that depends on. */
  readonly #undecided = new Map<Pending, OffsetRanges>();
  /** What a commit has left behind, and somebody may yet work on. */
  readonly #passed = new Map<Offset, Passing>();
  /** The group began to read there; -1 while that is not known. */
  #floor: Offset = -1;
  /** Up to there everything was accounted for; -1 before the first commit. */
  #settledTo: Offset = -1;

  constructor(groupId: string, partition: PartitionTruth) {
    this.groupId = groupId;
    this.partition = partition;
  }

  /** A member was moved: what it leaves out thereby is nobody's fault. */
  moved({ from, to, why }: FactOf<'positionMoved'>): void {
    if (from >= 0) this.#done.add(from, to);
    else if (why === 'reset' && this.#settledTo < 0) this.#floor = to;
  }

  polled(node: string, { records }: FactOf<'recordsPolled'>): void {
    this.readers.add(node);
    const inHand = rangesOf(this.#inHand, node);
    for (const { offset } of records) inHand.add(offset, offset + 1);
  }

  /** A consumer has done work that does not count yet. */
  worked(node: string, pending: Pending, offsets: readonly Offset[]): void {
    const undecided = rangesOf(this.#undecided, pending);
    for (const offset of offsets) {
      this.#inHand.get(node)?.remove(offset);
      undecided.add(offset, offset + 1);
    }
  }

  /** It is known whether the work counts. */
  ended(pending: Pending): void {
    this.#undecided.delete(pending);
  }

  /** Work that counts. @returns Whether it is the first on this record. */
  did(node: string, offset: Offset): boolean {
    this.#inHand.get(node)?.remove(offset);
    this.#passed.delete(offset);
    if (this.#done.has(offset)) return false;
    this.#done.add(offset, offset + 1);
    return true;
  }

  /** Nothing will become of what the consumer has in hand. */
  letGo(node: string): void {
    this.#inHand.delete(node);
  }

  /** Takes note of what a commit leaves behind that nobody has worked on. */
  committed(truth: GroundTruth, to: Offset, fact: Fact): void {
    const from = this.#settledTo < 0 ? this.#floor : this.#settledTo;
    this.#settledTo = Math.max(this.#settledTo, to);
    if (from < 0) return;
    const missing: Offset[] = [];
    for (const offset of visibleOffsets(truth, this.partition, from, to)) {
      if (!this.#done.has(offset)) missing.push(offset);
    }
    this.#done.add(from, to);
    for (const offset of missing) {
      this.#done.remove(offset);
      this.#passed.set(offset, { offset, to, fact });
    }
  }

  /** What was passed over for good, each once: nobody has it in hand any more, or the run is over. */
  *skipped(isOver = false): Generator<Passing> {
    for (const [offset, passing] of this.#passed) {
      if (!isOver && this.#isHeld(offset)) continue;
      this.#passed.delete(offset);
      yield passing;
    }
  }

  #isHeld(offset: Offset): boolean {
    for (const held of this.#inHand.values()) if (held.has(offset)) return true;
    for (const held of this.#undecided.values()) if (held.has(offset)) return true;
    return false;
  }
}

function rangesOf<K>(byKey: Map<K, OffsetRanges>, key: K): OffsetRanges {
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const made = new OffsetRanges();
  byKey.set(key, made);
  return made;
}
