import { assert } from './assert.ts';
import { Bitmap } from './bitmap.ts';
import { type Instant } from './time.ts';

/** Names one scheduled event; once it has come or was cancelled, the id names nothing any more. */
export type EventId = number;

// One event is a row of whole numbers in one array. Measured against one array per field, and against
// event objects, this costs least, and rows are never garbage.
const stride = 8;
const nextField = 0;
const previousField = 1;
const bucketField = 2;
const instantField = 3;
const nodeField = 4;
const lifeField = 5;
const generationField = 6;

const none = -1;
/** An `EventId` is generation × this + row. */
const maxRows = 1 << 22;
const maxGeneration = 1 << 30;

// The wheel: 4,096 buckets of 1 µs, 1,024 of 4 ms, 512 of 4.2 s; together a span of 35 minutes.
const fineBits = 12;
const middleBits = 10;
const coarseBits = 9;
const spanBits = fineBits + middleBits + coarseBits;
const span = 2 * (1 << (spanBits - 1));
const fineCount = 1 << fineBits;
const middleCount = 1 << middleBits;
const coarseCount = 1 << coarseBits;
const middleFrom = fineCount;
const coarseFrom = fineCount + middleCount;
const bucketCount = fineCount + middleCount + coarseCount;
const coarseShift = fineBits + middleBits;

/**
 * Future events in strict order of (instant, order of scheduling): a hierarchical timing wheel over
 * whole microseconds. Scheduling, cancelling and taking the next event are O(1) whatever the number
 * of events; cancelling frees the row at once.
 *
 * Buckets are lists in order of arrival, and a coarse bucket is spread over finer ones before
 * anything else can be put there, so that no sequence number needs to be kept or compared.
 */
export class EventQueue<T> {
  /** Of the event taken last: its subject, node, and the node's life in which it was scheduled. */
  subject: T | undefined;
  node = none;
  life = 0;
  /** The instant of the event taken last; nothing can be scheduled before it. */
  now: Instant = 0;
  size = 0;

  #rows = new Int32Array(256 * stride);
  #subjects: (T | undefined)[] = new Array<T | undefined>(256).fill(undefined);
  #freeRow = none;
  #takenRow = none;
  #usedRows = 0;
  /** First and last row of each bucket, in turn. */
  readonly #buckets = new Int32Array(2 * bucketCount).fill(none);
  readonly #fine = new Bitmap(fineCount);
  readonly #middle = new Bitmap(middleCount);
  readonly #coarse = new Bitmap(coarseCount);
  /** Start of the wheel's present span; a multiple of `span`. */
  #base: Instant = 0;
  /** How far the wheel has turned in its span. Never past `now`. */
  #cursor = 0;
  /** Events beyond the span, by number of their span. Few: only timers of half an hour and more. */
  readonly #far = new Map<number, FarEvent[]>();

  /** Schedules `subject` for an instant not before `now`. `node` and `life` come back with it. */
  schedule(at: Instant, subject: T, node: number, life: number): EventId {
    assert(at >= this.now, 'an event is not scheduled in the past');
    const row = this.#takeRow();
    const rows = this.#rows;
    const start = row * stride;
    rows[start + nodeField] = node;
    rows[start + lifeField] = life;
    this.#subjects[row] = subject;
    this.size += 1;
    const offset = at - this.#base;
    if (offset >= span) this.#putFar(at, row);
    else {
      rows[start + instantField] = offset;
      this.#link(row, start, this.#bucketFor(offset));
    }
    return (rows[start + generationField] ?? 0) * maxRows + row;
  }

