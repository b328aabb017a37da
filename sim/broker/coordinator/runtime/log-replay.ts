import { type Duration, milliseconds } from '../../../kernel/time.ts';
import { type Offset, type RecordBatch } from '../../../protocol/record-batch.ts';
import { type PartitionLog } from '../../log/partition-log.ts';
import { type Partition } from '../../replica/partition.ts';

/** How fast a log is read, besides the one millisecond that a load takes at least. */
const loadedBytesPerUs = 100;
const shortestLoad = milliseconds(1);
const readBytes = 1_048_576;

/** How long a coordinator takes to read a partition of its topic. */
export function replayTime({ log }: Partition): Duration {
  return shortestLoad + Math.trunc((log?.sizeInBytes ?? 0) / loadedBytesPerUs);
}

/** Reads the log that this broker leads to its end, also what is not committed yet. */
export function replayLog(
  { leaderLog: log }: Partition,
  visit: (batch: RecordBatch) => void,
): void {
  if (log !== undefined) readTo(log, { from: log.logStartOffset, to: log.logEndOffset }, visit);
}

/**
 * The same a segment at a time (`CoordinatorLoaderImpl`): between two of them a cleaner may put others in
 * the place of those that are still to be read.
 */
export class LogReplay {
  readonly #partition: Partition;
  #next: Offset | undefined = undefined;

  constructor(partition: Partition) {
    this.#partition = partition;
  }

  /** How long the first segment takes; a load takes a millisecond at least. */
  get firstTime(): Duration {
    return shortestLoad + this.nextTime;
  }

  /** How long the next segment takes. */
  get nextTime(): Duration {
    const { log } = this.#partition;
    const segment = log?.local.segments.floor(this.#next ?? log.logStartOffset);
    return Math.trunc((segment?.sizeInBytes ?? 0) / loadedBytesPerUs);
  }

  /** Reads the next segment. @returns Whether it was the last. */
  read(visit: (batch: RecordBatch) => void): boolean {
    const { leaderLog: log } = this.#partition;
    if (log === undefined) return true;
    const from = this.#next ?? log.logStartOffset;
    const to = log.local.segments.higher(from)?.baseOffset ?? log.logEndOffset;
    readTo(log, { from, to }, visit);
    this.#next = to;
    return to >= log.logEndOffset;
  }
}

function readTo(
  log: PartitionLog,
  { from, to }: { readonly from: Offset; readonly to: Offset },
  visit: (batch: RecordBatch) => void,
): void {
  let offset = from;
  while (offset < to) {
    const { batches } = log.read(offset, readBytes, 'logEnd', true);
    const last = batches.at(-1);
    if (last === undefined) return;
    for (const batch of batches) visit(batch);
    offset = last.lastOffset + 1;
  }
}
