import {
  MetadataSnapshot,
  type PartitionMetadata,
  type SnapshotContent,
} from './metadata-snapshot.ts';

/** What an update says that leaves other topics as they are. */
export interface SnapshotUpdate extends SnapshotContent {
  /** Whether what was known of a topic stays. */
  readonly retains: (topic: string, isInternal: boolean) => boolean;
}

/** The old snapshot with an update that speaks of some topics only (`MetadataSnapshot.mergeWith`). */
export function mergeSnapshots(old: MetadataSnapshot, update: SnapshotUpdate): MetadataSnapshot {
  const before = old.content;
  const retained = new Map<string, boolean>();
  const retains = (topic: string): boolean => {
    const known = retained.get(topic) ?? update.retains(topic, before.internalTopics.has(topic));
    retained.set(topic, known);
    return known;
  };

  const topicIds = new Map([...before.topicIds].filter(([topic]) => retains(topic)));
  const partitions: PartitionMetadata[] = [];
  const updated = new Map<string, Set<number>>();
  for (const partition of update.partitions) {
    const { topic } = partition;
    partitions.push(partition);
    const numbers = updated.get(topic) ?? new Set();
    updated.set(topic, numbers.add(partition.partition));
    const id = update.topicIds.get(topic);
    if (id === undefined) topicIds.delete(topic);
    else topicIds.set(topic, id);
  }
  for (const partition of before.partitions) {
    const isUpdated = updated.get(partition.topic)?.has(partition.partition) ?? false;
    if (!isUpdated && retains(partition.topic)) partitions.push(partition);
  }

  const union = (added: ReadonlySet<string>, kept: ReadonlySet<string>): ReadonlySet<string> =>
    new Set([...added, ...[...kept].filter(retains)]);
  return new MetadataSnapshot({
    clusterId: update.clusterId,
    nodes: update.nodes,
    partitions,
    unauthorizedTopics: union(update.unauthorizedTopics, before.unauthorizedTopics),
    invalidTopics: union(update.invalidTopics, before.invalidTopics),
    internalTopics: union(update.internalTopics, before.internalTopics),
    controllerId: update.controllerId,
    topicIds,
  });
}
