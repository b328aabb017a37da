import { fromByteArray } from './bytes.ts';
import { type Bytes } from './record-batch.ts';

/** The bytes end too early, or are not what the format says: the sender's mistake, not ours. */
export class MalformedBytesError extends Error {
  override readonly name = 'MalformedBytesError';
}

/** Reads Kafka's primitive types, big-endian. */
export class ByteReader {
  readonly #array: Uint8Array;
  readonly #view: DataView;
  position: number;

  constructor(array: Uint8Array, position = 0) {
    this.#array = array;
    this.#view = new DataView(array.buffer, array.byteOffset, array.byteLength);
    this.position = position;
  }

  get remaining(): number {
    return this.#array.length - this.position;
  }

  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** Rounded beyond 2^53. */
  int64(): number {
    const high = this.int32();
    return high * 0x1_0000_0000 + this.uint32();
  }

  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.int8() & 0xff;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new MalformedBytesError('a varint has more than 5 bytes');
  }

  varint(): number {
    const value = this.unsignedVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  varlong(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.int8() & 0xff;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    throw new MalformedBytesError('a varlong has more than 10 bytes');
  }

  bytes(length: number): Bytes {
    return fromByteArray(this.array(length));
  }

  /** A view of the next bytes, not a copy. */
  array(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#array.subarray(start, start + length);
  }

  #advance(size: number): number {
    const start = this.position;
    if (size < 0 || start + size > this.#array.length) {
      throw new MalformedBytesError(`${size} bytes at ${start} are not there`);
    }
    this.position += size;
    return start;
  }
}
