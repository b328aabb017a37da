import { type Offset } from '../../../protocol/record-batch.ts';
import { type TopicPartition } from '../../topic-partition.ts';

/** An offset that a group commits or has committed for one partition (`OffsetAndMetadata`). */
export interface GroupOffset {
  readonly partition: TopicPartition;
  /** Of the next record to be consumed; -1: the group has committed nothing. */
  readonly offset: Offset;
  /** Of the record before; -1: not known. */
  readonly leaderEpoch: number;
}

/** Which member of which group a consumer is, as a transaction must know it (`ConsumerGroupMetadata`). */
export interface GroupMetadata {
  readonly groupId: string;
  /** Generation of a classic group, member epoch of a consumer group; -1 while it is in none. */
  readonly generationId: number;
  /** Empty while it has none. */
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}
