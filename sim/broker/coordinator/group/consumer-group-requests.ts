import { Api } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type ConsumerGroupDescribeRequest } from '../../../protocol/messages/consumer-group-describe-request.ts';
import { type ConsumerGroupHeartbeatRequest } from '../../../protocol/messages/consumer-group-heartbeat-request.ts';
import { type ConsumerGroupHeartbeatResponse } from '../../../protocol/messages/consumer-group-heartbeat-response.ts';
import { allOperationsOn } from '../../handlers/authorized-operations.ts';
import { type Exchange } from '../../server/request-server.ts';
import { nothing } from '../runtime/coordinator-operation.ts';
import { clientHost } from './client-host.ts';
import { heartbeatRefusal } from './consumer/member-validation.ts';
import { undescribedConsumerGroup } from './consumer-group-descriptions.ts';
import { GroupRefusal } from './group-refusal.ts';
import { type GroupRequestParts } from './group-requests.ts';

/** Answers ConsumerGroupHeartbeat, when what it has led to is committed (KIP-848). */
export function consumerGroupHeartbeat(
  exchange: Exchange,
  request: ConsumerGroupHeartbeatRequest,
  { groups }: GroupRequestParts,
): void {
  const { apiVersion, clientId } = exchange.request;
  const answer = (response: ConsumerGroupHeartbeatResponse): void => {
    exchange.respond(Api.consumerGroupHeartbeat, response);
  };
  const refuse = ({ error, message }: GroupRefusal): void => {
    answer(refusedHeartbeat(error, message));
  };
  if (!groups.servesConsumerGroups) {
    refuse(new GroupRefusal('UNSUPPORTED_VERSION'));
    return;
  }
  const refusal = heartbeatRefusal(request, apiVersion, groups.assignors);
  if (refusal !== undefined) {
    refuse(refusal);
    return;
  }
  const error = groups.perform(request.groupId, ({ consumers }) => {
    const decision = consumers.heartbeats.decide({ request, clientId, clientHost });
    if (decision instanceof GroupRefusal) {
      refuse(decision);
      return nothing;
    }
    const settled = (failure: ErrorName): void => {
      answer(failure === 'NONE' ? decision.response : refusedHeartbeat(failure, null));
    };
    return { ...decision, settled };
  });
  if (error !== 'NONE') answer(refusedHeartbeat(error, null));
}

/** Answers ConsumerGroupDescribe with what is committed. */
export function consumerGroupDescribe(
  exchange: Exchange,
  { groupIds, includeAuthorizedOperations }: ConsumerGroupDescribeRequest,
  { groups }: GroupRequestParts,
): void {
  const described = groupIds.map((groupId) => {
    if (!groups.servesConsumerGroups) {
      return undescribedConsumerGroup(groupId, 'UNSUPPORTED_VERSION');
    }
    if (groupId === '') return undescribedConsumerGroup(groupId, 'INVALID_GROUP_ID');
    const machine = groups.machineOf(groupId);
    const group =
      typeof machine === 'string'
        ? undescribedConsumerGroup(groupId, machine)
        : machine.describeConsumerGroup(groupId);
    const withOperations = includeAuthorizedOperations && group.errorCode === 'NONE';
    return withOperations ? { ...group, authorizedOperations: allOperationsOn.group } : group;
  });
  exchange.respond(Api.consumerGroupDescribe, { throttleTimeMs: 0, groups: described });
}

function refusedHeartbeat(
  errorCode: ErrorName,
  errorMessage: string | null,
): ConsumerGroupHeartbeatResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    errorMessage,
    memberId: null,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    assignment: null,
  };
}
