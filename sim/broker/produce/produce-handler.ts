import { type Context } from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { Api, type Frame } from '../../protocol/api.ts';
import { type ProduceRequest } from '../../protocol/messages/produce-request.ts';
import {
  type PartitionProduceResponse,
  type TopicProduceResponse,
} from '../../protocol/messages/produce-response.ts';
import { isInternalTopic } from '../../protocol/topic-name.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type Fact } from '../../trace.ts';
import { type HintedEndpoint, type LeaderHints } from '../handlers/leader-hints.ts';
import { notVerified } from '../log/leader-append.ts';
import { noGuard, type VerificationGuard } from '../log/transaction-verification.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { appendToLeader } from '../replica/leader-append.ts';
import { type PurgatoryChecks } from '../replica/purgatory-checks.ts';
import { type Exchange } from '../server/request-server.ts';
import { DelayedProduce } from './delayed-produce.ts';
import { recordAnswered } from './produce-answered.ts';
import {
  produceOperation,
  type ProduceVerificationParts,
  unverified,
  verifyingOf,
  verifyProduce,
} from './produce-verification.ts';
import { ProducedPartition } from './produced-partition.ts';
import { recordSetError, requestError } from './record-set-checks.ts';
import { nothingVerified, type Verified } from './transaction-verifier.ts';

export interface ProduceHandlerParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly image: MetadataImage;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
  readonly hints: LeaderHints;
  readonly verification: ProduceVerificationParts;
}

const firstVersionWithLeaderHints = 10;
/** From here on topics are named by id. */
const firstVersionWithTopicIds = 13;
/** The one client that may write to internal topics. */
const adminClientId = '__admin_client';

/** Answers Produce (`KafkaApis.handleProduceRequest`, `ReplicaManager.handleProduceAppend`). */
export class ProduceHandler {
  readonly #parts: ProduceHandlerParts;

  constructor(parts: ProduceHandlerParts) {
    this.#parts = parts;
  }

  handle(exchange: Exchange, request: ProduceRequest): void {
    const error = requestError(request);
    const unknown: ProducedPartition[] = [];
    const invalid: ProducedPartition[] = [];
    const usable: ProducedPartition[] = [];
    for (const produced of this.#partitions(exchange, request, unknown)) {
      const recordError = recordSetError(produced.batches, exchange.request.apiVersion);
      if (error !== 'NONE') {
        produced.refuse(error);
        invalid.push(produced);
      } else if (this.#parts.image.partition(produced.topic, produced.index) === undefined) {
        produced.refuse('UNKNOWN_TOPIC_OR_PARTITION');
        unknown.push(produced);
      } else if (recordError !== 'NONE') {
        produced.refuse(recordError);
        invalid.push(produced);
      } else {
        usable.push(produced);
      }
    }
    const all =
      unknown.length + invalid.length === 0 ? usable : [...usable, ...unknown, ...invalid];
    const operation = produceOperation(exchange.request.apiVersion);
    const verifying = verifyingOf(request.transactionalId, usable, operation);
    if (verifying === undefined) {
      this.#append(exchange, request, usable, nothingVerified);
      this.#conclude(exchange, request, usable, all);
      return;
    }
    const { verification, checks } = this.#parts;
    let isAtOnce = true;
    verifyProduce(verification, verifying, (verified) => {
      this.#append(exchange, request, usable, verified);
      this.#conclude(exchange, request, usable, all);
      if (!isAtOnce) checks.run();
    });
    isAtOnce = false;
  }

