import { type Switches } from '../../../switches/switches.ts';

/** The switches of the group coordinator, read once; all false is Kafka 4.3.1. See `switchTable`. */
export interface GroupSwitches {
  readonly staticMemberKeepsId: boolean;
  readonly staticReplacementIsNotStored: boolean;
  readonly loosePartitionEpochs: boolean;
  readonly staticMemberMayRejoin: boolean;
  readonly targetsOfTheFutureAreOld: boolean;
  readonly commitsNeedOwnership: boolean;
  readonly commitsNeedNewestEpoch: boolean;
  readonly formerMembersCommitNothing: boolean;
  readonly offsetsMakeClassicGroups: boolean;
  readonly lostEpochsEndTheLoad: boolean;
  readonly consumerRecordsMayFollowClassicOnes: boolean;
  readonly topicIdsAreIgnored: boolean;
  readonly expiresWhileRebalancing: boolean;
  readonly anybodyCommitsInTransactions: boolean;
  readonly unstableOffsetsAreTold: boolean;
  readonly transactionsOverwrite: boolean;
  readonly pendingOffsetsAreForgotten: boolean;
}

export function groupSwitches(switches: Switches): GroupSwitches {
  return {
    staticMemberKeepsId: switches['static.updateMemberId'] === 'off',
    staticReplacementIsNotStored: switches['static.persist'] === 'off',
    loosePartitionEpochs: switches['848.epochBookkeeping'] === 'loose',
    staticMemberMayRejoin: switches['848.staticSameIdRejoin'] === 'on',
    targetsOfTheFutureAreOld: switches['848.assignInterval'] === 'pastOnly',
    commitsNeedOwnership: switches['848.commitOwnerCheck'] === 'on',
    commitsNeedNewestEpoch: switches['848.commitEpoch'] === 'equal',
    formerMembersCommitNothing: switches['848.zombieCommitEmpty'] === 'off',
    offsetsMakeClassicGroups: switches['gc.loadOffsetsFirst'] === 'strict',
    lostEpochsEndTheLoad: switches['gc.loadCompactionRace'] === 'on',
    consumerRecordsMayFollowClassicOnes: switches['gc.loadAfterDowngrade'] === 'on',
    topicIdsAreIgnored: switches['offsets.topicIdCheck'] === 'off',
    expiresWhileRebalancing: switches['offsets.expireWhileRebalancing'] === 'on',
    anybodyCommitsInTransactions: switches['txn.offsetFencing'] === 'off',
    unstableOffsetsAreTold: switches['offsets.requireStable'] === 'off',
    transactionsOverwrite: switches['offsets.txnOverwriteNewer'] === 'on',
    pendingOffsetsAreForgotten: switches['offsets.deleteWithPending'] === 'on',
  };
}
