import { type Random } from '../kernel/random.ts';

/** Kafka's `Uuid`: 16 bytes as 22 characters of URL-safe base64. */
export type Uuid = string;

/** Kafka's "none". */
export const zeroUuid: Uuid = 'AAAAAAAAAAAAAAAAAAAAAA';

/** Topic id of `__cluster_metadata`. */
export const metadataTopicId: Uuid = 'AAAAAAAAAAAAAAAAAAAAAQ';

/** Stand in for the id of a replica's log directory (`DirectoryId`, KIP-858). */
export const reservedDirectory = {
  /** Not known since before there were ids. */
  migrating: 'AAAAAAAAAAAAAAAAAAAAAA',
  /** The broker will choose. */
  unassigned: 'AAAAAAAAAAAAAAAAAAAAAQ',
  /** In a directory that is offline. */
  lost: 'AAAAAAAAAAAAAAAAAAAAAg',
} as const satisfies Record<string, Uuid>;

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A new id; like Kafka's, it does not begin with a dash, so that it can be an argument of a command. */
export function randomUuid(random: Random): Uuid {
  // The last digit carries only the two bits that are left of 128.
  let uuid = digits.charAt(random.below(62));
  while (uuid.length < 21) uuid += digits.charAt(random.below(64));
  return uuid + 'AQgw'.charAt(random.below(4));
}

/** Kafka's order (`Uuid.compareTo`): as two signed 64-bit numbers. */
export function compareUuids(one: Uuid, other: Uuid): number {
  for (let index = 0; index < 22; index += 1) {
    const difference = rankOfDigit(one, index) - rankOfDigit(other, index);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A digit carries six bits: the signs of the two numbers are in the first and in the eleventh. */
function rankOfDigit(uuid: Uuid, index: number): number {
  const value = digits.indexOf(uuid.charAt(index));
  if (index === 0) return value ^ 0b100000;
  return index === 10 ? value ^ 0b000010 : value;
}
