import { type Context } from '../../kernel/process.ts';
import { type Random } from '../../kernel/random.ts';
import { Api, type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type FetchHandler } from '../fetch/fetch-handler.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type ProduceHandler } from '../produce/produce-handler.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { apiVersionsResponse, isServed } from '../server/api-versions.ts';
import { type Exchange } from '../server/request-server.ts';
import { describeCluster, findCoordinator } from './cluster-handlers.ts';
import { deleteRecords } from './delete-records.ts';
import { describeTopicPartitions } from './describe-topic-partitions.ts';
import { type Forwarder } from './forwarder.ts';
import { initProducerId } from './init-producer-id.ts';
import { listOffsets } from './list-offsets.ts';
import { type MetadataHandler } from './metadata-handler.ts';
import { offsetForLeaderEpoch } from './offset-for-leader-epoch.ts';
import { type ProducerIds } from './producer-ids.ts';

export interface RouterParts {
  readonly context: Context<Frame, Fact>;
  readonly clusterId: string;
  readonly image: MetadataImage;
  readonly hosted: HostedPartitions;
  readonly random: Random;
  readonly produce: ProduceHandler;
  readonly fetch: FetchHandler;
  readonly metadata: MetadataHandler;
  readonly forwarder: Forwarder;
  readonly producerIds: ProducerIds;
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
    const { context, image, hosted, metadata, producerIds, forwarder } = this.#parts;
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
      case Api.initProducerId:
        initProducerId(exchange, request.body, producerIds);
        return;
      case Api.findCoordinator:
        findCoordinator(exchange, request.body);
        return;
      case Api.describeCluster:
        describeCluster(exchange, request.body, this.#parts);
        return;
      case Api.describeTopicPartitions:
        describeTopicPartitions(exchange, request.body, image, this.#parts.maxPartitions);
        return;
      case Api.apiVersions:
        exchange.respond(Api.apiVersions, apiVersionsResponse(image, request.apiVersion));
        return;
      default:
        forwarder.forward(exchange);
    }
  }
}
