import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type PartitionLog } from './partition-log.ts';

/** What the start of a broker found in one log. */
export interface LoadedLog {
  readonly log: PartitionLog;
  readonly wasClean: boolean;
  /** Log end before recovery cut it; equal to the log end where nothing was cut. */
  readonly endBeforeRecovery: Offset;
}

export declare class LogManager {
  /** Epoch in the clean-shutdown marker; -1 if the last life did not end in good order. */
  readonly previousBrokerEpoch: number;
  /** Loads every log of the disk, at the first metadata; those that are not ours any more go. */
  loadLogs(
    configOf: (topic: string) => TopicConfig,
    isStray: (partition: string, topicId: string | null) => boolean,
  ): readonly LoadedLog[];
  log(partition: string): PartitionLog | undefined;
  logs(): Iterable<PartitionLog>;
  getOrCreate(partition: string, topicId: string, config: TopicConfig): PartitionLog;
  /** From `replication-offset-checkpoint`; 0 if it is not there. */
  checkpointedHighWatermark(partition: string): Offset;
  truncateTo(partition: string, offset: Offset): boolean;
  truncateFullyAndStartAt(partition: string, offset: Offset): void;
  deleteLog(partition: string): void;
  checkpointHighWatermarks(): void;
  checkpointRecoveryPoints(): void;
  checkpointLogStarts(): void;
  /** `kafka-log-retention`: tells for which logs the log start moved. */
  cleanup(): readonly PartitionLog[];
  removeExpiredProducers(): void;
  shutdown(brokerEpoch: number): void;
}
