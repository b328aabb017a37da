import { type ErrorName } from '../../protocol/errors.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { type FetchIsolation, type TimestampedOffset } from '../log/read-result.ts';
import { type Partition } from './partition.ts';

export interface OffsetReader {
  /** Not a follower, nor a tool that debugs. */
  readonly isClient: boolean;
  readonly requireLeader: boolean;
  readonly isolation: FetchIsolation;
}

export interface OffsetAnswer {
  readonly error: ErrorName;
  readonly timestampMs: number;
  readonly offset: Offset;
  readonly leaderEpoch: number;
}

const latest = -1;
const earliest = -2;
const earliestLocal = -4;

/**
 * The offset for a time or a special time, as far as the reader may see (`Partition.fetchOffsetForTimestamp`).
 * A new leader does not know the end of what is replicated before its high watermark has reached the
 * start of its epoch (KIP-207).
 */
export function offsetFor(
  partition: Partition,
  timestamp: number,
  currentLeaderEpoch: number,
  reader: OffsetReader,
): OffsetAnswer {
  const error = partition.accessError(currentLeaderEpoch, reader.requireLeader);
  const { log } = partition;
  if (error !== 'NONE' || log === undefined) return failed(error);
  const bound = boundOf(log, reader.isolation);
  const endError = reader.isClient ? endUnknown(partition, log) : 'NONE';

  if (timestamp === latest) {
    if (endError !== 'NONE') return failed(endError);
    return { error, timestampMs: -1, offset: bound, leaderEpoch: partition.leaderEpoch };
  }
  const found = log.offsetForTimestamp(timestamp);
  if (timestamp === earliest || timestamp === earliestLocal) return answer(found);
  // Beyond the bound it might be found where this leader does not know yet.
  return found === null || found.offset >= bound ? failed(endError) : answer(found);
}

function endUnknown({ host, leaderEpochStart }: Partition, log: PartitionLog): ErrorName {
  if (leaderEpochStart === undefined || host.switches.latestWithoutEpochStart) return 'NONE';
  return leaderEpochStart > log.highWatermark ? 'OFFSET_NOT_AVAILABLE' : 'NONE';
}

function boundOf(log: PartitionLog, isolation: FetchIsolation): Offset {
  switch (isolation) {
    case 'logEnd':
      return log.logEndOffset;
    case 'highWatermark':
      return log.highWatermark;
    case 'lastStable':
      return log.lastStableOffset;
  }
}

function answer(found: TimestampedOffset | null): OffsetAnswer {
  if (found === null) return failed('NONE');
  const { timestampMs, offset, leaderEpoch } = found;
  return { error: 'NONE', timestampMs, offset, leaderEpoch };
}

function failed(error: ErrorName): OffsetAnswer {
  return { error, timestampMs: -1, offset: -1, leaderEpoch: -1 };
}
