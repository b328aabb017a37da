import { type CommitRequestManager } from './commit-request-manager.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { type FetchRequestManager } from './fetch-request-manager.ts';
import { type HeartbeatRequestManager } from './heartbeat-request-manager.ts';
import { type MembershipManager } from './membership-manager.ts';
import { type OffsetLookups } from './offset-lookups.ts';
import { type PatternMatching } from './pattern-matching.ts';
import { type PositionsRequestManager } from './positions-request-manager.ts';
import { type RequestManager } from './request-manager.ts';
import { type TopicMetadataRequestManager } from './topic-metadata-request-manager.ts';

/** What there is with a `group.id`. */
export interface GroupManagers {
  readonly coordinators: CoordinatorRequestManager;
  readonly commits: CommitRequestManager;
  readonly heartbeats: HeartbeatRequestManager;
  readonly membership: MembershipManager;
  readonly patterns: PatternMatching;
}

/** All that the background thread does (`RequestManagers`). */
export interface RequestManagers {
  readonly group: GroupManagers | undefined;
  readonly positions: PositionsRequestManager;
  readonly lookups: OffsetLookups;
  readonly topics: TopicMetadataRequestManager;
  readonly fetches: FetchRequestManager;
}

/** Those that are polled, in the order in which that is done. */
export function polledManagers({
  group,
  topics,
  fetches,
}: RequestManagers): readonly RequestManager[] {
  const ofGroup =
    group === undefined
      ? []
      : [group.coordinators, group.commits, group.heartbeats, group.membership];
  return [...ofGroup, topics, fetches];
}
