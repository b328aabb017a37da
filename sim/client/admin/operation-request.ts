import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type AdminOperation } from '../../plan.ts';
import { parseTopicPartition, type TopicPartition, topicPartition } from '../topic-partition.ts';
import { type SendRequest } from './admin-call.ts';

/** All operations but those that have to find a partition's leader first. */
export type SingleOperation = Exclude<AdminOperation, { readonly op: 'deleteRecords' }>;

type OperationOf<O extends AdminOperation['op']> = Extract<AdminOperation, { readonly op: O }>;

/** Kafka's number for a topic among what has configs (`ConfigResource.Type`). */
const topicResource = 2;

/** What can be done to a config (`AlterConfigOp.OpType`). */
const setConfig = 0;
const deleteConfig = 1;

/** `ElectionType`. */
const preferredElection = 0;
const uncleanElection = 1;

/** Sends the request of an operation, as `KafkaAdminClient` fills it. */
export function sendOperation(
  operation: SingleOperation,
  send: SendRequest,
  timeoutMs: number,
): void {
  switch (operation.op) {
    case 'createTopic':
      createTopic(operation, send, timeoutMs);
      break;
    case 'deleteTopic':
      send(Api.deleteTopics, {
        topics: [{ name: operation.topic, topicId: zeroUuid }],
        topicNames: [],
        timeoutMs,
      });
      break;
    case 'createPartitions':
      send(Api.createPartitions, {
        topics: [{ name: operation.topic, count: operation.total, assignments: null }],
        timeoutMs,
        validateOnly: false,
      });
      break;
    case 'alterConfig':
      alterConfig(operation, send);
      break;
    case 'electLeaders':
      electLeaders(operation, send, timeoutMs);
      break;
    case 'reassign':
      reassign(operation, send, timeoutMs);
      break;
  }
}

/** The first error in the answer to an operation, which is about one topic or partition. */
export function errorIn(response: Response): ErrorName {
  return errorsIn(response).find((error) => error !== 'NONE') ?? 'NONE';
}

function createTopic(
  { topic, partitions, replicationFactor, config }: OperationOf<'createTopic'>,
  send: SendRequest,
  timeoutMs: number,
): void {
  const configs = Object.entries(config).map(([name, value]) => ({ name, value }));
  const created = {
    name: topic,
    numPartitions: partitions,
    replicationFactor,
    assignments: [],
    configs,
  };
  send(Api.createTopics, { topics: [created], timeoutMs, validateOnly: false });
}

function alterConfig({ topic, config }: OperationOf<'alterConfig'>, send: SendRequest): void {
  const configs = Object.entries(config).map(([name, value]) => ({
    name,
    configOperation: value === null ? deleteConfig : setConfig,
    value,
  }));
  const resource = { resourceType: topicResource, resourceName: topic, configs };
  send(Api.incrementalAlterConfigs, { resources: [resource], validateOnly: false });
}

function electLeaders(
  operation: OperationOf<'electLeaders'>,
  send: SendRequest,
  timeoutMs: number,
): void {
  const { topic, partition } = partitionOf(operation.partition);
  send(Api.electLeaders, {
    electionType: operation.election === 'preferred' ? preferredElection : uncleanElection,
    topicPartitions: [{ topic, partitions: [partition] }],
    timeoutMs,
  });
}

function reassign(operation: OperationOf<'reassign'>, send: SendRequest, timeoutMs: number): void {
  const { topic, partition } = partitionOf(operation.partition);
  const partitions = [{ partitionIndex: partition, replicas: operation.replicas }];
  send(Api.alterPartitionReassignments, {
    timeoutMs,
    allowReplicationFactorChange: true,
    topics: [{ name: topic, partitions }],
  });
}

/** A name without a number means the first partition. */
function partitionOf(name: string): TopicPartition {
  return parseTopicPartition(name) ?? topicPartition(name, 0);
}

function errorsIn(response: Response): readonly ErrorName[] {
  switch (response.apiKey) {
    case Api.createTopics:
      return response.body.topics.map(({ errorCode }) => errorCode);
    case Api.deleteTopics:
      return response.body.responses.map(({ errorCode }) => errorCode);
    case Api.createPartitions:
      return response.body.results.map(({ errorCode }) => errorCode);
    case Api.incrementalAlterConfigs:
      return response.body.responses.map(({ errorCode }) => errorCode);
    case Api.electLeaders:
      return [
        response.body.errorCode,
        ...response.body.replicaElectionResults
          .flatMap(({ partitionResult }) => partitionResult)
          .map(({ errorCode }) => errorCode),
      ];
    case Api.alterPartitionReassignments:
      return [
        response.body.errorCode,
        ...response.body.responses
          .flatMap(({ partitions }) => partitions)
          .map(({ errorCode }) => errorCode),
      ];
    default:
      return ['UNKNOWN_SERVER_ERROR'];
  }
}
