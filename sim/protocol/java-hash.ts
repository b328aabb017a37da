/** Java's `String.hashCode`: a signed 32-bit number. */
export function javaHashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

/** A hash without its sign (`Utils.abs`): the smallest integer has no positive counterpart, and makes 0. */
export function positiveHash(hash: number): number {
  return hash === -2_147_483_648 ? 0 : Math.abs(hash);
}

/** The partition of `__consumer_offsets` or `__transaction_state` that a group or a transactional id belongs to. */
export function coordinatorPartition(id: string, partitionCount: number): number {
  return positiveHash(javaHashCode(id)) % partitionCount;
}

/** The texts in the order in which a Java `HashSet` of them iterates, where no two share a bucket. */
export function javaSetOrder(texts: readonly string[]): readonly string[] {
  let buckets = 16;
  while (buckets * 0.75 < texts.length) buckets *= 2;
  const bucketOf = (text: string): number => {
    const hash = javaHashCode(text);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return [...texts].sort((a, b) => bucketOf(a) - bucketOf(b));
}

/** The texts in the order in which Kafka's `TimelineHashMap` iterates, where no two share a slot. */
export function timelineMapOrder(texts: readonly string[]): readonly string[] {
  const placed = texts.map((text) => {
    return { text, place: BigInt.asUintN(64, BigInt(javaHashCode(text)) * goldenRatio) };
  });
  placed.sort((one, other) => (one.place < other.place ? -1 : 1));
  return placed.map(({ text }) => text);
}

/**
 * Which of the numbers below `size`, put in ascending order, Kafka's `TimelineHashMap` gives first: of
 * those in the first slot, the one put last (`BaseHashTable.findSlot`).
 */
export function firstInTimelineMap(size: number): number {
  let slots = 2;
  while (slots < size * 0.75) slots *= 2;
  const firstSlotEnd = (1n << 64n) / BigInt(slots);
  for (let number = size - 1; number > 0; number -= 1) {
    if (BigInt.asUintN(64, BigInt(number) * goldenRatio) < firstSlotEnd) return number;
  }
  return 0;
}

/** Knuth's multiplier for hashes of 64 bits. */
const goldenRatio = 0x9e3779b97f4a7c15n;
