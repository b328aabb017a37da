import { type Offset } from '../../../protocol/record-batch.ts';
import { type LogSegment } from '../log-segment.ts';
import { type PartitionLog } from '../partition-log.ts';

/** The farthest that an index entry of a segment can point. */
const maxOffsetDelta = 2_147_483_647;

/**
 * The segments of a log that begin below `endOffset`; neighbours that fit into one segment together
 * are a group (`Cleaner.groupSegmentsBySize`).
 */
export function groupSegments(
  { local, config }: PartitionLog,
  endOffset: Offset,
  firstUncleanableOffset: Offset,
): readonly (readonly LogSegment[])[] {
  const groups: LogSegment[][] = [];
  const segments = local.segments.between(0, endOffset);
  let size = 0;
  let offsetIndexBytes = 0;
  let timeIndexBytes = 0;
  for (const [index, segment] of segments.entries()) {
    const nextBase = segments[index + 1]?.baseOffset ?? firstUncleanableOffset;
    const group = groups.at(-1);
    const first = group?.[0];
    size += segment.sizeInBytes;
    offsetIndexBytes += segment.offsetIndexBytes;
    timeIndexBytes += segment.timeIndexBytes;
    const isNear =
      first !== undefined &&
      (segment.sizeInBytes === 0 || nextBase - 1 - first.baseOffset <= maxOffsetDelta);
    const fits =
      size <= config.segmentBytes &&
      offsetIndexBytes <= config.segmentIndexBytes &&
      timeIndexBytes <= config.segmentIndexBytes;
    if (group !== undefined && isNear && fits) {
      group.push(segment);
      continue;
    }
    groups.push([segment]);
    size = segment.sizeInBytes;
    ({ offsetIndexBytes, timeIndexBytes } = segment);
  }
  return groups;
}
