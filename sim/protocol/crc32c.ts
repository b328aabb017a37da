/** Castagnoli's polynomial, bits reversed. */
const polynomial = 0x82f63b78;

const table = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc >>> 0;
});

/** The CRC-32C of a record batch or a file, unsigned. */
export function crc32c(array: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of array) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
