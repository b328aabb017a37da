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
