import { type Context } from '../../kernel/process.ts';
import { type Random } from '../../kernel/random.ts';
import { Api, type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import {
  type FindCoordinatorParts,
  findCoordinator,
} from '../coordinator/group/find-coordinator.ts';
import {
  consumerGroupDescribe,
  consumerGroupHeartbeat,
} from '../coordinator/group/consumer-group-requests.ts';
import {
  deleteGroups,
  describeGroups,
  listGroups,
} from '../coordinator/group/group-administration.ts';
import {
  type GroupRequestParts,
  heartbeat,
  joinGroup,
  leaveGroup,
  syncGroup,
} from '../coordinator/group/group-requests.ts';
import {
  type OffsetCommitParts,
  offsetCommit,
} from '../coordinator/group/offset-commit-request.ts';
import { offsetDelete } from '../coordinator/group/offset-delete-request.ts';
import { offsetFetch } from '../coordinator/group/offset-fetch-request.ts';
import {
  txnOffsetCommit,
  type TxnOffsetCommitParts,
} from '../coordinator/group/offsets/txn-offset-commit-request.ts';
import {
  type DescriptionParts,
  describeTransactions,
  listTransactions,
} from '../coordinator/transaction/transaction-descriptions.ts';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  type TransactionRequestParts,
} from '../coordinator/transaction/transaction-requests.ts';
import {
  writeTxnMarkers,
  type WriteMarkersParts,
} from '../coordinator/transaction/write-markers-request.ts';
import { type FetchHandler } from '../fetch/fetch-handler.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type ProduceHandler } from '../produce/produce-handler.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { apiVersionsResponse, isServed } from '../server/api-versions.ts';
import { type Exchange } from '../server/request-server.ts';
import { alterConfigs } from './alter-configs.ts';
import { describeCluster } from './cluster-handlers.ts';
import { deleteRecords } from './delete-records.ts';
import { describeProducers } from './describe-producers.ts';
import { describeTopicPartitions } from './describe-topic-partitions.ts';
import { type Forwarder } from './forwarder.ts';
import { initProducerId, type InitProducerIdParts } from './init-producer-id.ts';
import { listOffsets } from './list-offsets.ts';
import { type MetadataHandler } from './metadata-handler.ts';
import { offsetForLeaderEpoch } from './offset-for-leader-epoch.ts';

export interface RouterParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly clusterId: string;
  readonly image: MetadataImage;
  readonly hosted: HostedPartitions;
  readonly random: Random;
  readonly produce: ProduceHandler;
  readonly fetch: FetchHandler;
  readonly metadata: MetadataHandler;
  readonly forwarder: Forwarder;
  readonly groupRequests: FindCoordinatorParts & GroupRequestParts & OffsetCommitParts;
  readonly transactionRequests: TransactionRequestParts &
    DescriptionParts &
    WriteMarkersParts &
    InitProducerIdParts &
    TxnOffsetCommitParts;
  /** `max.request.partition.size.limit` */
  readonly maxPartitions: number;
}

/** Gives each request to its handler (`KafkaApis.handle`). */
export class Router {
  readonly #parts: RouterParts;

  constructor(parts: RouterParts) {
    this.#parts = parts;
  }

  handle(exchange: Exchange): void {
    const { request } = exchange;
    const { produce, fetch } = this.#parts;
    const isKnown = isServed(request.apiKey, request.apiVersion);
    if (!isKnown && request.apiKey !== Api.apiVersions) exchange.closeConnection();
    else if (request.apiKey === Api.produce) produce.handle(exchange, request.body);
    else if (request.apiKey === Api.fetch) fetch.handle(exchange, request.body);
    else this.#handleRare(exchange);
  }

