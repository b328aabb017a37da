import { type ByteWriter } from '../../../protocol/byte-writer.ts';
import { utf8Bytes } from '../../../protocol/bytes.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';

const uuidBytes = 16;

export function writeString(writer: ByteWriter, text: string): void {
  const bytes = utf8Bytes(text);
  writer.int16(bytes.length);
  writer.bytes(bytes);
}

export function writeNullableString(writer: ByteWriter, text: string | null): void {
  if (text === null) writer.int16(-1);
  else writeString(writer, text);
}

/** As messages with tagged fields have it. */
export function writeCompactString(writer: ByteWriter, text: string | null): void {
  if (text === null) writer.unsignedVarint(0);
  else writeCompactBytes(writer, utf8Bytes(text));
}

export function writeCompactBytes(writer: ByteWriter, bytes: Bytes): void {
  writer.unsignedVarint(bytes.length + 1);
  writer.bytes(bytes);
}

export function writeCompactNumbers(writer: ByteWriter, numbers: readonly number[]): void {
  writer.unsignedVarint(numbers.length + 1);
  for (const number of numbers) writer.int32(number);
}

/** Only its length counts: which one it is, is in the record's data. */
export function writeUuid(writer: ByteWriter): void {
  writer.bytes('\0'.repeat(uuidBytes));
}

/** The only tagged field of a struct. */
export function writeTaggedField(writer: ByteWriter, field: Uint8Array): void {
  writer.unsignedVarint(1);
  writer.unsignedVarint(0);
  writer.unsignedVarint(field.length);
  writer.array(field);
}

export function writeNoTaggedFields(writer: ByteWriter): void {
  writer.unsignedVarint(0);
}
