import { present } from '../../kernel/assert.ts';
import { type AbortedTransaction } from '../../protocol/messages/fetch-response.ts';
import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import {
  type AbortedTransactionEntry,
  offsetFileName,
  segmentFiles,
  transactionIndexFiles,
} from './log-files.ts';
import { type LogEnvironment } from './log-environment.ts';
import { isOffsetOnly, type LogPosition } from './log-position.ts';
import { LogSegment } from './log-segment.ts';
import { type LogSegments } from './log-segments.ts';
import { type ReadResult, refusedRead } from './read-result.ts';

export interface LocalLogOptions {
  readonly partition: string;
  readonly environment: LogEnvironment;
  readonly segments: LogSegments;
  readonly logEndOffset: Offset;
  readonly recoveryPoint: Offset;
  readonly config: TopicConfig;
}

/** What a reader asks for, and how far it may see. */
export interface ReadRequest {
  readonly fetchOffset: Offset;
  readonly maxBytes: number;
  readonly minOneMessage: boolean;
  readonly bound: LogPosition;
  readonly withAborted: boolean;
}

/** The segments of a log, its end, and how much of it is on disk for certain (`LocalLog`). */
export class LocalLog {
  readonly segments: LogSegments;
  config: TopicConfig;
  recoveryPoint: Offset;
  lastFlushedMs: number;
  readonly #partition: string;
  readonly #environment: LogEnvironment;
  #end: LogPosition;

  constructor(options: LocalLogOptions) {
    this.segments = options.segments;
    this.config = options.config;
    this.lastFlushedMs = options.environment.wallClockMs();
    this.recoveryPoint = options.recoveryPoint;
    this.#partition = options.partition;
    this.#environment = options.environment;
    this.#end = this.#endAt(options.logEndOffset);
  }

  get end(): LogPosition {
    return this.#end;
  }

