import { type Context } from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { Api, type Frame } from '../../protocol/api.ts';
import { type FetchRequest } from '../../protocol/messages/fetch-request.ts';
import { type Fact } from '../../trace.ts';
import { type BrokerSwitches } from '../broker-switches.ts';
import { type LeaderHints } from '../handlers/leader-hints.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type Exchange } from '../server/request-server.ts';
import { DelayedFetch } from './delayed-fetch.ts';
import { type FetchContext, fetchContext } from './fetch-context.ts';
import { type FetchParams, fetchParams } from './fetch-params.ts';
import { type FetchReading } from './fetch-reading.ts';
import { emptyFetchResponse, FetchAnswer } from './fetch-response.ts';
import { type FetchSessionCache, noSessionId } from './fetch-session-cache.ts';
import { recordServed } from './fetch-served.ts';
import { type FetchedPartition } from './fetched-partition.ts';

export interface FetchHandlerParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly image: MetadataImage;
  readonly sessions: FetchSessionCache;
  readonly reading: FetchReading;
  readonly hints: LeaderHints;
  readonly switches: BrokerSwitches;
  /** `fetch.max.bytes`. */
  readonly maxBytes: number;
}

/** A fetch being served. */
interface ServedFetch {
  readonly exchange: Exchange;
  readonly context: FetchContext;
  readonly params: FetchParams;
  readonly readable: readonly FetchedPartition[];
  /** Refused before they were read. */
  readonly refused: readonly FetchedPartition[];
}

/** Answers Fetch of consumers and followers (`KafkaApis.handleFetchRequest`). */
export class FetchHandler {
  readonly #parts: FetchHandlerParts;

  constructor(parts: FetchHandlerParts) {
    this.#parts = parts;
  }

  handle(exchange: Exchange, request: FetchRequest): void {
    const { sessions, image, context: world, reading, maxBytes, switches } = this.#parts;
    const { apiVersion } = exchange.request;
    const context = fetchContext(sessions, image, request, apiVersion, {
      nowMs: world.wallClockMs(),
      forgetsEpochs: switches.sessionForgetsEpochs,
    });
    if (typeof context === 'string') {
      exchange.respond(Api.fetch, emptyFetchResponse(context, noSessionId));
      return;
    }
    const params = fetchParams(request, apiVersion, maxBytes);
    const readable: FetchedPartition[] = [];
    const refused = this.#sort(context, readable, params.isFollower);
    const fetch = { exchange, context, params, readable, refused };
    if (readable.length === 0) {
      this.#answer(fetch);
      return;
    }
    const found = reading.readAll(readable, params, true);
    if (found < 0 || found >= params.minBytes || params.maxWaitMs <= 0) this.#answer(fetch);
    else this.#park(fetch);
  }

  /**
   * Adds what can be read to `readable`.
   * @returns What this broker's metadata do not know; to consumers first that of unknown topic ids.
   */
  #sort(
    { partitions, usesTopicIds }: FetchContext,
    readable: FetchedPartition[],
    isFollower: boolean,
  ): FetchedPartition[] {
    const { image } = this.#parts;
    const refused: FetchedPartition[] = [];
    const refusedByName = isFollower ? refused : [];
    let asked = partitions.first;
    while (asked !== undefined) {
      if (asked.topic === null && usesTopicIds) {
        asked.topic = image.topicsById.get(asked.topicId)?.name ?? null;
      }
      const isKnown =
        asked.topic !== null && image.partition(asked.topic, asked.index) !== undefined;
      if (isKnown) {
        readable.push(asked);
      } else {
        const hasName = asked.topic !== null;
        asked.clearRead(hasName ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'UNKNOWN_TOPIC_ID');
        asked.read.abortedTransactions = [];
        (hasName ? refusedByName : refused).push(asked);
      }
      asked = asked.next;
    }
    return isFollower ? refused : refused.concat(refusedByName);
  }

  #park(fetch: ServedFetch): void {
    const { context, reading } = this.#parts;
    const delayed = new DelayedFetch(fetch.readable, fetch.params, reading, () => {
      this.#answer(fetch);
    });
    const longest = milliseconds(fetch.params.maxWaitMs);
    delayed.completeOrWatch(context, longest, delayed.watchLists());
  }

  #answer(fetch: ServedFetch): void {
    const { context } = fetch;
    const { session } = context;
    if (session === undefined) {
      this.#answerInFull(fetch);
    } else if (session.epoch === context.epochAtAnswer) {
      this.#answerNews(fetch, session.id);
    } else {
      // Another request of the session has come in between, over another connection.
      const error = 'INVALID_FETCH_SESSION_EPOCH';
      fetch.exchange.respond(Api.fetch, emptyFetchResponse(error, session.id));
    }
  }

  #answerInFull(fetch: ServedFetch): void {
    const { sessions, context: world } = this.#parts;
    const { context, params, readable, refused } = fetch;
    const answer = this.#newAnswer(params);
    for (const asked of readable) {
      asked.noteNews();
      this.#add(answer, asked, params);
    }
    for (const asked of refused) {
      asked.noteNews();
      answer.add(asked);
    }
    let sessionId = noSessionId;
    if (context.kind === 'full') {
      const kind = { isPrivileged: params.isFollower, usesTopicIds: context.usesTopicIds };
      const session = sessions.create(context.partitions, world.wallClockMs(), kind);
      sessionId = session?.id ?? noSessionId;
    }
    fetch.exchange.respond(Api.fetch, answer.build('NONE', sessionId), answer.sizeInBytes);
  }

  #answerNews(fetch: ServedFetch, sessionId: number): void {
    const { context, params, readable, refused } = fetch;
    let answer: FetchAnswer | undefined = undefined;
    for (const asked of readable) {
      if (!asked.noteNews()) continue;
      answer ??= this.#newAnswer(params);
      this.#add(answer, asked, params);
      if (asked.read.sizeInBytes > 0) context.partitions.moveToEnd(asked);
    }
    for (const asked of refused) {
      if (!asked.noteNews()) continue;
      answer ??= this.#newAnswer(params);
      answer.add(asked);
    }
    const body = answer?.build('NONE', sessionId) ?? emptyFetchResponse('NONE', sessionId);
    fetch.exchange.respond(Api.fetch, body, answer?.sizeInBytes ?? 0);
  }

  #newAnswer(params: FetchParams): FetchAnswer {
    return new FetchAnswer(params, this.#parts.hints);
  }

  #add(answer: FetchAnswer, asked: FetchedPartition, params: FetchParams): void {
    answer.add(asked);
    if (params.isFollower || asked.read.errorCode !== 'NONE') return;
    const partition = this.#parts.reading.hosted(asked);
    if (partition !== undefined) recordServed(partition, asked, params);
  }
}
