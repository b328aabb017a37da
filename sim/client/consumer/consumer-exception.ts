import { type PartitionName } from '../../trace.ts';

/** What a call of the consumer throws in Java: data here, since it is the application's to handle. */
export interface ConsumerException {
  /** The Java class, without its package. */
  readonly name: string;
  /** The partitions that it is about; empty if it is about none. */
  readonly partitions: readonly PartitionName[];
}
