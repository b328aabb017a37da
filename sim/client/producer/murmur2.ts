import { type Bytes } from '../../protocol/record-batch.ts';

const seed = 0x9747b28c | 0;
const multiplier = 0x5bd1e995;

/** The hash of a key by which producers choose its partition: 32 bits, signed (`Utils.murmur2`). */
export function murmur2(data: Bytes): number {
  const { length } = data;
  const wholeWords = length & ~3;
  let hash = seed ^ length;
  for (let index = 0; index < wholeWords; index += 4) {
    let word = Math.imul(littleEndianWord(data, index), multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  const rest = length - wholeWords;
  if (rest > 0) {
    let tail = data.charCodeAt(wholeWords);
    if (rest > 1) tail |= data.charCodeAt(wholeWords + 1) << 8;
    if (rest > 2) tail |= data.charCodeAt(wholeWords + 2) << 16;
    hash = Math.imul(hash ^ tail, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}

function littleEndianWord(data: Bytes, index: number): number {
  return (
    data.charCodeAt(index) |
    (data.charCodeAt(index + 1) << 8) |
    (data.charCodeAt(index + 2) << 16) |
    (data.charCodeAt(index + 3) << 24)
  );
}
