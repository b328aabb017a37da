import { type ErrorName } from '../../../protocol/errors.ts';
import { type Offset } from '../../../protocol/record-batch.ts';
import { DelayedOperation } from '../../purgatory/delayed-operation.ts';
import { type Partition } from '../../replica/partition.ts';

/** An operation that waits until everything below an offset is committed (`DeferredEvent`). */
export class DelayedWrite extends DelayedOperation {
  readonly taskName = 'coordinator-write-expired';
  readonly #partition: Partition;
  readonly #end: Offset;
  readonly #settled: (error: ErrorName) => void;
  /** Its time being over does not undo what was written: it may yet be committed. */
  #outcome: ErrorName = 'REQUEST_TIMED_OUT';

  constructor(partition: Partition, end: Offset, settled: (error: ErrorName) => void) {
    super();
    this.#partition = partition;
    this.#end = end;
    this.#settled = settled;
  }

  canComplete(): boolean {
    const { leaderLog } = this.#partition;
    if (leaderLog === undefined) {
      this.#outcome = 'NOT_LEADER_OR_FOLLOWER';
      return true;
    }
    if (leaderLog.highWatermark < this.#end) return false;
    this.#outcome = 'NONE';
    return true;
  }

  protected complete(): void {
    this.#settled(this.#outcome);
  }
}
