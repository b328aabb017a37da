import { type Switches } from '../switches/switches.ts';

/** The broker's switches, each asked for in one place; all false is Kafka 4.3.1. See `switchTable`. */
export interface BrokerSwitches {
  readonly truncateToHighWatermark: boolean;
  readonly truncateByEndOffsetOnly: boolean;
  readonly noFetchEpochFencing: boolean;
  readonly noEpochEntryOnElection: boolean;
  readonly truncateOnLeaderIdChangeOnly: boolean;
  readonly updateStateOnDiverging: boolean;
  readonly highWatermarkBeforeTruncate: boolean;
  readonly clearLastEpochOnEmpty: boolean;
  readonly noFetchStateCheckOnReply: boolean;
  readonly noFetchEpochCheckOnReply: boolean;
  readonly latestWithoutEpochStart: boolean;
  readonly joinAtHighWatermark: boolean;
  readonly highWatermarkFromCommittedIsr: boolean;
  readonly optimisticShrink: boolean;
  readonly metadataKeepsPending: boolean;
  readonly reelectedForgetsEnds: boolean;
  readonly leadsAfterFencing: boolean;
  readonly noIsrEligibility: boolean;
  readonly noBrokerEpochCheck: boolean;
  readonly noHighWatermarkOnIsrCommit: boolean;
  readonly highWatermarkBelowMinIsr: boolean;
  readonly sessionForgetsEpochs: boolean;
  readonly divergingBeforeRange: boolean;
  readonly delayedFetchHidesAborted: boolean;
}

/** Reads the switches once, so that the hot path asks booleans and not strings. */
export function brokerSwitches(switches: Switches): BrokerSwitches {
  return {
    truncateToHighWatermark: switches['repl.truncate'] === 'hw',
    truncateByEndOffsetOnly: switches['repl.truncate'] === 'epoch1',
    noFetchEpochFencing: switches['repl.fetchEpochFencing'] === 'off',
    noEpochEntryOnElection: switches['repl.epochEntryOnElection'] === 'off',
    truncateOnLeaderIdChangeOnly: switches['repl.truncateOnEpochChangeOnly'] === 'leaderId',
    updateStateOnDiverging: switches['repl.updateStateOnDiverging'] === 'on',
    highWatermarkBeforeTruncate: switches['repl.hwBeforeTruncate'] === 'on',
    clearLastEpochOnEmpty: switches['repl.clearLastEpochOnEmpty'] === 'on',
    noFetchStateCheckOnReply: switches['repl.checkFetchStateOnReply'] === 'off',
    noFetchEpochCheckOnReply: switches['repl.checkFetchEpochOnReply'] === 'off',
    latestWithoutEpochStart: switches['listOffsets.waitForLeso'] === 'off',
    joinAtHighWatermark: switches['isr.joinRule'] === 'hwOnly',
    highWatermarkFromCommittedIsr: switches['isr.hwUses'] === 'committed',
    optimisticShrink: switches['isr.shrinkOptimistic'] === 'on',
    metadataKeepsPending: switches['isr.metadataKeepsPending'] === 'on',
    reelectedForgetsEnds: switches['isr.reelectedForgetsEnds'] === 'on',
    leadsAfterFencing: switches['repl.leadsAfterFencing'] === 'on',
    noIsrEligibility: switches['isr.eligibility'] === 'off',
    noBrokerEpochCheck: switches['isr.brokerEpochCheck'] === 'off',
    noHighWatermarkOnIsrCommit: switches['isr.hwOnCommit'] === 'off',
    highWatermarkBelowMinIsr: switches['hw.requireMinIsr'] === 'off',
    sessionForgetsEpochs: switches['fetch.sessionCachesEpoch'] === 'off',
    divergingBeforeRange: switches['fetch.divergingBeforeRange'] === 'on',
    delayedFetchHidesAborted: switches['txn.delayedFetchAborted'] === 'off',
  };
}
