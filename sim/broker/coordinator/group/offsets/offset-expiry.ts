import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type Group } from '../group.ts';
import { offsetCommitRecord } from '../group-records.ts';
import { type GroupOffsets } from './group-offsets.ts';
import { type CommittedOffset } from './offset-place.ts';

export interface ExpiryTime {
  readonly nowMs: number;
  readonly retentionMs: number;
  /** KAFKA-13636 */
  readonly expiresWhileRebalancing: boolean;
}

/**
 * Removes the offsets of a group that are older than the retention (KIP-211,
 * `OffsetMetadataManager.cleanupExpiredOffsets`).
 * @returns Whether nothing is left of them, nor will come of an open transaction.
 */
export function expireOffsets(
  group: Group,
  offsets: GroupOffsets,
  time: ExpiryTime,
  records: CoordinatorRecord[],
): boolean {
  const { groupId } = group;
  const all = offsets.ofGroup(groupId);
  const isEmptied = !offsets.hasUnstable(groupId);
  if (all.length === 0) return isEmptied;
  const ageFrom = ageBase(group, time.expiresWhileRebalancing);
  if (ageFrom === undefined) return false;
  let isAllGone = true;
  for (const offset of all) {
    const mayGo = !group.isSubscribedTo(offset.topic) && !offsets.isUnstable(groupId, offset);
    if (mayGo && isExpired(offset, ageFrom(offset), time)) {
      records.push(offsetCommitRecord(groupId, offset, null));
    } else {
      isAllGone = false;
    }
  }
  return isAllGone && isEmptied;
}

/** From when on an offset ages; undefined if none of the group does. */
function ageBase(
  group: Group,
  expiresWhileRebalancing: boolean,
): ((offset: CommittedOffset) => number) | undefined {
  const sinceCommit = ({ commitTimestampMs }: CommittedOffset): number => commitTimestampMs;
  if (group.type === 'consumer' || group.protocolType === null) return sinceCommit;
  if (group.state === 'Empty') {
    const { stateTimestampMs } = group;
    return stateTimestampMs < 0 ? sinceCommit : () => stateTimestampMs;
  }
  const knowsTopics = group.usesConsumerProtocol && group.subscribedTopics !== undefined;
  const mayExpire = group.state === 'Stable' || expiresWhileRebalancing;
  return knowsTopics && mayExpire ? sinceCommit : undefined;
}

function isExpired(
  { expireTimestampMs }: CommittedOffset,
  baseMs: number,
  { nowMs, retentionMs }: ExpiryTime,
): boolean {
  return expireTimestampMs < 0 ? nowMs - baseMs >= retentionMs : nowMs >= expireTimestampMs;
}
