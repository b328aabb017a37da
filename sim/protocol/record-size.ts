import { batchOverheadBytes, type Bytes, type RecordHeader } from './record-batch.ts';

/** What of a record decides how long it is. */
export interface RecordContent {
  readonly key: Bytes | null;
  readonly value: Bytes | null;
  readonly headers: readonly RecordHeader[];
}

/** The most bytes that a record needs besides key, value and headers (`DefaultRecord`). */
const maxRecordOverheadBytes = 21;

/** The size of a record in an uncompressed batch (`DefaultRecord.sizeInBytes`). */
export function recordSizeInBytes(
  offsetDelta: number,
  timestampDeltaMs: number,
  content: RecordContent,
): number {
  const body = recordBodySizeInBytes(offsetDelta, timestampDeltaMs, content);
  return body + varintSizeInBytes(body);
}

/** The size of a record without the length in front (`DefaultRecord.sizeOfBodyInBytes`). */
export function recordBodySizeInBytes(
  offsetDelta: number,
  timestampDeltaMs: number,
  content: RecordContent,
): number {
  const attributes = 1;
  const deltas = varintSizeInBytes(offsetDelta) + varintSizeInBytes(timestampDeltaMs);
  return attributes + deltas + contentSizeInBytes(content);
}

/** The most bytes that a batch with this record alone can take, whatever its offset and timestamp. */
export function batchSizeUpperBound(content: RecordContent): number {
  return batchOverheadBytes + maxRecordOverheadBytes + contentSizeInBytes(content);
}

/** How many bytes a whole number takes as a zigzag varint or varlong; exact up to 2^52. */
export function varintSizeInBytes(value: number): number {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let size = 1;
  while (rest >= 0x80) {
    rest = Math.floor(rest / 0x80);
    size++;
  }
  return size;
}

function contentSizeInBytes(content: RecordContent): number {
  const { headers } = content;
  let size = fieldSizeInBytes(content.key) + fieldSizeInBytes(content.value);
  size += varintSizeInBytes(headers.length);
  for (const header of headers) {
    size += fieldSizeInBytes(header.key) + fieldSizeInBytes(header.value);
  }
  return size;
}

/** With its length in front; null is a length of -1, one byte. */
function fieldSizeInBytes(field: Bytes | null): number {
  return field === null ? 1 : varintSizeInBytes(field.length) + field.length;
}
