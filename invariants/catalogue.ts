import { acknowledgedOffsetsAreReal } from './clients/acknowledged-offsets-are-real.ts';
import { acknowledgedRecordsSurvive } from './clients/acknowledged-records-survive.ts';
import { appendsFollowAcknowledgements } from './clients/appends-follow-acknowledgements.ts';
import { appendsKeepSendOrder } from './clients/appends-keep-send-order.ts';
import { definiteErrorsHaveNoEffect } from './clients/definite-errors-have-no-effect.ts';
import { fetchesAreWellFormed } from './clients/fetches-are-well-formed.ts';
import { oneAppendPerRecord } from './clients/one-append-per-record.ts';
import { onlySentRecordsAreRead } from './clients/only-sent-records-are-read.ts';
import { readsAreRecent } from './clients/reads-are-recent.ts';
import { readsAreRepeatable } from './clients/reads-are-repeatable.ts';
import { readsSkipNothing } from './clients/reads-skip-nothing.ts';
import { assignmentsAreDisjoint } from './groups/assignments-are-disjoint.ts';
import { autoCommitsFollowPolls } from './groups/auto-commits-follow-polls.ts';
import { committedOffsetsFollowTheirOwner } from './groups/committed-offsets-follow-their-owner.ts';
import { committedOffsetsAreKept } from './groups/committed-offsets-are-kept.ts';
import { groupEpochsOnlyGrow } from './groups/group-epochs-only-grow.ts';
import { groupsAreWhatTheirLogSays } from './groups/groups-are-what-their-log-says.ts';
import { inputsAreProcessedOnce } from './groups/inputs-are-processed-once.ts';
import { membersReadWhatTheyOwn } from './groups/members-read-what-they-own.ts';
import { oneOwnerPerPartition } from './groups/one-owner-per-partition.ts';
import { staleMembersCommitNothing } from './groups/stale-members-commit-nothing.ts';
import { staticMembersAreFencedBySuccessors } from './groups/static-members-are-fenced-by-successors.ts';
import { producerEpochsOnlyGrow } from './idempotence/producer-epochs-only-grow.ts';
import { producerIdsAreUnique } from './idempotence/producer-ids-are-unique.ts';
import { producerStateIsThatOfTheLog } from './idempotence/producer-state-is-that-of-the-log.ts';
import { retriesAreRecognised } from './idempotence/retries-are-recognised.ts';
import { sequencesHaveNoGap } from './idempotence/sequences-have-no-gap.ts';
import { transactionalAppendsAreVerified } from './idempotence/transactional-appends-are-verified.ts';
import { committedOffsetsReachTheEnd } from './liveness/committed-offsets-reach-the-end.ts';
import { consumersReachTheEnd } from './liveness/consumers-reach-the-end.ts';
import { groupCallsReturn } from './liveness/group-calls-return.ts';
import { groupsSettle } from './liveness/groups-settle.ts';
import { highWatermarkReachesTheEnd } from './liveness/high-watermark-reaches-the-end.ts';
import { partitionsRecover } from './liveness/partitions-recover.ts';
import { progressResumes } from './liveness/progress-resumes.ts';
import { sendsComplete } from './liveness/sends-complete.ts';
import { transactionsEnd } from './liveness/transactions-end.ts';
import { transactionsSucceedAgain } from './liveness/transactions-succeed-again.ts';
import { acksAllWaitsForTheIsr } from './replication/acks-all-waits-for-the-isr.ts';
import { candidatesHoldAllCommitted } from './replication/candidates-hold-all-committed.ts';
import { compactionKeepsTheLast } from './replication/compaction-keeps-the-last.ts';
import { consumersSeeOnlyCommitted } from './replication/consumers-see-only-committed.ts';
import { deposedLeadersCommitNothing } from './replication/deposed-leaders-commit-nothing.ts';
import { electedLeadersAreComplete } from './replication/elected-leaders-are-complete.ts';
import { highWatermarkIsReplicated } from './replication/high-watermark-is-replicated.ts';
import { isrChangesMatchEpochs } from './replication/isr-changes-match-epochs.ts';
import { isrMembersAreEligible } from './replication/isr-members-are-eligible.ts';
import { leadersKnowEveryIsrMember } from './replication/leaders-know-every-isr-member.ts';
import { logStartOnlyGrows } from './replication/log-start-only-grows.ts';
import { logsHoldWhatWasAppended } from './replication/logs-hold-what-was-appended.ts';
import { logsMatch } from './replication/logs-match.ts';
import { offsetsAreInOrder } from './replication/offsets-are-in-order.ts';
import { oneLeaderPerEpoch } from './replication/one-leader-per-epoch.ts';
import { someReplicaHoldsEveryAcknowledgedRecord } from './replication/some-replica-holds-every-acknowledged-record.ts';
import { truncationSparesCommitted } from './replication/truncation-spares-committed.ts';
import { uncleanElectionsAreConfigured } from './replication/unclean-elections-are-configured.ts';
import { abortedTransactionsAreTold } from './transactions/aborted-transactions-are-told.ts';
import { answersToEndsAreTrue } from './transactions/answers-to-ends-are-true.ts';
import { coordinatorsKnowWhatTheyWrote } from './transactions/coordinators-know-what-they-wrote.ts';
import { endsTakeEffectOnTheirOwn } from './transactions/ends-take-effect-on-their-own.ts';
import { fencedProducersDoNothing } from './transactions/fenced-producers-do-nothing.ts';
import { lastStableOffsetIsExact } from './transactions/last-stable-offset-is-exact.ts';
import { markersSayWhatWasDecided } from './transactions/markers-say-what-was-decided.ts';
import { noTransactionHangs } from './transactions/no-transaction-hangs.ts';
import { onlyCommittedTransactionsAreRead } from './transactions/only-committed-transactions-are-read.ts';
import { recordsAreEndedByTheirOwnMarker } from './transactions/records-are-ended-by-their-own-marker.ts';
import { stagedOffsetsStayHidden } from './transactions/staged-offsets-stay-hidden.ts';
import { statesFollowEachOther } from './transactions/states-follow-each-other.ts';
import { producerEpochsAreNotSkipped } from './transactions/producer-epochs-are-not-skipped.ts';
import { producersAreFencedWithReason } from './transactions/producers-are-fenced-with-reason.ts';
import { transactionsAreAtomic } from './transactions/transactions-are-atomic.ts';
import { transactionsBeginOnce } from './transactions/transactions-begin-once.ts';
import { type Invariant } from './invariant.ts';

