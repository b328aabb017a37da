import { gunzipSync } from 'node:zlib';
import { decompress as decompressZstd } from 'fzstd';
import lz4 from 'lz4js';
import snappy from 'snappyjs';
import { type Codec } from '../sim/protocol/batch-codec.ts';

/** What the four codecs of Kafka have packed. */
export const decompress: Codec = (type, records) => {
  switch (type) {
    case 'none':
      return records;
    case 'gzip':
      return gunzipSync(records);
    case 'snappy':
      return decompressSnappy(records);
    case 'lz4':
      return lz4.decompress(records);
    case 'zstd':
      return decompressZstd(records);
  }
};

/** The magic bytes and the two versions with which Java's `SnappyOutputStream` begins. */
const snappyStreamHeader = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
const snappyStreamHeaderBytes = snappyStreamHeader.length + 8;

/** Java's clients write blocks, each with its length before it; others write all as one. */
function decompressSnappy(packed: Uint8Array): Uint8Array {
  if (snappyStreamHeader.some((byte, at) => packed[at] !== byte)) return snappy.uncompress(packed);
  const { buffer, byteOffset, byteLength } = packed;
  const view = new DataView(buffer, byteOffset, byteLength);
  const blocks: Uint8Array[] = [];
  let at = snappyStreamHeaderBytes;
  while (at < packed.length) {
    const start = at + 4;
    const end = start + view.getInt32(at);
    blocks.push(snappy.uncompress(packed.subarray(start, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}
