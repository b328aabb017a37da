import { type Offset, type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { visibleOffsets } from '../ground-truth/visible-records.ts';
import { type Instant } from '../invariant.ts';
import { type Standing } from '../standing.ts';
import { OffsetRanges } from './offset-ranges.ts';
import {
  beginsBehind,
  beginsBehindAfterExpiry,
  expired,
  soughtBack,
} from './processing-standing.ts';

/** Something that happened, and when. */
export interface Happening<F extends Fact = Fact> {
  readonly fact: F;
  readonly at: Instant;
}

/** Work on records. */
export interface Work extends Happening<FactOf<'recordsProcessed'>> {
  readonly node: string;
}

/** A commit that leaves a record behind which nobody has worked on. */
export interface Passing {
  readonly offset: Offset;
  /** What was committed. */
  readonly to: Offset;
  /** The call that has committed it; what made it durable if nobody knows the call. */
  readonly commit: Fact;
  /** By which somebody got the record; undefined if nobody did. */
  readonly poll: Fact | undefined;
}

/** A policy has moved a member over records. */
export interface Jump {
  readonly from: Offset;
  readonly to: Offset;
  readonly fact: Fact;
  readonly standing: Standing;
}

/** Why records may be worked on once more. */
export interface Pardon extends Happening {
  readonly standing: Standing;
  readonly offsets: OffsetRanges;
}

/** Work on a record that somebody has worked on before. */
export interface Repetition {
  readonly former: Work;
  readonly pardon: Pardon | undefined;
  /** How the second has come there. */
  readonly move: Happening | undefined;
}

/** A transaction that has not ended, or work whose outputs have not all arrived. */
type Pending = TxnUid | Work['fact'];

/** Of each consumer the last polls are kept that no commit has settled. */
const mostPolls = 64;

/** What one group has done with one partition. */
export class GroupAccount {
  readonly groupId: string;
  readonly partition: PartitionTruth;
  /** Consumers to which polls have returned records. */
  readonly readers = new Set<string>();
  readonly #done = new OffsetRanges();
  /** Work that counts, oldest first; what is below the log start is forgotten. */
  readonly #works: Work[] = [];
  /** What a poll has returned to a consumer that has not worked on it yet, by node. */
  readonly #inHand = new Map<string, OffsetRanges>();
  /** Those that no commit has settled, by node. */
  readonly #polls = new Map<string, FactOf<'recordsPolled'>[]>();
  /** What was worked on, and nobody knows yet whether that counts, by what that depends on. */
  readonly #undecided = new Map<Pending, OffsetRanges>();
  /** What a commit has left behind, and somebody may yet work on. */
  readonly #passed = new Map<Offset, Passing>();
  /** What members were moved over: a commit may leave it behind. */
  readonly #movedOver = new OffsetRanges();
  readonly #jumps: Jump[] = [];
  readonly #pardons: Pardon[] = [];
  /** How each node has come to its position. */
  readonly #moves = new Map<string, Happening>();
  /** What each node was told to be committed since its last poll. */
  readonly #told = new Map<string, Offset>();
  /** The group began to read there; -1 while that is not known. */
  #floor: Offset = -1;
  /** Up to there everything was accounted for; -1 while nothing is committed. */
  #settledTo: Offset = -1;
  /** Up to there everything was accounted for or jumped over. */
  #knownTo: Offset = 0;
  #hasExpired = false;

  constructor(groupId: string, partition: PartitionTruth) {
    this.groupId = groupId;
    this.partition = partition;
  }

  /** A consumer hears what is committed; -1: nothing. */
  told(node: string, offset: Offset): void {
    this.#told.set(node, offset);
  }

  /** A member was moved: what it leaves out thereby is not for a commit to answer for. */
  moved(node: string, move: Happening<FactOf<'positionMoved'>>): void {
    this.#moves.set(node, move);
    const { why, to } = move.fact;
    if (why === 'reset') this.#reset(move.fact);
    else if (why === 'seek' && !this.#isRewind(node, to)) this.#sought(move);
  }

  polled(node: string, fact: FactOf<'recordsPolled'>): void {
    this.readers.add(node);
    this.#told.delete(node);
    const inHand = rangesOf(this.#inHand, node);
    for (const { offset } of fact.records) inHand.add(offset, offset + 1);
    const polls = this.#polls.get(node) ?? [];
    this.#polls.set(node, polls);
    polls.push(fact);
    if (polls.length > mostPolls) polls.shift();
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

  /** Work that counts. @returns What is repeated by it, by offset. */
  did(work: Work): ReadonlyMap<Offset, Repetition> {
    const { node, fact } = work;
    const repeated = new Map<Offset, Repetition>();
    let former: Work | undefined = undefined;
    for (const offset of fact.offsets) {
      this.#inHand.get(node)?.remove(offset);
      this.#passed.delete(offset);
      if (!this.#done.has(offset)) {
        this.#done.add(offset, offset + 1);
        continue;
      }
      if (former?.fact.offsets.includes(offset) !== true) former = this.#latestOn(offset);
      if (former === undefined) continue;
      const move = this.#moves.get(node);
      repeated.set(offset, { former, pardon: this.#takePardon(offset), move });
    }
    this.#keep(work);
    return repeated;
  }

  /** Nothing will become of what the consumer has in hand. */
  letGo(node: string): void {
    this.#inHand.delete(node);
    this.#polls.delete(node);
    this.#told.delete(node);
  }

  /** Takes note of what a commit leaves behind that nobody has worked on. */
  committed(truth: GroundTruth, to: Offset, commit: Fact): void {
    const from = this.#settledTo < 0 ? this.#floor : this.#settledTo;
    this.#settledTo = Math.max(this.#settledTo, to);
    this.#knownTo = Math.max(this.#knownTo, to);
    if (from < 0) return;
    const missing: Offset[] = [];
    for (const offset of visibleOffsets(truth, this.partition, from, to)) {
      if (!this.#done.has(offset)) missing.push(offset);
    }
    this.#done.add(from, to);
    for (const offset of missing) {
      this.#done.remove(offset);
      if (this.#movedOver.has(offset)) continue;
      this.#passed.set(offset, { offset, to, commit, poll: this.#pollOf(offset) });
    }
    this.#forgetPolls();
  }

  /** What was committed is gone, as it may: the group begins anew. */
  expired(expiry: Happening): void {
    this.#settledTo = -1;
    this.#floor = -1;
    this.#hasExpired = true;
    this.#pardon(0, this.#done.end, expiry, expired);
  }

  /** What was passed over for good, each once: nobody has it in hand any more, or the run is over. */
  *skipped(isOver = false): Generator<Passing> {
    for (const [offset, passing] of this.#passed) {
      if (!isOver && this.#isHeld(offset)) continue;
      this.#passed.delete(offset);
      yield passing;
    }
  }

  /** What policies have moved members over, and nobody has worked on, each once; the latest first. */
  *jumpedOver(truth: GroundTruth): Generator<[Offset, Jump]> {
    const told = new OffsetRanges();
    for (const jump of this.#jumps.toReversed()) {
      for (const offset of visibleOffsets(truth, this.partition, jump.from, jump.to)) {
        if (this.#done.has(offset) || told.has(offset)) continue;
        told.add(offset, offset + 1);
        yield [offset, jump];
      }
    }
  }

  #reset(fact: FactOf<'positionMoved'>): void {
    const { from, to } = fact;
    const standing = this.#hasExpired ? beginsBehindAfterExpiry : beginsBehind;
    if (from >= 0) {
      this.#movedOver.add(from, to);
      if (from < to) this.#jumps.push({ from, to, fact, standing });
    } else if (this.#settledTo < 0) {
      this.#floor = to;
      if (this.#knownTo < to) this.#jumps.push({ from: this.#knownTo, to, fact, standing });
      this.#knownTo = Math.max(this.#knownTo, to);
    }
  }

  /** A consumer goes to where it was told that its group is: that is what the group has to answer for. */
  #isRewind(node: string, to: Offset): boolean {
    const told = this.#told.get(node);
    return told !== undefined && (told < 0 || told === to);
  }

  /** An application moves its consumer as it likes. */
  #sought(move: Happening<FactOf<'positionMoved'>>): void {
    const { from, to } = move.fact;
    const start = from < 0 ? Math.max(this.#settledTo, this.#floor, 0) : from;
    this.#movedOver.add(start, to);
    if (this.#settledTo < 0) this.#floor = this.#floor < 0 ? to : Math.min(this.#floor, to);
    this.#pardon(to, Math.max(this.#done.end, from), move, soughtBack);
  }

  #pardon(from: Offset, to: Offset, { fact, at }: Happening, standing: Standing): void {
    if (from >= to) return;
    const offsets = new OffsetRanges();
    offsets.add(from, to);
    this.#pardons.push({ fact, at, standing, offsets });
  }

  /** What is pardoned is so once. */
  #takePardon(offset: Offset): Pardon | undefined {
    const index = this.#pardons.findLastIndex(({ offsets }) => offsets.has(offset));
    const pardon = this.#pardons[index];
    pardon?.offsets.remove(offset);
    if (pardon?.offsets.isEmpty === true) this.#pardons.splice(index, 1);
    return pardon;
  }

  #latestOn(offset: Offset): Work | undefined {
    return this.#works.findLast(({ fact: { offsets } }) => {
      const isAround = (offsets[0] ?? offset) <= offset && offset <= (offsets.at(-1) ?? offset);
      return isAround && offsets.includes(offset);
    });
  }

  #keep(work: Work): void {
    this.#works.push(work);
    const { highestLogStart } = this.partition;
    while ((this.#works[0]?.fact.offsets.at(-1) ?? highestLogStart) < highestLogStart) {
      this.#works.shift();
    }
  }

  #pollOf(offset: Offset): Fact | undefined {
    for (const polls of this.#polls.values()) {
      const poll = polls.findLast(({ records }) => records.some((one) => one.offset === offset));
      if (poll !== undefined) return poll;
    }
    return undefined;
  }

  #forgetPolls(): void {
    for (const polls of this.#polls.values()) {
      while ((polls[0]?.nextPosition ?? Infinity) <= this.#settledTo) polls.shift();
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
