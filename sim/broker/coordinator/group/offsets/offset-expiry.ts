import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type ClassicGroup } from '../classic/classic-group.ts';
import { offsetCommitRecord } from '../group-records.ts';
import { type CommittedOffset, type GroupOffsets } from './group-offsets.ts';

/**
 * Removes the offsets of a group that are older than the retention (KIP-211,
 * `OffsetMetadataManager.cleanupExpiredOffsets`).
 * @returns Whether nothing is left of them.
 */
export function expireOffsets(
  group: ClassicGroup,
  offsets: GroupOffsets,
  time: { readonly nowMs: number; readonly retentionMs: number },
  records: CoordinatorRecord[],
): boolean {
  const { groupId } = group;
  const all = offsets.ofGroup(groupId);
  if (all.length === 0) return true;
  const ageFrom = ageBase(group);
  if (ageFrom === undefined) return false;
  let isAllGone = true;
  for (const offset of all) {
    if (!group.isSubscribedTo(offset.topic) && isExpired(offset, ageFrom(offset), time)) {
      records.push(offsetCommitRecord(groupId, offset, null));
    } else {
      isAllGone = false;
    }
  }
  return isAllGone;
}

/** From when on an offset ages; undefined if none of the group does. */
function ageBase(group: ClassicGroup): ((offset: CommittedOffset) => number) | undefined {
  const sinceCommit = ({ commitTimestampMs }: CommittedOffset): number => commitTimestampMs;
  if (group.protocolType === null) return sinceCommit;
  if (group.state === 'Empty') {
    const { stateTimestampMs } = group;
    return stateTimestampMs < 0 ? sinceCommit : () => stateTimestampMs;
  }
  const knowsTopics = group.usesConsumerProtocol && group.subscribedTopics !== undefined;
  return knowsTopics && group.state === 'Stable' ? sinceCommit : undefined;
}

function isExpired(
  { expireTimestampMs }: CommittedOffset,
  baseMs: number,
  { nowMs, retentionMs }: { readonly nowMs: number; readonly retentionMs: number },
): boolean {
  return expireTimestampMs < 0 ? nowMs - baseMs >= retentionMs : nowMs >= expireTimestampMs;
}
