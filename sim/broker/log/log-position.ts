import { type Offset } from '../../protocol/record-batch.ts';

/** An offset with the place of its batch on disk (`LogOffsetMetadata`). */
export interface LogPosition {
  readonly offset: Offset;
  /** -1 while only the offset is known. */
  readonly segmentBaseOffset: Offset;
  /** In bytes from the start of the segment; -1 while only the offset is known. */
  readonly bytesInSegment: number;
}

/** The position of which nothing but the offset is known. */
export function offsetOnly(offset: Offset): LogPosition {
  return { offset, segmentBaseOffset: -1, bytesInSegment: -1 };
}

export function isOffsetOnly(position: LogPosition): boolean {
  return position.segmentBaseOffset < 0;
}

/** Whether the log has rolled between the two: a fetch parked at `a` need not wait for more. */
export function isOnOlderSegment(a: LogPosition, b: LogPosition): boolean {
  return a.segmentBaseOffset < b.segmentBaseOffset;
}

/** The bytes from `from` up to `to`, which must be on the same segment. */
export function bytesBetween(from: LogPosition, to: LogPosition): number {
  return to.bytesInSegment - from.bytesInSegment;
}