  /** Whether the batches need a new segment first (`LogSegment.shouldRoll`). */
  shouldRoll(sizeInBytes: number, lastOffset: Offset, maxTimestampMs: number): boolean {
    const { active } = this.segments;
    const { segmentBytes, maxSegmentMs } = this.config;
    if (active.sizeInBytes > segmentBytes - sizeInBytes) return true;
    if (active.isIndexFull || !active.canHold(lastOffset)) return true;
    if (active.sizeInBytes === 0) return false;
    const waitedMs = active.timeWaitedForRoll(this.#environment.wallClockMs(), maxTimestampMs);
    return waitedMs > maxSegmentMs - active.rollJitterMs;
  }

  /** Begins a new segment at `expectedOffset`, or at the log's end if that is beyond. */
  roll(expectedOffset: Offset): LogSegment {
    const baseOffset = Math.max(expectedOffset, this.#end.offset);
    const existing = this.segments.get(baseOffset);
    // An empty active segment is made anew.
    if (existing !== undefined) existing.delete();
    const segment = this.#openSegment(baseOffset);
    this.segments.add(segment);
    this.#setEnd(this.#end.offset);
    return segment;
  }

  append(batches: readonly RecordBatch[], lastOffset: Offset): void {
    this.segments.active.append(batches, this.#environment.wallClockMs());
    this.#setEnd(lastOffset + 1);
  }

  /** Batches from `fetchOffset` on, of one segment at most and below the bound. */
  read(request: ReadRequest): ReadResult {
    const { fetchOffset, bound, withAborted } = request;
    let segment = this.segments.floor(fetchOffset);
    if (segment === undefined || fetchOffset > this.#end.offset) {
      return this.#outOfRange(fetchOffset);
    }
    if (fetchOffset === bound.offset) return nothingAt(bound, withAborted);
    if (fetchOffset > bound.offset) {
      return nothingAt(this.positionOf(fetchOffset) ?? bound, withAborted);
    }
    while (segment !== undefined) {
      const index = segment.indexOf(fetchOffset);
      if (index >= 0) return this.#readSegment(request, segment, index);
      // Retention or compaction has left a gap at the end of the segment.
      segment = this.segments.higher(segment.baseOffset);
    }
    return nothingAt(this.#end, withAborted);
  }

  /** Where the batch that holds `offset` begins; undefined if the log has no such place. */
  positionOf(offset: Offset): LogPosition | undefined {
    if (offset === this.#end.offset) return this.#end;
    if (offset > this.#end.offset) return undefined;
    let segment = this.segments.floor(offset);
    if (segment === undefined) return undefined;
    while (segment !== undefined) {
      const index = segment.indexOf(offset);
      if (index >= 0) return positionIn(segment, index);
      segment = this.segments.higher(segment.baseOffset);
    }
    return this.#end;
  }

  /** Aborted transactions that overlap the range, beginning with the index of `segment`. */
  collectAborted(
    segment: LogSegment | undefined,
    startOffset: Offset,
    upperBound: Offset,
  ): AbortedTransactionEntry[] {
    const found: AbortedTransactionEntry[] = [];
    for (let at = segment; at !== undefined; at = this.segments.higher(at.baseOffset)) {
      for (const entry of at.abortedTransactions) {
        const overlaps = entry.lastOffset >= startOffset && entry.firstOffset < upperBound;
        if (overlaps) found.push(entry);
        if (entry.lastStableOffset >= upperBound) return found;
      }
    }
    return found;
  }

  /** Returns the segments that are gone. */
  truncateTo(offset: Offset): readonly LogSegment[] {
    const gone = this.segments.all.filter(({ baseOffset }) => baseOffset > offset);
    this.removeSegments(gone);
    this.segments.active.truncateTo(offset, this.#environment.wallClockMs());
    this.#setEnd(offset);
    return gone;
  }

  truncateFullyAndStartAt(offset: Offset): void {
    this.removeSegments([...this.segments.all]);
    this.segments.add(this.#openSegment(offset));
    this.#setEnd(offset);
  }

  removeSegments(gone: readonly LogSegment[]): void {
    for (const segment of gone) {
      this.segments.remove(segment);
      segment.delete();
    }
  }

  /** Puts one segment with what is left of these in their place, all at once and durably. */
  replaceSegments(
    replaced: readonly LogSegment[],
    batches: readonly RecordBatch[],
    aborted: readonly AbortedTransactionEntry[],
  ): void {
    const [first, last] = [present(replaced[0], 'segment'), present(replaced.at(-1), 'segment')];
    this.removeSegments(replaced);
    const { disk } = this.#environment;
    const { baseOffset } = first;
    const name = offsetFileName(this.#partition, baseOffset);
    disk.file(segmentFiles, name).replace(batches);
    const hasTransactionIndex = aborted.length > 0;
    if (hasTransactionIndex) disk.file(transactionIndexFiles, name).replace(aborted);
    const segment = openSegment(this.#environment, this.#partition, {
      baseOffset,
      config: this.config,
      hasTransactionIndex,
    });
    segment.modifiedMs = last.modifiedMs;
    this.segments.add(segment);
  }

  /** Makes the segments that begin below `offset` durable, from the recovery point on. */
  flush(offset: Offset): void {
    if (this.recoveryPoint > offset) return;
    for (const segment of this.segments.between(this.recoveryPoint, offset)) segment.flush();
  }

  markFlushed(offset: Offset): void {
    if (offset <= this.recoveryPoint) return;
    this.recoveryPoint = offset;
    this.lastFlushedMs = this.#environment.wallClockMs();
  }

  #readSegment(request: ReadRequest, segment: LogSegment, first: number): ReadResult {
    const { maxBytes, minOneMessage, bound } = request;
    const position = positionIn(segment, first);
    const firstSize = segment.batches[first]?.sizeInBytes ?? 0;
    const limit = minOneMessage ? Math.max(maxBytes, firstSize) : maxBytes;
    const end = readableEnd(segment, bound);
    const isReadable = limit > 0 && end >= 0;
    const sizeInBytes = isReadable ? Math.min(end - position.bytesInSegment, limit) : 0;
    return {
      error: 'NONE',
      reason: null,
      batches: segment.batches.slice(first, wholeBatchesEnd(segment, first, sizeInBytes)),
      sizeInBytes,
      position,
      isFirstIncomplete: isReadable && limit < firstSize,
      abortedTransactions: request.withAborted
        ? this.#abortedIn(request.fetchOffset, segment, position, sizeInBytes)
        : null,
    };
  }

  #abortedIn(
    fetchOffset: Offset,
    segment: LogSegment,
    position: LogPosition,
    sizeInBytes: number,
  ): AbortedTransaction[] {
    const upperBound =
      segment.readUpperBound(position.bytesInSegment, sizeInBytes) ??
      this.segments.higher(segment.baseOffset)?.baseOffset ??
      this.#end.offset;
    const entries = this.collectAborted(segment, fetchOffset, upperBound);
    return entries.map(({ producerId, firstOffset }) => ({ producerId, firstOffset }));
  }

  #outOfRange(fetchOffset: Offset): ReadResult {
    return refusedRead(
      'OFFSET_OUT_OF_RANGE',
      `Received request for offset ${fetchOffset} for partition ${this.#partition}, but we ` +
        `only have log segments upto ${this.#end.offset}.`,
      this.#end,
    );
  }

  #openSegment(baseOffset: Offset): LogSegment {
    return openSegment(this.#environment, this.#partition, { baseOffset, config: this.config });
  }

  #setEnd(offset: Offset): void {
    this.#end = this.#endAt(offset);
    if (this.recoveryPoint > offset) this.recoveryPoint = offset;
  }

  #endAt(offset: Offset): LogPosition {
    const { baseOffset, sizeInBytes } = this.segments.active;
    return { offset, segmentBaseOffset: baseOffset, bytesInSegment: sizeInBytes };
  }
}

/** Opens the file of a segment, or makes it. */
export function openSegment(
  environment: LogEnvironment,
  partition: string,
  {
    baseOffset,
    config,
    hasTransactionIndex = false,
  }: {
    readonly baseOffset: Offset;
    readonly config: TopicConfig;
    readonly hasTransactionIndex?: boolean;
  },
): LogSegment {
  return new LogSegment({
    disk: environment.disk,
    partition,
    baseOffset,
    nowMs: environment.wallClockMs(),
    rollJitterMs: drawnJitterMs(environment, config),
    indexIntervalBytes: config.indexIntervalBytes,
    maxIndexBytes: config.segmentIndexBytes,
    hasTransactionIndex,
  });
}

function drawnJitterMs(environment: LogEnvironment, config: TopicConfig): number {
  const { segmentJitterMs, segmentMs } = config;
  if (segmentJitterMs === 0) return 0;
  return environment.random('segment-jitter').below(Math.min(segmentJitterMs, segmentMs));
}

/** Index behind the last batch of those from `first` on that fit into so many bytes together. */
function wholeBatchesEnd({ batches }: LogSegment, first: number, sizeInBytes: number): number {
  let end = first;
  let rest = sizeInBytes;
  for (; end < batches.length; end += 1) {
    rest -= batches[end]?.sizeInBytes ?? 0;
    if (rest < 0) break;
  }
  return end;
}

function positionIn(segment: LogSegment, index: number): LogPosition {
  return {
    offset: segment.batches[index]?.baseOffset ?? segment.baseOffset,
    segmentBaseOffset: segment.baseOffset,
    bytesInSegment: segment.positionOf(index),
  };
}

/** The byte up to which a reader may see of a segment; -1 if nothing of it. */
function readableEnd(segment: LogSegment, bound: LogPosition): number {
  if (segment.baseOffset < bound.segmentBaseOffset) return segment.sizeInBytes;
  if (segment.baseOffset > bound.segmentBaseOffset || isOffsetOnly(bound)) return -1;
  return bound.bytesInSegment;
}

function nothingAt(position: LogPosition, withAborted: boolean): ReadResult {
  return {
    error: 'NONE',
    reason: null,
    batches: [],
    sizeInBytes: 0,
    position,
    isFirstIncomplete: false,
    abortedTransactions: withAborted ? [] : null,
  };
}
