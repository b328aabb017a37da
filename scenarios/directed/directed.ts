import { placesIn } from '../problem.ts';
import { readScenario } from '../read-scenario.ts';
import { type Scenario, type ScenarioInput } from '../scenario.ts';
import { abortWhileMarkersAreOut } from './abort-while-markers-are-out.ts';
import { aloneInTheIsr } from './alone-in-the-isr.ts';
import { answersOfAFormerLeader } from './answers-of-a-former-leader.ts';
import { askedOutOfOrder } from './asked-out-of-order.ts';
import { assignedWhileAtWork } from './assigned-while-at-work.ts';
import { autoCommitInAPoll } from './auto-commit-in-a-poll.ts';
import { backWithOldClaims } from './back-with-old-claims.ts';
import { backWithinRetention } from './back-within-retention.ts';
import { batchLargerThanASegment } from './batch-larger-than-a-segment.ts';
import { claimsOfALostMember } from './claims-of-a-lost-member.ts';
import { cleanedAfterADowngrade } from './cleaned-after-a-downgrade.ts';
import { cleanedInPart } from './cleaned-in-part.ts';
import { cleanedUnderATransaction } from './cleaned-under-a-transaction.ts';
import { cleanedWhileLoading } from './cleaned-while-loading.ts';
import { clockOfLastWeek } from './clock-of-last-week.ts';
import { clockSetBack } from './clock-set-back.ts';
import { commitAfterRejoin } from './commit-after-rejoin.ts';
import { commitAfterTakeover } from './commit-after-takeover.ts';
import { commitWithoutMembers } from './commit-without-members.ts';
import { commitsSentAgain } from './commits-sent-again.ts';
import { committedBesideATransaction } from './committed-beside-a-transaction.ts';
import { coordinatorThereAndBack } from './coordinator-there-and-back.ts';
import { deletedUnderAPattern } from './deleted-under-a-pattern.ts';
import { diskLostWhileJoining } from './disk-lost-while-joining.ts';
import { endOfACleanLog } from './end-of-a-clean-log.ts';
import { epochAheadOfAQuestion } from './epoch-ahead-of-a-question.ts';
import { expiredWhilePending } from './expired-while-pending.ts';
import { fencesThatFail } from './fences-that-fail.ts';
import { firstJoinUnanswered } from './first-join-unanswered.ts';
import { forgottenWithoutFollowers } from './forgotten-without-followers.ts';
import { givenBack } from './given-back.ts';
import { movedInTheLastEpoch, timedOutInTheLastEpoch } from './last-epoch.ts';
import { lateCommit } from './late-commit.ts';
import { lateFrames } from './late-frames.ts';
import { lateMarker } from './late-marker.ts';
import { lateProduce } from './late-produce.ts';
import { lateVerification } from './late-verification.ts';
import { leaderAgain } from './leader-again.ts';
import { leadershipCarousel } from './leadership-carousel.ts';
import { lossyRestartInTheElr } from './lossy-restart-in-the-elr.ts';
import { lostInItsFirstFlight } from './lost-in-its-first-flight.ts';
import { markerLikeAKey } from './marker-like-a-key.ts';
import { markerAnsweredEarly } from './marker-answered-early.ts';
import { markerWithoutLeader } from './marker-without-leader.ts';
import { nextEpochUnanswered } from './next-epoch-unanswered.ts';
import { offsetsBeforeTheirGroup } from './offsets-before-their-group.ts';
import { overtakenCommit } from './overtaken-commit.ts';
import { polledWhileRevoked } from './polled-while-revoked.ts';
import { reassignedToSlowReplicas } from './reassigned-to-slow-replicas.ts';
import { refusedAmongOthers } from './refused-among-others.ts';
import { removedWhileEligible } from './removed-while-eligible.ts';
import { sequencesUsedAgain } from './sequences-used-again.ts';
import { splitInAFlush } from './split-in-a-flush.ts';
import { successorAtANewCoordinator } from './successor-at-a-new-coordinator.ts';
import { takenOverInATransaction } from './taken-over-in-a-transaction.ts';
import { targetOfTheFuture } from './target-of-the-future.ts';
import { topicDeletedAfterItsElr } from './topic-deleted-after-its-elr.ts';
import { topicMadeAgain } from './topic-made-again.ts';
import { twoProcessesOneInstance } from './two-processes-one-instance.ts';
import { unfencedWhileBusy } from './unfenced-while-busy.ts';
import { zombieCommit } from './zombie-commit.ts';
import { zombieFollower } from './zombie-follower.ts';

/** Scenarios in which one bug shows that faults at random hardly find; see `docs/bugs-found.md`. */
export const directedScenarios: readonly ScenarioInput[] = [
  aloneInTheIsr,
  lossyRestartInTheElr,
  diskLostWhileJoining,
  zombieFollower,
  leaderAgain,
  leadershipCarousel,
  reassignedToSlowReplicas,
  removedWhileEligible,
  topicDeletedAfterItsElr,
  unfencedWhileBusy,
  batchLargerThanASegment,
  endOfACleanLog,
  cleanedInPart,
  cleanedUnderATransaction,
  markerLikeAKey,
  lostInItsFirstFlight,
  splitInAFlush,
  clockOfLastWeek,
  givenBack,
  twoProcessesOneInstance,
  backWithOldClaims,
  claimsOfALostMember,
  backWithinRetention,
  offsetsBeforeTheirGroup,
  cleanedWhileLoading,
  cleanedAfterADowngrade,
  assignedWhileAtWork,
  autoCommitInAPoll,
  polledWhileRevoked,
  overtakenCommit,
  commitAfterRejoin,
  commitWithoutMembers,
  commitsSentAgain,
  topicMadeAgain,
  deletedUnderAPattern,
  epochAheadOfAQuestion,
  expiredWhilePending,
  committedBesideATransaction,
  markerAnsweredEarly,
  zombieCommit,
  commitAfterTakeover,
  lateVerification,
  coordinatorThereAndBack,
  lateFrames,
  sequencesUsedAgain,
  lateProduce,
  lateCommit,
  lateMarker,
  clockSetBack,
  markerWithoutLeader,
  successorAtANewCoordinator,
  firstJoinUnanswered,
  takenOverInATransaction,
  targetOfTheFuture,
  abortWhileMarkersAreOut,
  nextEpochUnanswered,
  fencesThatFail,
  forgottenWithoutFollowers,
  timedOutInTheLastEpoch,
  movedInTheLastEpoch,
  refusedAmongOthers,
  askedOutOfOrder,
  answersOfAFormerLeader,
];

/** Reads the one of that name, since they are many; undefined if there is none. */
export function directedScenario(name: string): Scenario | undefined {
  const written = directedScenarios.find((scenario) => scenario.name === name);
  return written === undefined ? undefined : readScenario(written, placesIn(name));
}
