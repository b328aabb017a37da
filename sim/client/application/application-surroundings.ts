import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type CommitUid, type RecordId, type TxnUid } from '../../protocol/record-batch.ts';
import { type Switches } from '../../switches/switches.ts';

/** What every application of a run is given besides its own plan. */
export interface ApplicationSurroundings {
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  /** One count for all clients of a run. */
  readonly nextRecordId: () => RecordId;
  readonly nextTxnUid: () => TxnUid;
  readonly nextCommitUid: () => CommitUid;
}
