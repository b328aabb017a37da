import { type TopicPartition } from '../topic-partition.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type GroupOffset } from './group/group-offset.ts';

/** A `commitSync` that a listener makes before it returns. */
export interface CommitInCallback {
  /** Left out: the positions of all assigned partitions. */
  readonly offsets?: readonly GroupOffset[];
  /** Hears what the commit has thrown; the listener catches all but a `WakeupException`. */
  readonly ended: (exception: ConsumerException | undefined) => void;
}

/**
 * What the application does when its assignment changes (`ConsumerRebalanceListener`), on its own
 * thread. Partitions come in ascending order. A listener may seek, pause and resume; what waits it can
 * only ask for, by returning it.
 */
export interface RebalanceListener {
  /** The partitions are still assigned, and nobody else has them yet. */
  readonly onPartitionsRevoked: (
    partitions: readonly TopicPartition[],
  ) => CommitInCallback | undefined;
  /** Called with no partitions, too, when an assignment brings no new ones. */
  readonly onPartitionsAssigned: (partitions: readonly TopicPartition[]) => void;
  /** Somebody else may have the partitions already. */
  readonly onPartitionsLost: (partitions: readonly TopicPartition[]) => void;
}

/** Of an application that does nothing. */
export const silentListener: RebalanceListener = {
  onPartitionsRevoked: () => undefined,
  onPartitionsAssigned: () => undefined,
  onPartitionsLost: () => undefined,
};
