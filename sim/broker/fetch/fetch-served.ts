import { type Partition } from '../replica/partition.ts';
import { type FetchParams } from './fetch-params.ts';
import { type FetchedPartition } from './fetched-partition.ts';

const noTransactions: readonly never[] = [];

/** Tells the trace what a consumer was given of one partition. */
export function recordServed(
  partition: Partition,
  { read, fetchOffset }: FetchedPartition,
  params: FetchParams,
): void {
  const { host } = partition;
  host.record({
    kind: 'fetchServed',
    partition: partition.name,
    broker: host.brokerId,
    isLeader: partition.isLeader,
    leaderEpoch: partition.leaderEpoch,
    isolationLevel: params.bound === 'lastStable' ? 'read_committed' : 'read_uncommitted',
    fetchOffset,
    highWatermark: read.highWatermark,
    lastStableOffset: read.lastStableOffset,
    logStartOffset: read.logStartOffset,
    batches: read.batches,
    abortedTransactions: read.abortedTransactions ?? noTransactions,
  });
}
