import { Api, frameOverheadBytes, type Request, type Response } from '../protocol/api.ts';
import { responseFrame } from '../protocol/frames.ts';
import { type CreateTopicsRequest } from '../protocol/messages/create-topics-request.ts';
import {
  type CreatableTopicResult,
  type CreateTopicsResponse,
} from '../protocol/messages/create-topics-response.ts';
import { type CreatePartitionsRequest } from '../protocol/messages/create-partitions-request.ts';
import { type CreatePartitionsResponse } from '../protocol/messages/create-partitions-response.ts';
import { type DeleteTopicsRequest } from '../protocol/messages/delete-topics-request.ts';
import { type DeleteTopicsResponse } from '../protocol/messages/delete-topics-response.ts';
import { type ElectLeadersRequest } from '../protocol/messages/elect-leaders-request.ts';
import { type ElectLeadersResponse } from '../protocol/messages/elect-leaders-response.ts';
import { type IncrementalAlterConfigsRequest } from '../protocol/messages/incremental-alter-configs-request.ts';
import { type IncrementalAlterConfigsResponse } from '../protocol/messages/incremental-alter-configs-response.ts';
import { type AlterPartitionReassignmentsRequest } from '../protocol/messages/alter-partition-reassignments-request.ts';
import { type AlterPartitionReassignmentsResponse } from '../protocol/messages/alter-partition-reassignments-response.ts';
import { type ListPartitionReassignmentsRequest } from '../protocol/messages/list-partition-reassignments-request.ts';
import { type ListPartitionReassignmentsResponse } from '../protocol/messages/list-partition-reassignments-response.ts';
import { zeroUuid } from '../protocol/uuid.ts';
import { type ApiError } from './controller-result.ts';

// What a request is answered with when it fails as a whole (`getErrorResponse` of Kafka's requests).

/** The answer to a write request of the controller; `undefined` for any other request. */
export function errorAnswer(request: Request, cause: ApiError): Response | undefined {
  const { error: errorCode, message: errorMessage } = cause;
  const throttleTimeMs = 0;
  const bytes = frameOverheadBytes;
  switch (request.apiKey) {
    case Api.createTopics:
      return responseFrame(request.apiKey, request, createTopicsError(request.body, cause), bytes);
    case Api.deleteTopics:
      return responseFrame(request.apiKey, request, deleteTopicsError(request.body, cause), bytes);
    case Api.createPartitions:
      return responseFrame(request.apiKey, request, partitionsError(request.body, cause), bytes);
    case Api.electLeaders:
      return responseFrame(request.apiKey, request, electLeadersError(request.body, cause), bytes);
    case Api.incrementalAlterConfigs:
      return responseFrame(request.apiKey, request, alterConfigsError(request.body, cause), bytes);
    case Api.alterPartitionReassignments:
      return responseFrame(request.apiKey, request, reassignError(request.body, cause), bytes);
    case Api.listPartitionReassignments:
      return responseFrame(request.apiKey, request, listError(request.body, cause), bytes);
    case Api.alterPartition:
      return responseFrame(
        request.apiKey,
        request,
        { throttleTimeMs, errorCode, topics: [] },
        bytes,
      );
    case Api.brokerRegistration:
      return responseFrame(
        request.apiKey,
        request,
        { throttleTimeMs, errorCode, brokerEpoch: -1 },
        bytes,
      );
    case Api.brokerHeartbeat: {
      const state = { isCaughtUp: false, isFenced: true, shouldShutDown: false };
      return responseFrame(request.apiKey, request, { throttleTimeMs, errorCode, ...state }, bytes);
    }
    case Api.unregisterBroker:
      return responseFrame(
        request.apiKey,
        request,
        { throttleTimeMs, errorCode, errorMessage },
        bytes,
      );
    case Api.allocateProducerIds: {
      const block = { producerIdStart: 0, producerIdLen: 0 };
      return responseFrame(request.apiKey, request, { throttleTimeMs, errorCode, ...block }, bytes);
    }
    default:
      return undefined;
  }
}

export function createTopicsError(
  { topics }: CreateTopicsRequest,
  cause: ApiError,
): CreateTopicsResponse {
  return { throttleTimeMs: 0, topics: topics.map(({ name }) => failedTopic(name, cause)) };
}

export function failedTopic(name: string, { error, message }: ApiError): CreatableTopicResult {
  return {
    name,
    topicId: zeroUuid,
    errorCode: error,
    errorMessage: message,
    topicConfigErrorCode: 'NONE',
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  };
}

/** As in Kafka, without the text. */
export function deleteTopicsError(
  { topics, topicNames }: DeleteTopicsRequest,
  { error }: ApiError,
): DeleteTopicsResponse {
  const named = [...topics, ...topicNames.map((name) => ({ name, topicId: zeroUuid }))];
  const responses = named.map(({ name, topicId }) => {
    return { name, topicId, errorCode: error, errorMessage: null };
  });
  return { throttleTimeMs: 0, responses };
}

function partitionsError(
  { topics }: CreatePartitionsRequest,
  { error, message }: ApiError,
): CreatePartitionsResponse {
  const results = topics.map(({ name }) => {
    return { name, errorCode: error, errorMessage: message };
  });
  return { throttleTimeMs: 0, results };
}

export function electLeadersError(
  { topicPartitions }: ElectLeadersRequest,
  { error, message }: ApiError,
): ElectLeadersResponse {
  const replicaElectionResults = (topicPartitions ?? []).map(({ topic, partitions }) => ({
    topic,
    partitionResult: partitions.map((partitionId) => {
      return { partitionId, errorCode: error, errorMessage: message };
    }),
  }));
  return { throttleTimeMs: 0, errorCode: error, replicaElectionResults };
}

function alterConfigsError(
  { resources }: IncrementalAlterConfigsRequest,
  { error, message }: ApiError,
): IncrementalAlterConfigsResponse {
  const responses = resources.map(({ resourceType, resourceName }) => {
    return { errorCode: error, errorMessage: message, resourceType, resourceName };
  });
  return { throttleTimeMs: 0, responses };
}

function reassignError(
  { topics, allowReplicationFactorChange }: AlterPartitionReassignmentsRequest,
  { error, message }: ApiError,
): AlterPartitionReassignmentsResponse {
  const responses = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => {
      return { partitionIndex, errorCode: error, errorMessage: message };
    }),
  }));
  return {
    throttleTimeMs: 0,
    allowReplicationFactorChange,
    errorCode: error,
    errorMessage: message,
    responses,
  };
}

function listError(
  { topics }: ListPartitionReassignmentsRequest,
  { error, message }: ApiError,
): ListPartitionReassignmentsResponse {
  const nothing = { replicas: [], addingReplicas: [], removingReplicas: [] };
  return {
    throttleTimeMs: 0,
    errorCode: error,
    errorMessage: message,
    topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...nothing })),
    })),
  };
}
