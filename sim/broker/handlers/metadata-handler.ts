import { type Random } from '../../kernel/random.ts';
import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import {
  type MetadataRequest,
  type MetadataRequestTopic,
} from '../../protocol/messages/metadata-request.ts';
import {
  type MetadataResponse,
  type MetadataResponsePartition,
  type MetadataResponseTopic,
} from '../../protocol/messages/metadata-response.ts';
import { isInternalTopic, topicNameProblem } from '../../protocol/topic-name.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type MetadataImage, type TopicImage } from '../metadata/metadata-image.ts';
import { noLeader, type PartitionRegistration } from '../metadata/partition-registration.ts';
import { type Exchange } from '../server/request-server.ts';
import { type AutoTopicCreation } from './auto-topic-creation.ts';
import { allOperationsOn, notAsked } from './authorized-operations.ts';

/** A request of before version 12 cannot name topics by id. */
const firstVersionWithTopicIds = 12;
/** Before, a leader without a listener counted as not available. */
const firstVersionWithListenerErrors = 6;
const clusterOperationsVersions = { first: 8, last: 10 };

/**
 * Answers Metadata from what this broker has replayed of the controller's log, be it late
 * (`KafkaApis.handleTopicMetadataRequest`).
 */
export class MetadataHandler {
  readonly #image: MetadataImage;
  readonly #clusterId: string;
  readonly #random: Random;
  /** Undefined where the broker does not create topics by itself. */
  readonly #autoCreation: AutoTopicCreation | undefined;

  constructor(
    image: MetadataImage,
    clusterId: string,
    random: Random,
    autoCreation: AutoTopicCreation | undefined,
  ) {
    this.#image = image;
    this.#clusterId = clusterId;
    this.#random = random;
    this.#autoCreation = autoCreation;
  }

  handle(exchange: Exchange, request: MetadataRequest): void {
    const version = exchange.request.apiVersion;
    exchange.respond(Api.metadata, this.answer(request, version));
  }

