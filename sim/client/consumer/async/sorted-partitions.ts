import { compareTexts } from '../../../protocol/compare-texts.ts';
import { type TopicPartition } from '../../topic-partition.ts';

/** By topic, and then by number (`Utils.TopicPartitionComparator`). */
export function sortedPartitions<P extends TopicPartition>(partitions: Iterable<P>): readonly P[] {
  return [...partitions].sort(comparePartitions);
}

/** Those of `partitions` that are not among the others. */
export function without(
  partitions: readonly TopicPartition[],
  others: readonly TopicPartition[],
): readonly TopicPartition[] {
  const names = new Set(others.map(({ name }) => name));
  return partitions.filter(({ name }) => !names.has(name));
}

function comparePartitions(one: TopicPartition, other: TopicPartition): number {
  const byTopic = compareTexts(one.topic, other.topic);
  return byTopic === 0 ? one.partition - other.partition : byTopic;
}
