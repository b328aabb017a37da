import { type Random } from '../kernel/random.ts';
import {
  type CreatableTopic,
  type CreateTopicsRequest,
} from '../protocol/messages/create-topics-request.ts';
import {
  type CreatableTopicResult,
  type CreateTopicsResponse,
} from '../protocol/messages/create-topics-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { topicNameProblem } from '../protocol/topic-name.ts';
import { randomUuid } from '../protocol/uuid.ts';
import { clearedElrs, configChange, configOperation } from './alter-configs.ts';
import { configResource } from './config-state.ts';
import {
  type ApiError,
  apiError,
  type ControllerResult,
  decided,
  immediate,
  maxRecordsPerUserOperation,
  noError,
} from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { effectiveTopicConfigs } from './effective-topic-configs.ts';
import { createTopicsError, failedTopic } from './error-answers.ts';
import { newPartitions } from './new-partitions.ts';
import { partitionRecord } from './partition-registration.ts';
import { type ReplicaPlacer } from './placement.ts';

const metadataTopic = '__cluster_metadata';

export interface TopicCreator {
  readonly placer: ReplicaPlacer;
  readonly topicIds: Random;
}

/** Creates topics (`ControllerApis.createTopics`, `ReplicationControlManager.createTopics`). */
export function createTopics(
  state: ControllerState,
  creator: TopicCreator,
  request: CreateTopicsRequest,
): ControllerResult<CreateTopicsResponse> {
  const { single, repeated } = byMentions(request.topics);
  const prohibited = single.filter(({ name }) => name === metadataTopic);
  const wanted = single.filter(({ name }) => name !== metadataTopic);
  if (partitionCount(wanted, state.setup.config.numPartitions) > maxRecordsPerUserOperation) {
    const text = 'Excessively large number of partitions per request.';
    return immediate(createTopicsError(request, apiError('POLICY_VIOLATION', text)));
  }
  const records: MetadataRecord[] = [];
  const topics = wanted.map((topic) => {
    const created = createTopic(state, creator, topic);
    if ('error' in created) return failedTopic(topic.name, created);
    records.push(...created.records);
    return created.result;
  });
  for (const name of repeated) {
    topics.push(failedTopic(name, apiError('INVALID_REQUEST', 'Duplicate topic name.')));
  }
  for (const { name } of prohibited) {
    const text = `Creation of internal topic ${metadataTopic} is prohibited.`;
    topics.push(failedTopic(name, apiError('INVALID_REQUEST', text)));
  }
  const body: CreateTopicsResponse = { throttleTimeMs: 0, topics };
  if (wanted.length === 0) return immediate(body);
  return decided(request.validateOnly ? [] : records, body, { isAtomic: true });
}

function byMentions(topics: readonly CreatableTopic[]) {
  const mentions = new Map<string, number>();
  for (const { name } of topics) mentions.set(name, (mentions.get(name) ?? 0) + 1);
  const single = topics.filter(({ name }) => mentions.get(name) === 1);
  const repeated = [...mentions].filter(([, count]) => count > 1).map(([name]) => name);
  return { single, repeated };
}

function partitionCount(topics: readonly CreatableTopic[], defaultPartitions: number): number {
  return topics.reduce((sum, { assignments, numPartitions }) => {
    if (assignments.length > 0) return sum + assignments.length;
    return sum + (numPartitions === -1 ? defaultPartitions : Math.max(numPartitions, 0));
  }, 0);
}

interface CreatedTopic {
  readonly records: readonly MetadataRecord[];
  readonly result: CreatableTopicResult;
}

function createTopic(
  state: ControllerState,
  { placer, topicIds }: TopicCreator,
  topic: CreatableTopic,
): ApiError | CreatedTopic {
  const { name } = topic;
  const problem = nameProblem(state, name);
  if (problem.error !== 'NONE') return problem;
  const target = { resourceType: configResource.topic, resourceName: name };
  const nullConfigs = topic.configs.filter(({ value }) => value === null);
  if (nullConfigs.length > 0) {
    const names = nullConfigs.map((config) => config.name).join(',');
    return apiError('INVALID_CONFIG', `Null value not supported for topic configs: ${names}`);
  }
  const sets = topic.configs.map((config) => {
    return { name: config.name, configOperation: configOperation.set, value: config.value };
  });
  const configRecords = configChange(state, target, sets);
  if ('error' in configRecords) return configRecords;

  const partitions = newPartitions(state, placer, topic);
  if ('error' in partitions) return partitions;
  const topicId = randomUuid(topicIds);
  const own = new Map(configRecords.map((record) => [record.name, record.value ?? '']));
  return {
    // In Kafka's order: the partitions are last.
    records: [
      { type: 'TopicRecord', name, topicId },
      ...configRecords,
      ...clearedElrs(state, configRecords),
      ...partitions.map((partition, index) => partitionRecord(topicId, index, partition)),
    ],
    result: {
      name,
      topicId,
      errorCode: 'NONE',
      errorMessage: null,
      topicConfigErrorCode: 'NONE',
      numPartitions: partitions.length,
      replicationFactor: partitions[0]?.replicas.length ?? 0,
      configs: effectiveTopicConfigs(state, own),
    },
  };
}

function nameProblem({ topics }: ControllerState, name: string): ApiError {
  if (topics.named(name) !== undefined) {
    return apiError('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`);
  }
  const colliding = topics.collidingWith(name);
  if (colliding !== undefined) {
    const text = `Topic '${name}' collides with existing topic: ${colliding}`;
    return apiError('INVALID_TOPIC_EXCEPTION', text);
  }
  const problem = topicNameProblem(name);
  return problem === undefined ? noError : apiError('INVALID_TOPIC_EXCEPTION', problem);
}
