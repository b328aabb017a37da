import { ConfigError } from '../../sim/config-error.ts';
import {
  Api,
  type ApiKey,
  frameOverheadBytes,
  newestVersion,
  type Request,
  type Response,
  type ResponseBodies,
} from '../../sim/protocol/api.ts';
import { responseFrame } from '../../sim/protocol/frames.ts';
import { type ErrorName } from '../../sim/protocol/errors.ts';
import { type ApiVersionsResponse } from '../../sim/protocol/messages/api-versions-response.ts';
import { type MetadataRequest } from '../../sim/protocol/messages/metadata-request.ts';
import {
  type MetadataResponse,
  type MetadataResponseTopic,
} from '../../sim/protocol/messages/metadata-response.ts';
import { type PartitionProduceData } from '../../sim/protocol/messages/produce-request.ts';
import { type ProduceRequest } from '../../sim/protocol/messages/produce-request.ts';
import {
  type PartitionProduceResponse,
  type ProduceResponse,
} from '../../sim/protocol/messages/produce-response.ts';
import { type ClientStepOf, type Given, type PartitionAnswer } from './client-case.ts';
import { listenerOf, topicIdOf, topicNameOf } from './scripted-addresses.ts';
import { consumerGroupHeartbeat } from './scripted-consumer-group.ts';
import { ScriptedGroup } from './scripted-group.ts';
import { answerOf, leadersIn, ScriptedReads } from './scripted-reads.ts';
import { ScriptedTransactions } from './scripted-transactions.ts';

/** What a step says about an answer; what it leaves out is as if all went well. */
export type AnswerScript = Partial<
  Omit<ClientStepOf<'answer'>, 'kind' | 'answer' | 'saw' | 'state'>
>;

function answerTo<K extends ApiKey>(
  request: Request & { readonly apiKey: K },
  body: ResponseBodies[K],
): Response {
  return responseFrame(request.apiKey, request, body, frameOverheadBytes);
}

/** The cluster as far as a client can see it, and what it answers. */
export class ScriptedAnswers {
  #topics: Given['cluster']['topics'];
  readonly #reads: ScriptedReads;
  readonly #group = new ScriptedGroup();
  readonly #nodes: readonly number[];
  readonly #features: Given['features'];
  /** By partition. */
  readonly #nextOffsets = new Map<string, number>();
  readonly #transactions = new ScriptedTransactions();

  constructor(given: Given) {
    const { cluster, features } = given;
    this.#topics = cluster.topics;
    this.#reads = new ScriptedReads(given);
    this.#nodes = cluster.nodes;
    this.#features = features;
  }

  set committed(committed: Given['committed']) {
    this.#reads.committed = committed;
  }

  /** From now on the cluster is another one. */
  change({ topics, coordinator }: ClientStepOf<'cluster'>['cluster']): void {
    this.#topics = topics ?? this.#topics;
    if (topics !== undefined) this.#reads.topics = topics;
    if (coordinator !== undefined) this.#reads.coordinator = coordinator;
  }

  /** @throws {ConfigError} If it does not know how to answer such a request. */
  answer(request: Request, script: AnswerScript): Response {
    const throttleTimeMs = script.throttle ?? 0;
    switch (request.apiKey) {
      case Api.apiVersions:
        return answerTo(request, { ...this.#versions(), throttleTimeMs });
      case Api.metadata:
        return answerTo(request, { ...this.#metadata(request.body, script), throttleTimeMs });
      case Api.produce:
        return answerTo(request, { ...this.#produce(request.body, script), throttleTimeMs });
      default:
        return this.#answerReader(request, script);
    }
  }

  #answerProducer(request: Request, script: AnswerScript): Response {
    const transactions = this.#transactions;
    switch (request.apiKey) {
      case Api.initProducerId:
        return answerTo(request, transactions.producerId(request.body, script));
      case Api.addPartitionsToTxn:
        return answerTo(request, transactions.addPartitions(request.body, script));
      case Api.addOffsetsToTxn:
        return answerTo(request, transactions.addOffsets(script));
      case Api.txnOffsetCommit:
        return answerTo(request, transactions.commitOffsets(request.body, script));
      case Api.endTxn:
        return answerTo(request, transactions.endTxn(request.body, request.apiVersion, script));
      default:
        throw new ConfigError('answer', `cannot answer request ${request.apiKey}`);
    }
  }

  #answerReader(request: Request, script: AnswerScript): Response {
    const reads = this.#reads;
    switch (request.apiKey) {
      case Api.fetch:
        return answerTo(request, reads.fetch(request.body, script));
      case Api.listOffsets:
        return answerTo(request, reads.listOffsets(request.body, script));
      case Api.offsetForLeaderEpoch:
        return answerTo(request, reads.epochEnds(request.body, script));
      case Api.findCoordinator:
        return answerTo(request, reads.coordinators(request.body, script));
      case Api.offsetFetch:
        return answerTo(request, reads.committedOffsets(request.body, script));
      default:
        return this.#answerMember(request, script);
    }
  }

  #answerMember(request: Request, script: AnswerScript): Response {
    const group = this.#group;
    switch (request.apiKey) {
      case Api.joinGroup:
        return answerTo(request, group.join(request.body, script));
      case Api.syncGroup:
        return answerTo(request, group.sync(request.body, script));
      case Api.heartbeat:
        return answerTo(request, group.heartbeat(script));
      case Api.leaveGroup:
        return answerTo(request, group.leave(request.body, script));
      case Api.offsetCommit:
        return answerTo(request, group.commit(request.body, script));
      case Api.consumerGroupHeartbeat:
        return answerTo(request, consumerGroupHeartbeat(request.body, script));
      default:
        return this.#answerProducer(request, script);
    }
  }

  #versions(): ApiVersionsResponse {
    const apiKeys = Object.values(Api).map((apiKey) => ({
      apiKey,
      minVersion: 0,
      maxVersion: newestVersion[apiKey],
    }));
    const finalizedFeatures = Object.entries(this.#features).map(([name, level]) => ({
      name,
      maxVersionLevel: level,
      minVersionLevel: level,
    }));
    return {
      errorCode: 'NONE',
      apiKeys,
      throttleTimeMs: 0,
      supportedFeatures: [],
      finalizedFeaturesEpoch: 1,
      finalizedFeatures,
      zkMigrationReady: false,
    };
  }

