import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type ProducedPartition } from './produced-partition.ts';

/** Tells the trace how a produce of one partition is answered. */
export function recordAnswered(
  context: Context<Frame, Fact>,
  brokerId: number,
  acks: number,
  produced: ProducedPartition,
): void {
  const { partition, result, error } = produced;
  context.record({
    kind: 'produceAnswered',
    partition: partition?.name ?? `${produced.topic}-${produced.index}`,
    broker: brokerId,
    acks,
    error,
    baseOffset: error === 'NONE' ? result.baseOffset : -1,
    lastOffset: error === 'NONE' ? result.lastOffset : -1,
    isDuplicate: result.isDuplicate,
    leaderEpoch: produced.leaderEpoch,
    highWatermark: produced.highWatermark,
    logStartOffset: result.logStartOffset,
    logEndOffset: produced.logEndOffset,
    maximalIsrSize: produced.maximalIsrSize,
    minInsyncReplicas: produced.minInsyncReplicas,
    batch: produced.batches[0] ?? null,
  });
}