  #handleRare(exchange: Exchange): void {
    const { request } = exchange;
    const { context, image, hosted, metadata, forwarder } = this.#parts;
    switch (request.apiKey) {
      case Api.metadata:
        metadata.handle(exchange, request.body);
        return;
      case Api.listOffsets:
        listOffsets(exchange, request.body, hosted);
        return;
      case Api.offsetForLeaderEpoch:
        offsetForLeaderEpoch(exchange, request.body, hosted);
        return;
      case Api.deleteRecords:
        deleteRecords(exchange, request.body, hosted, context);
        return;
      case Api.describeCluster:
        describeCluster(exchange, request.body, this.#parts);
        return;
      case Api.describeTopicPartitions:
        describeTopicPartitions(exchange, request.body, image, this.#parts.maxPartitions);
        return;
      case Api.incrementalAlterConfigs:
        alterConfigs(exchange, request.body, this.#parts);
        return;
      case Api.apiVersions:
        exchange.respond(Api.apiVersions, apiVersionsResponse(image, request.apiVersion));
        return;
      default:
        if (this.#handleGroups(exchange) || this.#handleTransactions(exchange)) return;
        forwarder.forward(exchange);
    }
  }

  /** Whether the request is one of groups. */
  #handleGroups(exchange: Exchange): boolean {
    return (
      this.#handleMembers(exchange) ||
      this.#handleOffsets(exchange) ||
      this.#handleAdministration(exchange)
    );
  }

  #handleMembers(exchange: Exchange): boolean {
    const { request } = exchange;
    const { groupRequests } = this.#parts;
    switch (request.apiKey) {
      case Api.joinGroup:
        joinGroup(exchange, request.body, groupRequests);
        return true;
      case Api.syncGroup:
        syncGroup(exchange, request.body, groupRequests);
        return true;
      case Api.heartbeat:
        heartbeat(exchange, request.body, groupRequests);
        return true;
      case Api.leaveGroup:
        leaveGroup(exchange, request.body, groupRequests);
        return true;
      case Api.consumerGroupHeartbeat:
        consumerGroupHeartbeat(exchange, request.body, groupRequests);
        return true;
      default:
        return false;
    }
  }

  #handleAdministration(exchange: Exchange): boolean {
    const { request } = exchange;
    const { groupRequests } = this.#parts;
    switch (request.apiKey) {
      case Api.describeGroups:
        describeGroups(exchange, request.body, groupRequests);
        return true;
      case Api.consumerGroupDescribe:
        consumerGroupDescribe(exchange, request.body, groupRequests);
        return true;
      case Api.listGroups:
        listGroups(exchange, request.body, groupRequests);
        return true;
      case Api.deleteGroups:
        deleteGroups(exchange, request.body, groupRequests);
        return true;
      default:
        return false;
    }
  }

  #handleOffsets(exchange: Exchange): boolean {
    const { request } = exchange;
    const { groupRequests } = this.#parts;
    switch (request.apiKey) {
      case Api.findCoordinator:
        findCoordinator(exchange, request.body, groupRequests);
        return true;
      case Api.offsetCommit:
        offsetCommit(exchange, request.body, groupRequests);
        return true;
      case Api.offsetFetch:
        offsetFetch(exchange, request.body, groupRequests);
        return true;
      case Api.offsetDelete:
        offsetDelete(exchange, request.body, groupRequests);
        return true;
      default:
        return false;
    }
  }

  /** Whether the request is one of producers and their transactions. */
  #handleTransactions(exchange: Exchange): boolean {
    const { request } = exchange;
    const { transactionRequests: parts } = this.#parts;
    switch (request.apiKey) {
      case Api.initProducerId:
        initProducerId(exchange, request.body, parts);
        return true;
      case Api.addPartitionsToTxn:
        addPartitionsToTxn(exchange, request.body, parts);
        return true;
      case Api.addOffsetsToTxn:
        addOffsetsToTxn(exchange, request.body, parts);
        return true;
      case Api.txnOffsetCommit:
        txnOffsetCommit(exchange, request.body, parts);
        return true;
      case Api.endTxn:
        endTxn(exchange, request.body, parts);
        return true;
      case Api.writeTxnMarkers:
        writeTxnMarkers(exchange, request.body, parts);
        return true;
      case Api.describeProducers:
        describeProducers(exchange, request.body, parts);
        return true;
      case Api.describeTransactions:
        describeTransactions(exchange, request.body, parts);
        return true;
      case Api.listTransactions:
        listTransactions(exchange, request.body, parts);
        return true;
      default:
        return false;
    }
  }
}
