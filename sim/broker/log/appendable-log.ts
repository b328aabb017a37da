import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type LeaderEpochCache } from './leader-epoch-cache.ts';
import { type LocalLog } from './local-log.ts';
import { type LogSegment } from './log-segment.ts';
import { type LogSwitches } from './log-switches.ts';
import { type ProducerState } from './producer-state.ts';
import { type ProducerUpdates } from './producer-updates.ts';

/** What an append needs of the log that it goes to. */
export interface AppendableLog {
  readonly partition: string;
  readonly config: TopicConfig;
  readonly switches: LogSwitches;
  readonly settings: { readonly verifiesTransactions: boolean };
  readonly local: LocalLog;
  readonly epochs: LeaderEpochCache;
  readonly producerState: ProducerState;
  readonly logStartOffset: Offset;
  readonly logEndOffset: Offset;
  readonly isWritable: boolean;
  readonly nowMs: () => number;
  readonly roll: (expectedOffset: Offset) => LogSegment;
  readonly flush: (withActiveSegment: boolean) => void;
  readonly raiseHighWatermarkAtEnd: () => void;
  readonly updateFirstUnstable: () => void;
}

/** The batches are in `segment`: their producers, transactions and the log's marks follow. */
export function finishAppend(
  log: AppendableLog,
  segment: LogSegment,
  updates: ProducerUpdates | null,
): void {
  log.raiseHighWatermarkAtEnd();
  if (updates !== null) {
    updates.apply();
    endTransactions(log, segment, updates);
  }
  log.producerState.mapEndOffset = log.logEndOffset;
  log.updateFirstUnstable();
  if (log.logEndOffset - log.local.recoveryPoint >= log.config.flushMessages) log.flush(false);
}

function endTransactions(
  { producerState, switches }: AppendableLog,
  segment: LogSegment,
  { completed }: ProducerUpdates,
): void {
  for (const transaction of completed) {
    const stableOffset = producerState.transactions.lastStableOffsetAfter(transaction);
    if (transaction.isAborted) segment.addAborted(transaction, stableOffset);
    producerState.transactions.complete(transaction, switches.stableAtMarkerAppend);
  }
}

/** The words of Kafka's exception for batches that no segment can hold. */
export function tooLargeForSegment(
  { partition, config }: AppendableLog,
  sizeInBytes: number,
): string | null {
  if (sizeInBytes <= config.segmentBytes) return null;
  return (
    `Message batch size is ${sizeInBytes} bytes in append to partition ${partition}, which ` +
    `exceeds the maximum configured segment size of ${config.segmentBytes}.`
  );
}