  answer(request: MetadataRequest, version: number): MetadataResponse {
    const asked = request.topics ?? [];
    const isAllTopics = request.topics === null || (version === 0 && asked.length === 0);
    if (!isAllTopics && version < firstVersionWithTopicIds && asked.some(namesTopicById)) {
      return invalidRequest(asked);
    }
    const topics = isAllTopics
      ? [...this.#image.topicsByName.values()].map((topic) => this.#describe(topic, version))
      : this.#describeAsked(request, version);
    return {
      throttleTimeMs: 0,
      brokers: this.#aliveBrokers(),
      clusterId: this.#clusterId,
      controllerId: this.#anyAliveBroker(),
      topics: request.includeTopicAuthorizedOperations ? topics.map(withOperations) : topics,
      clusterAuthorizedOperations:
        request.includeClusterAuthorizedOperations &&
        version >= clusterOperationsVersions.first &&
        version <= clusterOperationsVersions.last
          ? allOperationsOn.cluster
          : notAsked,
      errorCode: 'NONE',
    };
  }

  /**
   * If any topic is named by its id, those named by name only are passed over. Unknown ids come first.
   */
  #describeAsked(request: MetadataRequest, version: number): MetadataResponseTopic[] {
    const asked = request.topics ?? [];
    const ids = new Set(asked.map((topic) => topic.topicId).filter((id) => id !== zeroUuid));
    if (ids.size > 0) {
      const topicOf = (id: string): TopicImage | undefined => this.#image.topicsById.get(id);
      const unknown = [...ids].filter((id) => topicOf(id) === undefined);
      return [
        ...unknown.map((id) => emptyTopic('UNKNOWN_TOPIC_ID', null, id)),
        ...[...ids]
          .flatMap((id) => topicOf(id) ?? [])
          .map((topic) => this.#describe(topic, version)),
      ];
    }
    const names = new Set(asked.map((topic) => topic.name ?? ''));
    const missing: string[] = [];
    const found: MetadataResponseTopic[] = [];
    for (const name of names) {
      const topic = this.#image.topicsByName.get(name);
      if (topic === undefined || topic.partitions.length === 0) missing.push(name);
      else found.push(this.#describe(topic, version));
    }
    if (missing.length > 0) found.push(...this.#missing(missing, request.allowAutoTopicCreation));
    return found;
  }

  #missing(names: readonly string[], mayCreate: boolean): MetadataResponseTopic[] {
    const creation = mayCreate ? this.#autoCreation : undefined;
    const errors = creation?.create(names) ?? names.map(errorOfMissing);
    return names.map((name, index) =>
      emptyTopic(errors[index] ?? 'UNKNOWN_TOPIC_OR_PARTITION', name, zeroUuid),
    );
  }

  #describe(topic: TopicImage, version: number): MetadataResponseTopic {
    return {
      errorCode: 'NONE',
      name: topic.name,
      topicId: topic.topicId,
      isInternal: topic.isInternal,
      partitions: topic.partitions.map((registration, index) =>
        this.#describePartition(registration, index, version),
      ),
      topicAuthorizedOperations: notAsked,
    };
  }

  #describePartition(
    registration: PartitionRegistration,
    partitionIndex: number,
    version: number,
  ): MetadataResponsePartition {
    const { leader, leaderEpoch, replicas, isr } = registration;
    const hasLeader = this.#image.endpointOf(leader) !== undefined;
    // Version 0 leaves out who is not alive, and says that someone is missing.
    const replicaNodes = version === 0 ? replicas.filter((id) => this.#isAlive(id)) : replicas;
    const isrNodes = version === 0 ? isr.filter((id) => this.#isAlive(id)) : isr;
    const isComplete = replicaNodes.length === replicas.length && isrNodes.length === isr.length;
    const errorWithLeader: ErrorName = isComplete ? 'NONE' : 'REPLICA_NOT_AVAILABLE';
    return {
      errorCode: hasLeader ? errorWithLeader : this.#leaderError(leader, version),
      partitionIndex,
      leaderId: hasLeader ? leader : noLeader,
      leaderEpoch,
      replicaNodes,
      isrNodes,
      offlineReplicas: replicas.filter((id) => !this.#isAlive(id)),
    };
  }

  #leaderError(leader: number, version: number): ErrorName {
    const isRegistered = this.#image.brokers.has(leader);
    return isRegistered && version >= firstVersionWithListenerErrors
      ? 'LISTENER_NOT_FOUND'
      : 'LEADER_NOT_AVAILABLE';
  }

  #isAlive(brokerId: number): boolean {
    const broker = this.#image.brokers.get(brokerId);
    return broker !== undefined && !broker.isFenced && broker.endpoints.length > 0;
  }

  #aliveBrokers(): MetadataResponse['brokers'] {
    const alive: MetadataResponse['brokers'][number][] = [];
    for (const broker of this.#image.brokers.values()) {
      const endpoint = broker.endpoints[0];
      if (broker.isFenced || endpoint === undefined) continue;
      const { host, port } = endpoint;
      alive.push({ nodeId: broker.brokerId, host, port, rack: broker.rack });
    }
    return alive;
  }

  /** Under KRaft clients are not told the controller: any broker forwards to it. */
  #anyAliveBroker(): number {
    const alive = [...this.#image.brokers.values()].filter((broker) => !broker.isFenced);
    return alive.length === 0 ? -1 : this.#random.pick(alive).brokerId;
  }
}

function namesTopicById(topic: MetadataRequestTopic): boolean {
  return topic.name === null || topic.topicId !== zeroUuid;
}

function errorOfMissing(name: string): ErrorName {
  return topicNameProblem(name) === undefined
    ? 'UNKNOWN_TOPIC_OR_PARTITION'
    : 'INVALID_TOPIC_EXCEPTION';
}

function emptyTopic(
  errorCode: ErrorName,
  name: string | null,
  topicId: string,
): MetadataResponseTopic {
  return {
    errorCode,
    name,
    topicId,
    isInternal: name !== null && isInternalTopic(name),
    partitions: [],
    topicAuthorizedOperations: notAsked,
  };
}

/** Of a topic without a name nothing can be said. */
function withOperations(topic: MetadataResponseTopic): MetadataResponseTopic {
  if (topic.name === null) return topic;
  const { errorCode, name, topicId, isInternal, partitions } = topic;
  const topicAuthorizedOperations = allOperationsOn.topic;
  return { errorCode, name, topicId, isInternal, partitions, topicAuthorizedOperations };
}

function invalidRequest(asked: readonly MetadataRequestTopic[]): MetadataResponse {
  return {
    throttleTimeMs: 0,
    brokers: [],
    clusterId: null,
    controllerId: -1,
    topics: asked.map(({ name, topicId }) => ({
      ...emptyTopic('INVALID_REQUEST', name ?? '', topicId),
      isInternal: false,
    })),
    clusterAuthorizedOperations: notAsked,
    errorCode: 'INVALID_REQUEST',
  };
}
