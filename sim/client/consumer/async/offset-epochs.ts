import { type GroupOffset } from '../group/group-offset.ts';
import { type AsyncParts } from './async-parts.ts';

/** The leader epochs of committed offsets may be newer than the metadata. */
export function noteEpochs({ metadata }: AsyncParts, offsets: readonly GroupOffset[]): void {
  for (const { partition, leaderEpoch } of offsets) {
    if (leaderEpoch < 0) continue;
    metadata.updateLastSeenEpochIfNewer(partition.topic, partition.partition, leaderEpoch);
  }
}
