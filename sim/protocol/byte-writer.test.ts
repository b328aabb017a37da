import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';

test('what is written is the same, however little room there was at first', () => {
  const arrays = fc.array(fc.uint8Array({ maxLength: 40 }));
  fc.assert(
    fc.property(arrays, fc.integer(), fc.nat(20), (written, number, capacity) => {
      const writer = new ByteWriter(capacity);
      for (const array of written) {
        writer.int8(7);
        writer.array(array);
        writer.int16(-2);
        writer.int32(number);
        writer.int64(number);
      }
      const reader = new ByteReader(writer.written());
      for (const array of written) {
        expect(reader.int8()).toBe(7);
        expect(reader.array(array.length)).toEqual(array);
        expect(reader.int16()).toBe(-2);
        expect(reader.int32()).toBe(number);
        expect(reader.int64()).toBe(number);
      }
    }),
  );
});