/** Every invariant, by the ids of the catalogue: what clients see, replication, idempotence, transactions, groups, liveness. */
export const catalogue: readonly Invariant[] = [
  onlySentRecordsAreRead,
  oneAppendPerRecord,
  acknowledgedRecordsSurvive,
  acknowledgedOffsetsAreReal,
  definiteErrorsHaveNoEffect,
  onlyCommittedTransactionsAreRead,
  readsAreRepeatable,
  appendsFollowAcknowledgements,
  readsAreRecent,
  readsSkipNothing,
  inputsAreProcessedOnce,
  transactionsAreAtomic,
  committedOffsetsAreKept,
  appendsKeepSendOrder,
  fetchesAreWellFormed,
  logsMatch,
  electedLeadersAreComplete,
  candidatesHoldAllCommitted,
  leadersKnowEveryIsrMember,
  highWatermarkIsReplicated,
  acksAllWaitsForTheIsr,
  offsetsAreInOrder,
  consumersSeeOnlyCommitted,
  oneLeaderPerEpoch,
  deposedLeadersCommitNothing,
  truncationSparesCommitted,
  isrMembersAreEligible,
  isrChangesMatchEpochs,
  uncleanElectionsAreConfigured,
  logStartOnlyGrows,
  logsHoldWhatWasAppended,
  someReplicaHoldsEveryAcknowledgedRecord,
  compactionKeepsTheLast,
  producerStateIsThatOfTheLog,
  retriesAreRecognised,
  sequencesHaveNoGap,
  producerEpochsOnlyGrow,
  producerIdsAreUnique,
  transactionalAppendsAreVerified,
  statesFollowEachOther,
  coordinatorsKnowWhatTheyWrote,
  endsTakeEffectOnTheirOwn,
  markersSayWhatWasDecided,
  recordsAreEndedByTheirOwnMarker,
  lastStableOffsetIsExact,
  abortedTransactionsAreTold,
  fencedProducersDoNothing,
  answersToEndsAreTrue,
  stagedOffsetsStayHidden,
  noTransactionHangs,
  transactionsBeginOnce,
  producersAreFencedWithReason,
  producerEpochsAreNotSkipped,
  oneOwnerPerPartition,
  assignmentsAreDisjoint,
  groupEpochsOnlyGrow,
  staleMembersCommitNothing,
  groupsAreWhatTheirLogSays,
  autoCommitsFollowPolls,
  committedOffsetsFollowTheirOwner,
  staticMembersAreFencedBySuccessors,
  membersReadWhatTheyOwn,
  partitionsRecover,
  highWatermarkReachesTheEnd,
  sendsComplete,
  consumersReachTheEnd,
  progressResumes,
  groupsSettle,
  transactionsEnd,
  groupCallsReturn,
  transactionsSucceedAgain,
  committedOffsetsReachTheEnd,
];
