import { type Random } from '../kernel/random.ts';
import { type Instant } from '../kernel/time.ts';
import {
  Api,
  type ApiKey,
  frameOverheadBytes,
  type Request,
  type Response,
  type ResponseBodies,
} from '../protocol/api.ts';
import { responseFrame } from '../protocol/frames.ts';
import { type UnregisterBrokerResponse } from '../protocol/messages/unregister-broker-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Offset } from '../protocol/record-batch.ts';
import { type BrokerId } from '../trace.ts';
import { allocateProducerIds } from './allocate-producer-ids.ts';
import { alterConfigs } from './alter-configs.ts';
import { alterPartition } from './alter-partition.ts';
import { alterReassignments } from './alter-reassignments.ts';
import { unregisterBroker } from './broker-changes.ts';
import { processHeartbeat } from './broker-heartbeat.ts';
import { type BrokerHeartbeats } from './broker-heartbeats.ts';
import {
  apiError,
  type ControllerResult,
  decided,
  immediate,
  maxRecordsPerUserOperation,
} from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { createPartitions } from './create-partitions.ts';
import { createTopics } from './create-topics.ts';
import { deleteTopics } from './delete-topics.ts';
import { electLeaders } from './elect-leaders.ts';
import { errorAnswer } from './error-answers.ts';
import { listReassignments } from './list-reassignments.ts';
import { type ReplicaPlacer } from './placement.ts';
import { registerBroker } from './register-broker.ts';
import { type StableTopics } from './stable-topics.ts';

/** What operations of the active controller work with. */
export interface WriteContext {
  readonly state: ControllerState;
  readonly heartbeats: BrokerHeartbeats;
  readonly placer: ReplicaPlacer;
  readonly stableTopics: StableTopics;
  readonly topicIds: Random;
  readonly now: Instant;
  /** Where the first record of the operation will lie. */
  readonly nextOffset: Offset;
  /** The last committed offset. */
  readonly committedOffset: Offset;
}

/** Decides what a request changes; `undefined` for what is no write request of the controller. */
export function decideRequest(
  context: WriteContext,
  request: Request,
): ControllerResult<Response> | undefined {
  const { state } = context;
  if (hasTimedOut(request)) return timedOut(request);
  switch (request.apiKey) {
    case Api.brokerHeartbeat: {
      const { heartbeats, committedOffset } = context;
      const result = processHeartbeat(state, heartbeats, request.body, committedOffset);
      return framed(request.apiKey, request, result);
    }
    case Api.alterPartition: {
      const result = alterPartition(state, request.body, request.apiVersion);
      return framed(request.apiKey, request, result);
    }
    case Api.brokerRegistration: {
      const result = registerBroker(state, request.body, {
        ...context,
        apiVersion: request.apiVersion,
      });
      return framed(request.apiKey, request, result);
    }
    case Api.allocateProducerIds:
      return framed(request.apiKey, request, allocateProducerIds(state, request.body));
    default:
      return decideUserRequest(context, request);
  }
}

/** What people and their tools ask for is limited in size. */
function decideUserRequest(
  context: WriteContext,
  request: Request,
): ControllerResult<Response> | undefined {
  const result = decideAdminRequest(context, request);
  if (result === undefined || result.records.length <= maxRecordsPerUserOperation) return result;
  const text = 'Unable to perform excessively large batch operation.';
  const refusal = errorAnswer(request, apiError('POLICY_VIOLATION', text));
  return refusal === undefined ? undefined : immediate(refusal);
}

function decideAdminRequest(
  context: WriteContext,
  request: Request,
): ControllerResult<Response> | undefined {
  const { state, placer, stableTopics } = context;
  switch (request.apiKey) {
    case Api.createTopics:
      return framed(request.apiKey, request, createTopics(state, context, request.body));
    case Api.createPartitions:
      return framed(request.apiKey, request, createPartitions(state, placer, request.body));
    case Api.deleteTopics:
      return framed(request.apiKey, request, deleteTopics(state, stableTopics, request.body));
    case Api.electLeaders:
      return framed(request.apiKey, request, electLeaders(state, request.body));
    case Api.alterPartitionReassignments:
      return framed(request.apiKey, request, alterReassignments(state, request.body));
    case Api.listPartitionReassignments:
      return framed(request.apiKey, request, listReassignments(state, request.body));
    case Api.incrementalAlterConfigs:
      return framed(request.apiKey, request, alterConfigs(state, request.body));
    case Api.unregisterBroker:
      return framed(request.apiKey, request, unregister(state, request.body.brokerId));
    default:
      return undefined;
  }
}

function unregister(
  state: ControllerState,
  broker: BrokerId,
): ControllerResult<UnregisterBrokerResponse> {
  const registration = state.cluster.registration(broker);
  if (registration === undefined) {
    return immediate({
      throttleTimeMs: 0,
      errorCode: 'BROKER_ID_NOT_REGISTERED',
      errorMessage: `Broker ID ${broker} is not currently registered`,
    });
  }
  const records: MetadataRecord[] = [];
  unregisterBroker(state, registration, records);
  return decided(records, { throttleTimeMs: 0, errorCode: 'NONE', errorMessage: null });
}

function framed<K extends ApiKey>(
  apiKey: K,
  request: Request,
  result: ControllerResult<ResponseBodies[K]>,
): ControllerResult<Response> {
  const frame = responseFrame(apiKey, request, result.body, frameOverheadBytes);
  return decided(result.records, frame, result);
}

/**
 * Whether the time that the client gave is over before the operation can begin. The controller's
 * queue is empty whenever it gets a request, so only a time of 0 is too short.
 */
function hasTimedOut(request: Request): boolean {
  switch (request.apiKey) {
    case Api.createTopics:
    case Api.deleteTopics:
    case Api.createPartitions:
    case Api.electLeaders:
    case Api.alterPartitionReassignments:
    case Api.listPartitionReassignments:
      return request.body.timeoutMs <= 0;
    default:
      return false;
  }
}

function timedOut(request: Request): ControllerResult<Response> | undefined {
  const answer = errorAnswer(request, apiError('REQUEST_TIMED_OUT'));
  return answer === undefined ? undefined : immediate(answer);
}