  /** Those of unknown topic ids go to `unknown` at once. */
  #partitions(
    exchange: Exchange,
    request: ProduceRequest,
    unknown: ProducedPartition[],
  ): ProducedPartition[] {
    const { image } = this.#parts;
    const usesIds = exchange.request.apiVersion >= firstVersionWithTopicIds;
    const partitions: ProducedPartition[] = [];
    for (const { name, topicId, partitionData } of request.topicData) {
      const known = usesIds ? image.topicsById.get(topicId) : image.topicsByName.get(name);
      const topic = known?.name ?? name;
      const id = usesIds ? topicId : (known?.topicId ?? zeroUuid);
      for (const { index, records } of partitionData) {
        const produced = new ProducedPartition(topic, id, index, records ?? []);
        if (usesIds && known === undefined) {
          produced.refuse('UNKNOWN_TOPIC_ID');
          unknown.push(produced);
        } else {
          partitions.push(produced);
        }
      }
    }
    return partitions;
  }

  #append(
    { request: { clientId, apiVersion } }: Exchange,
    { acks }: ProduceRequest,
    usable: readonly ProducedPartition[],
    verified: Verified,
  ): void {
    const isAcksValid = acks === -1 || acks === 0 || acks === 1;
    for (const produced of usable) {
      const { topic, index } = produced;
      const name = verified === nothingVerified ? '' : `${topic}-${index}`;
      const error = verified.errors.get(name);
      if (error !== undefined) {
        produced.decide(unverified(error, produceOperation(apiVersion)));
      } else if (!isAcksValid) {
        produced.refuse('INVALID_REQUIRED_ACKS');
      } else if (isInternalTopic(topic) && clientId !== adminClientId) {
        produced.refuse('INVALID_TOPIC_EXCEPTION');
      } else {
        this.#appendOne(produced, acks, verified.guards.get(name));
      }
    }
  }

  #appendOne(produced: ProducedPartition, acks: number, guard: VerificationGuard = noGuard): void {
    const { hosted, checks } = this.#parts;
    const found = hosted.find(produced.topic, produced.index);
    if (typeof found === 'string') {
      produced.refuse(found);
      return;
    }
    if (found.topicId !== produced.topicId) {
      produced.refuse('UNKNOWN_TOPIC_ID');
      return;
    }
    produced.partition = found;
    const verification = guard === noGuard ? notVerified : { ...notVerified, guard };
    const terms = { acks, origin: 'client', verification } as const;
    produced.decide(appendToLeader(found, produced.batches, terms, checks));
  }

  #conclude(
    exchange: Exchange,
    request: ProduceRequest,
    usable: readonly ProducedPartition[],
    all: readonly ProducedPartition[],
  ): void {
    const hasAppended = usable.some((produced) => produced.error === 'NONE');
    if (request.acks === -1 && hasAppended) this.#park(exchange, request, usable, all);
    else this.#answer(exchange, request.acks, all);
  }

  #park(
    exchange: Exchange,
    request: ProduceRequest,
    usable: readonly ProducedPartition[],
    all: readonly ProducedPartition[],
  ): void {
    const { context, hosted } = this.#parts;
    const delayed = new DelayedProduce(usable, hosted, () => {
      this.#answer(exchange, request.acks, all);
    });
    delayed.completeOrWatch(context, milliseconds(request.timeoutMs), delayed.watchLists());
  }

  #answer(exchange: Exchange, acks: number, all: readonly ProducedPartition[]): void {
    const { context, brokerId } = this.#parts;
    for (const produced of all) recordAnswered(context, brokerId, acks, produced);
    if (acks !== 0) {
      this.#respond(exchange, all);
    } else if (all.some((produced) => produced.error !== 'NONE')) {
      // The only way to tell a producer that does not listen.
      exchange.closeConnection();
    } else {
      exchange.endSilently();
    }
  }

  #respond(exchange: Exchange, all: readonly ProducedPartition[]): void {
    const isHinted = exchange.request.apiVersion >= firstVersionWithLeaderHints;
    const hints = isHinted ? this.#parts.hints : undefined;
    const nodeEndpoints: HintedEndpoint[] = [];
    const responses: (TopicProduceResponse & { partitionResponses: PartitionProduceResponse[] })[] =
      [];
    for (const produced of all) {
      const { topic: name, topicId } = produced;
      const answer = produced.toResponse(hints, nodeEndpoints);
      const known = responses.find((topic) => topic.name === name && topic.topicId === topicId);
      if (known === undefined) responses.push({ name, topicId, partitionResponses: [answer] });
      else known.partitionResponses.push(answer);
    }
    exchange.respond(Api.produce, { responses, throttleTimeMs: 0, nodeEndpoints });
  }
}
