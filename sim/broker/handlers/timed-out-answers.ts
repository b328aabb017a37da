import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type AlterPartitionReassignmentsRequest } from '../../protocol/messages/alter-partition-reassignments-request.ts';
import { type AlterPartitionReassignmentsResponse } from '../../protocol/messages/alter-partition-reassignments-response.ts';
import { type CreatePartitionsRequest } from '../../protocol/messages/create-partitions-request.ts';
import { type CreatePartitionsResponse } from '../../protocol/messages/create-partitions-response.ts';
import { type CreateTopicsRequest } from '../../protocol/messages/create-topics-request.ts';
import { type CreateTopicsResponse } from '../../protocol/messages/create-topics-response.ts';
import { type DeleteTopicsRequest } from '../../protocol/messages/delete-topics-request.ts';
import { type DeleteTopicsResponse } from '../../protocol/messages/delete-topics-response.ts';
import { type ElectLeadersRequest } from '../../protocol/messages/elect-leaders-request.ts';
import { type ElectLeadersResponse } from '../../protocol/messages/elect-leaders-response.ts';
import { type IncrementalAlterConfigsRequest } from '../../protocol/messages/incremental-alter-configs-request.ts';
import { type IncrementalAlterConfigsResponse } from '../../protocol/messages/incremental-alter-configs-response.ts';
import { type ListPartitionReassignmentsRequest } from '../../protocol/messages/list-partition-reassignments-request.ts';
import { type ListPartitionReassignmentsResponse } from '../../protocol/messages/list-partition-reassignments-response.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type Exchange } from '../server/request-server.ts';

const errorCode: ErrorName = 'REQUEST_TIMED_OUT';
const errorMessage = 'The request timed out.';
const throttleTimeMs = 0;

/**
 * The answer to a request that could not be forwarded in time: the error wherever the answer has one
 * (`AbstractRequest.getErrorResponse`).
 */
export function answerTimedOut(exchange: Exchange): void {
  const { request } = exchange;
  switch (request.apiKey) {
    case Api.createTopics:
      exchange.respond(Api.createTopics, createTopics(request.body));
      return;
    case Api.deleteTopics:
      exchange.respond(Api.deleteTopics, deleteTopics(request.body));
      return;
    case Api.createPartitions:
      exchange.respond(Api.createPartitions, createPartitions(request.body));
      return;
    case Api.electLeaders:
      exchange.respond(Api.electLeaders, electLeaders(request.body));
      return;
    case Api.alterPartitionReassignments:
      exchange.respond(Api.alterPartitionReassignments, reassignments(request.body));
      return;
    case Api.listPartitionReassignments:
      exchange.respond(Api.listPartitionReassignments, listReassignments(request.body));
      return;
    case Api.unregisterBroker:
      exchange.respond(Api.unregisterBroker, { throttleTimeMs, errorCode, errorMessage });
      return;
    default:
      exchange.closeConnection();
  }
}

function createTopics({ topics }: CreateTopicsRequest): CreateTopicsResponse {
  return {
    throttleTimeMs,
    topics: topics.map(({ name }) => ({
      name,
      topicId: zeroUuid,
      errorCode,
      errorMessage,
      topicConfigErrorCode: 'NONE',
      numPartitions: -1,
      replicationFactor: -1,
      configs: [],
    })),
  };
}

function deleteTopics({ topics, topicNames }: DeleteTopicsRequest): DeleteTopicsResponse {
  const named = topicNames.map((name) => ({ name, topicId: zeroUuid }));
  return {
    throttleTimeMs,
    responses: [...topics, ...named].map(({ name, topicId }) => ({
      name,
      topicId,
      errorCode,
      errorMessage: null,
    })),
  };
}

function createPartitions({ topics }: CreatePartitionsRequest): CreatePartitionsResponse {
  return {
    throttleTimeMs,
    results: topics.map(({ name }) => ({ name, errorCode, errorMessage })),
  };
}

function electLeaders({ topicPartitions }: ElectLeadersRequest): ElectLeadersResponse {
  return {
    throttleTimeMs,
    errorCode,
    replicaElectionResults: (topicPartitions ?? []).map(({ topic, partitions }) => ({
      topic,
      partitionResult: partitions.map((partitionId) => ({ partitionId, errorCode, errorMessage })),
    })),
  };
}

function reassignments({
  topics,
  allowReplicationFactorChange,
}: AlterPartitionReassignmentsRequest): AlterPartitionReassignmentsResponse {
  return {
    throttleTimeMs,
    allowReplicationFactorChange,
    errorCode,
    errorMessage,
    responses: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode,
        errorMessage,
      })),
    })),
  };
}

function listReassignments({
  topics,
}: ListPartitionReassignmentsRequest): ListPartitionReassignmentsResponse {
  const nothing = { replicas: [], addingReplicas: [], removingReplicas: [] };
  return {
    throttleTimeMs,
    errorCode,
    errorMessage,
    topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, ...nothing })),
    })),
  };
}

export function alterConfigsTimedOut({
  resources,
}: IncrementalAlterConfigsRequest): IncrementalAlterConfigsResponse {
  return {
    throttleTimeMs,
    responses: resources.map(({ resourceType, resourceName }) => ({
      errorCode,
      errorMessage,
      resourceType,
      resourceName,
    })),
  };
}
