import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { bytesOfHex, hexOf, textOf, utf8Bytes } from './bytes.ts';

describe('UTF-8', () => {
  test('has as many bytes as the text needs', () => {
    expect(hexOf(utf8Bytes('aäж€𝄞'))).toBe('61c3a4d0b6e282acf09d849e');
  });

  test('takes half a surrogate pair for a question mark', () => {
    expect(utf8Bytes('a\ud800b')).toBe('a?b');
  });

  test('marks what is no text', () => {
    expect(textOf(bytesOfHex('61c0af80e282'))).toBe('a\ufffd\ufffd\ufffd\ufffd\ufffd');
  });

  test('agrees with Node for every text and all bytes', () => {
    const texts = fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = utf8Bytes(text);
      expect(hexOf(bytes)).toBe(Buffer.from(text, 'utf8').toString('hex'));
      expect(textOf(bytes)).toBe(text);
    });
    fc.assert(texts);
  });
});
