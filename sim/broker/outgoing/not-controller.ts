import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';

interface WithError {
  readonly errorCode: ErrorName;
}

/**
 * Whether the asked node has refused since it is not the active controller: one such error anywhere in
 * an answer makes the whole request be sent again (`AbstractResponse.errorCounts`).
 */
export function isFromNoController(response: Response): boolean {
  switch (response.apiKey) {
    case Api.brokerRegistration:
    case Api.brokerHeartbeat:
    case Api.allocateProducerIds:
    case Api.unregisterBroker:
    case Api.describeCluster:
      return saysSo(response.body);
    case Api.alterPartition:
      return (
        saysSo(response.body) || response.body.topics.some((topic) => topic.partitions.some(saysSo))
      );
    case Api.createTopics:
      return response.body.topics.some(saysSo);
    case Api.deleteTopics:
    case Api.incrementalAlterConfigs:
      return response.body.responses.some(saysSo);
    case Api.createPartitions:
      return response.body.results.some(saysSo);
    case Api.electLeaders:
      return (
        saysSo(response.body) ||
        response.body.replicaElectionResults.some((topic) => topic.partitionResult.some(saysSo))
      );
    case Api.alterPartitionReassignments:
      return (
        saysSo(response.body) ||
        response.body.responses.some((topic) => topic.partitions.some(saysSo))
      );
    default:
      return false;
  }
}

function saysSo(answer: WithError): boolean {
  return answer.errorCode === 'NOT_CONTROLLER';
}