  #metadata({ topics }: MetadataRequest, { topicError }: AnswerScript): MetadataResponse {
    const names = topics?.map(({ name }) => name ?? '') ?? Object.keys(this.#topics);
    return {
      throttleTimeMs: 0,
      brokers: this.#nodes.map((nodeId) => ({ nodeId, ...listenerOf(nodeId), rack: null })),
      clusterId: 'scripted',
      controllerId: this.#nodes[0] ?? -1,
      topics: names.map((name) => this.#topic(name, topicError)),
      clusterAuthorizedOperations: -1,
      errorCode: 'NONE',
    };
  }

  #topic(name: string, topicError: ErrorName | undefined): MetadataResponseTopic {
    const partitions = this.#topics[name];
    const unknown = partitions === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'NONE';
    const errorCode = topicError ?? unknown;
    const known = errorCode === 'NONE' ? (partitions ?? []) : [];
    return {
      errorCode,
      name,
      topicId: topicIdOf(name),
      isInternal: false,
      partitions: known.map(([leaderId, leaderEpoch], partitionIndex) => ({
        errorCode: leaderId < 0 ? 'LEADER_NOT_AVAILABLE' : 'NONE',
        partitionIndex,
        leaderId,
        leaderEpoch,
        replicaNodes: this.#nodes,
        isrNodes: this.#nodes,
        offlineReplicas: [],
      })),
      topicAuthorizedOperations: -1,
    };
  }

  #produce(
    { topicData }: ProduceRequest,
    script: AnswerScript,
  ): Omit<ProduceResponse, 'throttleTimeMs'> {
    const responses = topicData.map(({ name, topicId, partitionData }) => {
      const topic = name === '' ? topicNameOf(topicId) : name;
      const answer = (data: PartitionProduceData): PartitionProduceResponse => {
        const partition = `${topic}-${data.index}`;
        return this.#appended(partition, data, answerOf(script, partition));
      };
      return { name: '', topicId, partitionResponses: partitionData.map(answer) };
    });
    const nodeEndpoints = leadersIn(script).map((nodeId) => ({
      nodeId,
      ...listenerOf(nodeId),
      rack: null,
    }));
    return { responses, nodeEndpoints };
  }

  #appended(
    partition: string,
    { index, records }: PartitionProduceData,
    { error = 'NONE', offset, logStart = 0, leader, recordErrors = [] }: PartitionAnswer,
  ): PartitionProduceResponse {
    const [leaderId, leaderEpoch] = leader ?? [-1, -1];
    const next = offset ?? this.#nextOffsets.get(partition) ?? 0;
    const count = records?.[0]?.records.length ?? 0;
    if (error === 'NONE') this.#nextOffsets.set(partition, next + count);
    return {
      index,
      errorCode: error,
      baseOffset: error === 'NONE' ? next : -1,
      logAppendTimeMs: -1,
      logStartOffset: logStart,
      recordErrors: recordErrors.map((batchIndex) => ({
        batchIndex,
        batchIndexErrorMessage: null,
      })),
      errorMessage: null,
      currentLeader: { leaderId, leaderEpoch },
    };
  }
}
