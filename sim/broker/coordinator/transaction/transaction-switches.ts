import { type Switches } from '../../../switches/switches.ts';

/** The switches of transaction coordinators, read once; all false is Kafka 4.3.1. See `switchTable`. */
export interface TransactionSwitches {
  readonly clockMustNotGoBack: boolean;
  readonly laterEpochMayEnd: boolean;
  readonly failedFenceForgotten: boolean;
  readonly failedExpiryStaysPending: boolean;
  readonly completionsCancelledByKey: boolean;
  readonly leaderlessWait: boolean;
  readonly refusedMarkersComplete: boolean;
  readonly fenceBumpsTwice: boolean;
  readonly fenceKeepsProducerId: boolean;
  readonly rotationNotWritten: boolean;
  readonly lastEpochWritten: boolean;
  readonly epochBeforePending: boolean;
}

export function transactionSwitches(switches: Switches): TransactionSwitches {
  return {
    clockMustNotGoBack: switches['txn.timestampCheck'] === 'on',
    laterEpochMayEnd: switches['txn.endTxnEpoch'] === 'gte',
    failedFenceForgotten: switches['txn.bumpOnFailedFence'] === 'on',
    failedExpiryStaysPending: switches['txn.clearPendingOnFail'] === 'off',
    completionsCancelledByKey: switches['txn.pendingMarkerRemove'] === 'byKey',
    leaderlessWait: switches['txn.skipMarkerOfLeaderless'] === 'off',
    refusedMarkersComplete: switches['txn.markerRefusedStuck'] === 'off',
    fenceBumpsTwice: switches['tv2.doubleBump'] === 'on',
    fenceKeepsProducerId: switches['tv2.rotateOnFence'] === 'off',
    rotationNotWritten: switches['tv2.persistRotation'] === 'off',
    lastEpochWritten: switches['tv2.persistLastEpoch'] === 'on',
    epochBeforePending: switches['tv2.pendingCheckFirst'] === 'off',
  };
}
