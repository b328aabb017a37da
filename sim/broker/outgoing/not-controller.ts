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
  if ('errorCode' in response.body && saysSo(response.body)) return true;
  switch (response.apiKey) {
    case Api.alterPartition:
      return response.body.topics.some((topic) => topic.partitions.some(saysSo));
    case Api.createTopics:
      return response.body.topics.some(saysSo);
    case Api.deleteTopics:
    case Api.incrementalAlterConfigs:
      return response.body.responses.some(saysSo);
    case Api.createPartitions:
      return response.body.results.some(saysSo);
    case Api.electLeaders:
      return response.body.replicaElectionResults.some((topic) =>
        topic.partitionResult.some(saysSo),
      );
    case Api.alterPartitionReassignments:
      return response.body.responses.some((topic) => topic.partitions.some(saysSo));
    default:
      return false;
  }
}

function saysSo(answer: WithError): boolean {
  return answer.errorCode === 'NOT_CONTROLLER';
}
