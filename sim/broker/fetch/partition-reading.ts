import { type Offset } from '../../protocol/record-batch.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { recordFollowerFetch } from '../replica/follower-progress.ts';
import { type Partition } from '../replica/partition.ts';
import { type FetchParams } from './fetch-params.ts';
import { type FetchedPartition } from './fetched-partition.ts';

/** How much of a fetch may still be read. */
export interface ReadLimits {
  readonly maxBytes: number;
  /** Nothing has been read yet: then the first batch comes whatever its size. */
  readonly isFirst: boolean;
}

/**
 * Reads one partition for a fetch, with all checks in Kafka's order, and notes how far a follower has
 * got if `updatesFollower`: on arrival of the request, not when it is read again at its completion
 * (`Partition.fetchRecords`).
 */
export function readPartition(
  asked: FetchedPartition,
  partition: Partition,
  params: FetchParams,
  limits: ReadLimits,
  updatesFollower: boolean,
): void {
  const error = partition.accessError(asked.leaderEpoch, params.requireLeader);
  const { log } = partition;
  if (error !== 'NONE' || log === undefined) {
    asked.clearRead(error);
  } else if (params.isFollower) {
    readForFollower(asked, partition, params, limits, updatesFollower ? log.logEndOffset : -1);
  } else {
    readRecords(asked, partition, log, params, limits);
  }
}

/** `leaderEndOffset` is -1 if the follower's progress is not to be noted. */
function readForFollower(
  asked: FetchedPartition,
  partition: Partition,
  params: FetchParams,
  limits: ReadLimits,
  leaderEndOffset: Offset,
): void {
  const replica = partition.remoteReplica(params.replicaId);
  if (replica === undefined || partition.log === undefined) {
    // The follower may know of an assignment that this leader has yet to hear of.
    asked.clearRead(asked.leaderEpoch >= 0 ? 'UNKNOWN_LEADER_EPOCH' : 'NOT_LEADER_OR_FOLLOWER');
    return;
  }
  readRecords(asked, partition, partition.log, params, limits);
  if (leaderEndOffset < 0 || asked.read.errorCode !== 'NONE') return;
  const isDiverging = asked.read.divergingEpoch >= 0;
  if (isDiverging && !partition.host.switches.updateStateOnDiverging) return;
  // Where all that followed was cleaned away, Kafka takes the follower to be at the end (`LocalLog.read`).
  const isAtEnd = asked.read.position?.offset === leaderEndOffset;
  const isOfThisLife = recordFollowerFetch(partition, replica, {
    fetchOffset: isAtEnd ? leaderEndOffset : asked.fetchOffset,
    logStartOffset: asked.fetcherLogStartOffset,
    timeMs: partition.host.wallClockMs(),
    leaderEndOffset,
    brokerEpoch: params.replicaEpoch,
  });
  if (!isOfThisLife) asked.clearRead('NOT_LEADER_OR_FOLLOWER');
}

function readRecords(
  asked: FetchedPartition,
  partition: Partition,
  log: PartitionLog,
  params: FetchParams,
  limits: ReadLimits,
): void {
  const { read, fetchOffset } = asked;
  asked.clearRead('NONE');
  // Before the reading: what is appended or replicated by now is told with the next answer.
  read.highWatermark = log.highWatermark;
  read.logStartOffset = log.logStartOffset;
  read.lastStableOffset = log.lastStableOffset;
  if (asked.lastFetchedEpoch >= 0) {
    const end = log.endOffsetFor(asked.lastFetchedEpoch);
    const isBelowStart =
      fetchOffset < log.logStartOffset && !partition.host.switches.divergingBeforeRange;
    if (end === null || isBelowStart) {
      asked.clearRead('OFFSET_OUT_OF_RANGE');
      return;
    }
    if (end.leaderEpoch < asked.lastFetchedEpoch || end.endOffset < fetchOffset) {
      read.divergingEpoch = end.leaderEpoch;
      read.divergingEndOffset = end.endOffset;
      return;
    }
  }
  // The usual answer to a reader that is caught up, for which nothing has to be looked for.
  if (fetchOffset === boundOf(log, params)) {
    if (params.bound === 'lastStable') read.abortedTransactions = [];
    return;
  }
  const maxBytes = Math.min(asked.maxBytes, limits.maxBytes);
  const found = log.read(fetchOffset, maxBytes, params.bound, limits.isFirst);
  if (found.error !== 'NONE') {
    asked.clearRead(found.error);
    return;
  }
  read.position = found.position;
  read.abortedTransactions = found.abortedTransactions;
  if (found.isFirstIncomplete) return;
  read.batches = found.batches;
  read.sizeInBytes = found.sizeInBytes;
}

/** Exclusive: up to where this reader may read. */
export function boundOf(log: PartitionLog, params: FetchParams): Offset {
  switch (params.bound) {
    case 'logEnd':
      return log.logEndOffset;
    case 'highWatermark':
      return log.highWatermark;
    case 'lastStable':
      return log.lastStableOffset;
  }
}