  /** Takes a future event out. False if it has already come or was cancelled. */
  cancel(id: EventId): boolean {
    if (id < 0) return false;
    const generation = Math.floor(id / maxRows);
    const row = id - generation * maxRows;
    if (row >= this.#usedRows || this.#rows[row * stride + generationField] !== generation) {
      return false;
    }
    if (this.#rows[row * stride + bucketField] === none) this.#takeFromFar(row);
    else this.#unlink(row);
    this.#releaseRow(row);
    return true;
  }

  /**
   * Moves to the next event, not later than `until`: its subject, node, life and instant can then be
   * read. Without one, moves to `until` and returns false.
   */
  advance(until: Instant): boolean {
    const bucket = this.#nextFineBucket(until);
    if (bucket === none) {
      if (until > this.now) this.now = until;
      this.subject = undefined;
      return false;
    }
    const row = this.#buckets[2 * bucket] ?? none;
    const start = row * stride;
    const rows = this.#rows;
    this.now = this.#base + this.#cursor;
    this.node = rows[start + nodeField] ?? none;
    this.life = rows[start + lifeField] ?? 0;
    this.subject = this.#subjects[row];
    this.#takenRow = row;
    this.#unlink(row);
    this.#releaseRow(row);
    return true;
  }

  /** Of the event taken last, as long as nothing has been scheduled since. */
  get takenId(): EventId {
    const generation = this.#rows[this.#takenRow * stride + generationField] ?? 0;
    return ((generation + maxGeneration - 1) % maxGeneration) * maxRows + this.#takenRow;
  }

  /** Turns the wheel to the next bucket of 1 µs that holds something, but not past `until`. */
  #nextFineBucket(until: Instant): number {
    if (this.size === 0) return none;
    do {
      const cursor = this.#cursor;
      const fine = this.#fine.nextFrom(cursor & (fineCount - 1));
      if (fine !== none) {
        const offset = ((cursor >>> fineBits) << fineBits) | fine;
        if (this.#base + offset > until) return none;
        this.#cursor = offset;
        return fine;
      }
    } while (this.#spreadNext(until));
    return none;
  }

  /** Spreads the next coarser bucket over finer ones; false if none begins by `until`. */
  #spreadNext(until: Instant): boolean {
    const cursor = this.#cursor;
    const middle = this.#middle.nextFrom(((cursor >>> fineBits) & (middleCount - 1)) + 1);
    if (middle !== none) {
      const offset = ((cursor >>> coarseShift) << coarseShift) | (middle << fineBits);
      return this.#spread(middleFrom + middle, offset, until);
    }
    const coarse = this.#coarse.nextFrom((cursor >>> coarseShift) + 1);
    if (coarse !== none) return this.#spread(coarseFrom + coarse, coarse << coarseShift, until);
    return this.#enterNextSpan(until);
  }

  #spread(bucket: number, offset: number, until: Instant): boolean {
    if (this.#base + offset > until) return false;
    this.#cursor = offset;
    let row = this.#buckets[2 * bucket] ?? none;
    this.#clear(bucket);
    while (row !== none) {
      const start = row * stride;
      const next = this.#rows[start + nextField] ?? none;
      this.#link(row, start, this.#bucketFor(this.#rows[start + instantField] ?? 0));
      row = next;
    }
    return true;
  }

  /** The wheel is empty: starts it anew in the next span that has events. */
  #enterNextSpan(until: Instant): boolean {
    let nextSpan = Infinity;
    for (const number of this.#far.keys()) if (number < nextSpan) nextSpan = number;
    if (nextSpan * span > until) return false;
    const events = this.#far.get(nextSpan);
    if (events === undefined) return false;
    this.#far.delete(nextSpan);
    this.#base = nextSpan * span;
    this.#cursor = 0;
    for (const { at, row } of events) {
      const start = row * stride;
      this.#rows[start + instantField] = at - this.#base;
      this.#link(row, start, this.#bucketFor(at - this.#base));
    }
    return true;
  }

  /** The finest bucket that tells the offset's place apart from the cursor's. */
  #bucketFor(offset: number): number {
    const cursor = this.#cursor;
    if (offset >>> fineBits === cursor >>> fineBits) return offset & (fineCount - 1);
    if (offset >>> coarseShift === cursor >>> coarseShift) {
      return middleFrom + ((offset >>> fineBits) & (middleCount - 1));
    }
    return coarseFrom + (offset >>> coarseShift);
  }

  #link(row: number, start: number, bucket: number): void {
    const rows = this.#rows;
    const last = this.#buckets[2 * bucket + 1] ?? none;
    rows[start + bucketField] = bucket;
    rows[start + nextField] = none;
    rows[start + previousField] = last;
    this.#buckets[2 * bucket + 1] = row;
    if (last === none) {
      this.#buckets[2 * bucket] = row;
      this.#mark(bucket);
    } else rows[last * stride + nextField] = row;
  }

  #unlink(row: number): void {
    const rows = this.#rows;
    const start = row * stride;
    const bucket = rows[start + bucketField] ?? 0;
    const next = rows[start + nextField] ?? none;
    const previous = rows[start + previousField] ?? none;
    if (previous === none) this.#buckets[2 * bucket] = next;
    else rows[previous * stride + nextField] = next;
    if (next === none) this.#buckets[2 * bucket + 1] = previous;
    else rows[next * stride + previousField] = previous;
    if (previous === none && next === none) this.#clear(bucket);
  }

  #mark(bucket: number): void {
    if (bucket < middleFrom) this.#fine.add(bucket);
    else if (bucket < coarseFrom) this.#middle.add(bucket - middleFrom);
    else this.#coarse.add(bucket - coarseFrom);
  }

  #clear(bucket: number): void {
    this.#buckets[2 * bucket] = none;
    this.#buckets[2 * bucket + 1] = none;
    if (bucket < middleFrom) this.#fine.remove(bucket);
    else if (bucket < coarseFrom) this.#middle.remove(bucket - middleFrom);
    else this.#coarse.remove(bucket - coarseFrom);
  }

  #putFar(at: Instant, row: number): void {
    const number = Math.floor(at / span);
    this.#rows[row * stride + bucketField] = none;
    // The instant itself does not fit into the row; the span's number finds the event again.
    this.#rows[row * stride + instantField] = number;
    const events = this.#far.get(number);
    if (events === undefined) this.#far.set(number, [{ at, row }]);
    else events.push({ at, row });
  }

  #takeFromFar(row: number): void {
    const number = this.#rows[row * stride + instantField] ?? 0;
    const events = this.#far.get(number) ?? [];
    const index = events.findIndex((event) => event.row === row);
    assert(index >= 0, 'a far event is in its span');
    events.splice(index, 1);
    if (events.length === 0) this.#far.delete(number);
  }

  #takeRow(): number {
    const free = this.#freeRow;
    if (free !== none) {
      this.#freeRow = this.#rows[free * stride + nextField] ?? none;
      return free;
    }
    const row = this.#usedRows;
    assert(row < maxRows, 'the event queue holds less than four million events');
    if ((row + 1) * stride > this.#rows.length) {
      const larger = new Int32Array(this.#rows.length * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#subjects[row] = undefined;
    this.#usedRows += 1;
    return row;
  }

  #releaseRow(row: number): void {
    const start = row * stride;
    this.#subjects[row] = undefined;
    this.#rows[start + generationField] =
      ((this.#rows[start + generationField] ?? 0) + 1) % maxGeneration;
    this.#rows[start + nextField] = this.#freeRow;
    this.#freeRow = row;
    this.size -= 1;
  }
}

interface FarEvent {
  readonly at: Instant;
  readonly row: number;
}
