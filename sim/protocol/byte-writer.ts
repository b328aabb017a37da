import { assert } from '../kernel/assert.ts';
import { type Bytes } from './record-batch.ts';

const twoTo32 = 0x1_0000_0000;

/** Writes Kafka's primitive types, big-endian, into an array that grows. */
export class ByteWriter {
  #array: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#array = new Uint8Array(capacity);
    this.#view = new DataView(this.#array.buffer);
  }

  get length(): number {
    return this.#length;
  }

  int8(value: number): void {
    const start = this.#advance(1);
    this.#view.setInt8(start, value);
  }

  int16(value: number): void {
    const start = this.#advance(2);
    this.#view.setInt16(start, value);
  }

  /** Signed, or unsigned up to 2^32 - 1. */
  int32(value: number): void {
    const start = this.#advance(4);
    this.#view.setInt32(start, value);
  }

  /** A safe integer. */
  int64(value: number): void {
    assert(Number.isSafeInteger(value), 'writes a whole number that is exact');
    const high = Math.floor(value / twoTo32);
    this.int32(high);
    this.int32(value - high * twoTo32);
  }

  /** Seven bits a byte, of a value from 0 to 2^32 - 1 or the two's complement of a negative one. */
  unsignedVarint(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.int8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.int8(rest);
  }

  /** Zigzag, 32 bits. */
  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31));
  }

  /** Zigzag, 64 bits. */
  varlong(value: number | bigint): void {
    if (typeof value === 'number' && value === (value | 0)) {
      this.varint(value);
      return;
    }
    const wide = BigInt(value);
    let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
    while (rest >= 0x80n) {
      this.int8(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.int8(Number(rest));
  }

  bytes(bytes: Bytes): void {
    const start = this.#advance(bytes.length);
    for (let index = 0; index < bytes.length; index++) {
      this.#array[start + index] = bytes.charCodeAt(index);
    }
  }

  array(array: Uint8Array): void {
    const start = this.#advance(array.length);
    this.#array.set(array, start);
  }

  /** Overwrites four bytes that have been written. */
  setInt32(position: number, value: number): void {
    this.#view.setInt32(position, value);
  }

  /** What has been written so far; further writes may change it. */
  written(): Uint8Array {
    return this.#array.subarray(0, this.#length);
  }

  /** Makes room; where the room lies in is known only afterwards. */
  #advance(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#array.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#array.length * 2));
      grown.set(this.#array);
      this.#array = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }
}
