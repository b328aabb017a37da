import { javaHashCode } from '../protocol/java-hash.ts';

/**
 * The partitions in the order in which a Java `HashMap` with `TopicPartition`s as keys iterates; those
 * that share a bucket stay in their order. For the first partitions of one topic: descending.
 */
export function javaPartitionOrder<
  P extends { readonly topic: string; readonly partition: number },
>(partitions: readonly P[]): readonly P[] {
  let buckets = 16;
  while (partitions.length > buckets * 0.75) buckets *= 2;
  const bucketOf = ({ topic, partition }: P): number => {
    const hash = (Math.imul(31, 31 + partition) + javaHashCode(topic)) | 0;
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return partitions.toSorted((one, other) => bucketOf(one) - bucketOf(other));
}
