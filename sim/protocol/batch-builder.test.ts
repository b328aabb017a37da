import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { BatchBuilder } from './batch-builder.ts';
import { decodeBatch, encodeBatch } from './batch-codec.ts';
import { ByteReader, MalformedBytesError } from './byte-reader.ts';
import { endTransactionBatch } from './control-batch.ts';
import { type RecordContent } from './record-size.ts';

function content(key: string | null, value: string | null): RecordContent {
  return { key, value, headers: [] };
}

describe('batch builder', () => {
  test('makes the first record fit, however large', () => {
    const builder = new BatchBuilder({ writeLimitBytes: 10 });
    expect(builder.hasRoomFor(1, content('key', 'a value beyond any limit'))).toBe(true);
  });

  test('is full at its limit to the byte', () => {
    const builder = new BatchBuilder({ writeLimitBytes: 71 });
    builder.append(1000, content('k', 'vw'));
    expect(builder.estimatedSizeInBytes).toBe(71);
    expect(builder.isFull).toBe(true);
  });

  test('counts sizes as the bytes have them', () => {
    const text = fc.option(fc.string({ unit: 'binary-ascii' }));
    const records = fc.array(fc.tuple(fc.nat(2_000_000_000_000), text, text), { minLength: 1 });
    const holds = fc.property(records, (drawn) => {
      const builder = new BatchBuilder({ writeLimitBytes: 1000 });
      for (const [timestampMs, key, value] of drawn) {
        builder.append(timestampMs, content(key, value));
      }
      const batch = builder.build();
      const bytes = encodeBatch(batch);
      expect(bytes.length).toBe(batch.sizeInBytes);
      expect(decodeBatch(new ByteReader(bytes))).toEqual(batch);
    });
    fc.assert(holds);
  });
});

describe('batch codec', () => {
  const marker = endTransactionBatch({
    type: 'commit',
    producerId: 1516,
    producerEpoch: 1,
    coordinatorEpoch: 10,
    timestampMs: 1_700_000_000_991,
  });

  test('reads back what a marker says', () => {
    expect(decodeBatch(new ByteReader(encodeBatch(marker)))).toEqual(marker);
  });

  test('sees that a bit has flipped', () => {
    const bytes = encodeBatch(marker);
    bytes[70] = 0x40 ^ (bytes[70] ?? 0);
    expect(decodeBatch(new ByteReader(bytes)).isIntact).toBe(false);
  });

  test('refuses a batch that is cut', () => {
    const bytes = encodeBatch(marker).subarray(0, 70);
    expect(() => decodeBatch(new ByteReader(bytes))).toThrow(MalformedBytesError);
  });
});
