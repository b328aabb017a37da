import { type Bytes } from './record-batch.ts';

/** The bytes of a text in UTF-8; half of a surrogate pair becomes `?`, as in Java. */
export function utf8Bytes(text: string): Bytes {
  if (isAscii(text)) return text;
  let bytes = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += isHalfPair(code) ? '?' : encodedCodePoint(code);
  }
  return bytes;
}

/** The text that UTF-8 bytes stand for; what is not UTF-8 becomes U+FFFD. */
export function textOf(bytes: Bytes): string {
  if (isAscii(bytes)) return bytes;
  let text = '';
  let position = 0;
  while (position < bytes.length) {
    const lead = bytes.charCodeAt(position);
    const length = sequenceLength(lead);
    const code = decodedCodePoint(bytes, position, length);
    text += code < 0 ? '\ufffd' : String.fromCodePoint(code);
    position += code < 0 ? 1 : length;
  }
  return text;
}

/** The same bytes in an array, for codecs and sockets. */
export function toByteArray(bytes: Bytes): Uint8Array {
  const array = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) array[index] = bytes.charCodeAt(index);
  return array;
}

export function fromByteArray(array: Uint8Array): Bytes {
  let bytes = '';
  for (const byte of array) bytes += String.fromCharCode(byte);
  return bytes;
}

const hexDigits = '0123456789abcdef';

/** Lower-case hex, two digits a byte. */
export function hexOf(bytes: Bytes): string {
  let hex = '';
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes.charCodeAt(index);
    hex += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  }
  return hex;
}

/** The bytes that pairs of hex digits stand for. */
export function bytesOfHex(hex: string): Bytes {
  let bytes = '';
  for (let index = 0; index < hex.length; index += 2) {
    bytes += String.fromCharCode(Number.parseInt(hex.slice(index, index + 2), 16));
  }
  return bytes;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}

function isHalfPair(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function encodedCodePoint(code: number): Bytes {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), trailing(code));
  if (code < 0x10000) {
    return String.fromCharCode(0xe0 | (code >> 12), trailing(code >> 6), trailing(code));
  }
  const [second, third] = [trailing(code >> 12), trailing(code >> 6)];
  return String.fromCharCode(0xf0 | (code >> 18), second, third, trailing(code));
}

function trailing(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

const smallestOfLength = [0, 0, 0x80, 0x800, 0x10000];

/** -1 if the bytes are no code point in its shortest form. */
function decodedCodePoint(bytes: Bytes, position: number, length: number): number {
  const lead = bytes.charCodeAt(position);
  if (length === 1) return lead;
  if (lead < 0xc2 || lead > 0xf4 || position + length > bytes.length) return -1;
  let code = lead & (0x7f >> length);
  for (let index = 1; index < length; index++) {
    const byte = bytes.charCodeAt(position + index);
    if (byte >> 6 !== 2) return -1;
    code = (code << 6) | (byte & 0x3f);
  }
  const isShortest = code >= (smallestOfLength[length] ?? 0);
  return isShortest && code <= 0x10ffff && !isHalfPair(code) ? code : -1;
}
