import { type ErrorName } from '../../../../protocol/errors.ts';
import { type JoinGroupResponse } from '../../../../protocol/messages/join-group-response.ts';
import { type SyncGroupResponse } from '../../../../protocol/messages/sync-group-response.ts';

/** The answer to a JoinGroup that was not let in. */
export function refusedJoin(errorCode: ErrorName, memberId: string): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  };
}

/** The answer to a SyncGroup that gives no assignment. */
export function refusedSync(errorCode: ErrorName): SyncGroupResponse {
  return { throttleTimeMs: 0, errorCode, protocolType: null, protocolName: null, assignment: '' };
}
