import { type PartitionName } from '../../trace.ts';
import { type GroupMetadata, type GroupOffset } from '../consumer/group/group-offset.ts';

/** What `sendOffsetsToTransaction` was given. */
export interface TransactionOffsets {
  /** One for each of some partitions. */
  readonly offsets: readonly GroupOffset[];
  readonly group: GroupMetadata;
}

/** Offsets that the group's coordinator has not taken yet, by partition. */
export type PendingOffsets = Map<PartitionName, GroupOffset>;
