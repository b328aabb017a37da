import { type Switches } from '../../../switches/switches.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { type GroupSender } from './group-sender.ts';

/** Which bugs of the commits are there. */
export interface CommitSwitches {
  /** An automatic commit may commit records that the poll which makes it is about to return (4.3.1). */
  readonly autoCommitRace: boolean;
  /** A commit that backs off holds back those that come after it (4.3.1 does not). */
  readonly keepsOrder: boolean;
  /** Who is told that its member epoch is old takes that for "nothing is committed". */
  readonly staleIsNothing: boolean;
}

/** What commits and questions about them work with. */
export interface CommitManagerOptions {
  readonly sender: GroupSender;
  readonly coordinators: CoordinatorRequestManager;
  readonly switches: CommitSwitches;
}

export function commitSwitches(switches: Switches): CommitSwitches {
  return {
    autoCommitRace: switches['async.autoCommitRace'] !== 'off',
    keepsOrder: switches['async.commitOrder'] === 'strict',
    staleIsNothing: switches['848.fetchStaleAsNone'] === 'on',
  };
}
