import { type Partition } from './replica/partition.ts';

/** Tells the trace all there is to know of a replica. */
export function recordInspection(partition: Partition): void {
  const { host, log } = partition;
  if (log === undefined) return;
  host.record({
    kind: 'replicaInspected',
    partition: partition.name,
    broker: host.brokerId,
    isLeader: partition.isLeader,
    leaderEpoch: partition.leaderEpoch,
    logStartOffset: log.logStartOffset,
    logEndOffset: log.logEndOffset,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    batches: log.allBatches(),
    epochCache: log.epochEntries(),
    producers: log.producers(),
    isr: partition.isr.isr,
    isrIsPending: partition.isr.kind !== 'committed',
  });
}
