import { type Switches } from '../../switches/switches.ts';

/** The switches of the log, read once; all false is Kafka 4.3.1. See `switchTable`. */
export interface LogSwitches {
  readonly oneCachedBatch: boolean;
  readonly noProducerStateOnFollower: boolean;
  readonly producerStateBeforeAppend: boolean;
  readonly firstSequenceMustBeZero: boolean;
  readonly unknownMustBeginAtZero: boolean;
  readonly noSequenceWrap: boolean;
  readonly markerTimestampIgnored: boolean;
  readonly epochZeroNotRecovered: boolean;
  readonly epochsKeptAtLogEnd: boolean;
  readonly anyGuard: boolean;
  readonly noVerifiedSequence: boolean;
  readonly equalMarkerEpochEnds: boolean;
  readonly repeatedMarkerRefused: boolean;
  readonly stableAtMarkerAppend: boolean;
  readonly producersExpireByAppend: boolean;
  readonly abortedOfCleanPartOnly: boolean;
  readonly markersAreKeyed: boolean;
  readonly cleansUndecided: boolean;
  readonly lastBatchMayGo: boolean;
}

export function logSwitches(switches: Switches): LogSwitches {
  return {
    oneCachedBatch: switches['idem.cachedBatches'] === '1',
    noProducerStateOnFollower: switches['idem.rebuildOnFollower'] === 'off',
    producerStateBeforeAppend: switches['idem.stateBeforeAppend'] === 'on',
    firstSequenceMustBeZero: switches['idem.firstSeqAny'] === 'off',
    unknownMustBeginAtZero: switches['idem.firstSeqOfUnknown'] === 'zero',
    noSequenceWrap: switches['idem.wrap'] === 'naive',
    markerTimestampIgnored: switches['idem.markerTimestamp'] === 'ignored',
    epochZeroNotRecovered: switches['log.recoverEpochZero'] === 'off',
    epochsKeptAtLogEnd: switches['repl.epochCacheCleanAtLeo'] === 'off',
    anyGuard: switches['txn.verifyGuard'] === 'off',
    noVerifiedSequence: switches['txn.verifySeq'] === 'off',
    equalMarkerEpochEnds: switches['txn.markerStrict'] === 'off',
    repeatedMarkerRefused: switches['txn.markerRetryIdempotent'] === 'off',
    stableAtMarkerAppend: switches['txn.lsoOnMarkerAppend'] === 'on',
    producersExpireByAppend: switches['idem.expireByRecordTime'] === 'off',
    abortedOfCleanPartOnly: switches['cleaner.markerEarly'] === 'on',
    markersAreKeyed: switches['cleaner.markerKeyed'] === 'on',
    cleansUndecided: switches['cleaner.stopAtLso'] === 'off',
    lastBatchMayGo: switches['cleaner.keepLastBatch'] === 'off',
  };
}
