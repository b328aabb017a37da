import { noTimer, type Task, type TimerId } from '../../kernel/process.ts';
import { type Duration } from '../../kernel/time.ts';
import { type Endpoint } from '../../protocol/addresses.ts';
import { Api, type Response } from '../../protocol/api.ts';
import { type FetchRequest } from '../../protocol/messages/fetch-request.ts';
import { type FetchResponse } from '../../protocol/messages/fetch-response.ts';
import { RequestStream, type StreamOwner } from '../outgoing/request-stream.ts';
import { type Partition } from '../replica/partition.ts';
import { EpochLookup } from './epoch-lookup.ts';
import { FetchReply } from './fetch-reply.ts';
import { type FetchState } from './fetch-state.ts';
import { type FetcherParts } from './fetcher-parts.ts';
import { FetcherSession, type SessionRequest } from './fetcher-session.ts';
import { truncate } from './follower-log.ts';
import { OutOfRangeLookup } from './out-of-range-lookup.ts';

/**
 * Copies partitions from one other broker: a loop of "cut what has to be cut, ask for all that is ready,
 * append what comes", one request at a time (`ReplicaFetcherThread`).
 *
 * Simplified: looking up the ends of an out-of-range partition does not hold up changes of metadata.
 */
export class ReplicaFetcher implements StreamOwner {
  readonly source: Endpoint;
  readonly states = new Map<string, FetchState>();
  readonly #parts: FetcherParts;
  readonly #session: FetcherSession;
  readonly #stream: RequestStream;
  readonly #reply: FetchReply;
  readonly #loop: Task = {
    taskName: 'replica-fetcher',
    run: () => {
      this.#timer = noTimer;
      this.#work();
    },
  };
  #timer: TimerId = noTimer;
  #isWorkDue = false;
  #lookup: OutOfRangeLookup | EpochLookup | undefined = undefined;
  /** Partitions that are out of range, to be looked up one after the other. */
  #outOfRange: FetchState[] = [];
  #isShut = false;

  constructor(parts: FetcherParts, source: Endpoint, fetcherId: number) {
    const { context, registry, brokerId, settings } = parts;
    this.#parts = parts;
    this.source = source;
    this.#session = new FetcherSession(settings.partitionMaxBytes);
    this.#reply = new FetchReply(parts, this.#session, this.states);
    this.#stream = new RequestStream(context, registry, this, {
      clientId: `broker-${brokerId}-fetcher-${fetcherId}`,
      requestTimeoutMs: settings.requestTimeoutMs,
      setupTimeoutMs: settings.setupTimeoutMs,
      setupTimeoutMaxMs: settings.setupTimeoutMaxMs,
    });
  }

  add(state: FetchState): void {
    this.states.set(state.partition.name, state);
    this.#wakeUp();
  }

  /** What is in flight for it will be ignored. */
  remove(partition: Partition): void {
    this.states.delete(partition.name);
  }

  shutDown(): void {
    this.#isShut = true;
    this.#parts.context.cancelTimer(this.#timer);
    this.#stream.reset();
    this.states.clear();
  }

  answered(response: Response): void {
    if (this.#lookup !== undefined) {
      this.#lookupAnswered(this.#lookup, response);
    } else if (response.apiKey === Api.fetch) {
      this.#fetchAnswered(response.body);
    }
    this.#work();
  }

  /** Everything that this fetcher copies is left alone for a while. */
  streamFailed(): void {
    if (this.#lookup === undefined) {
      this.#session.failed();
      this.#delay(this.states.values());
    } else {
      this.#delay(this.#lookup.states);
      this.#lookup = undefined;
    }
    this.#work();
  }

  /** Not in the midst of the change that has woken it. */
  #wakeUp(): void {
    if (this.#stream.isBusy || this.#isWorkDue) return;
    this.#parts.context.cancelTimer(this.#timer);
    this.#isWorkDue = true;
    this.#timer = this.#parts.context.setTimer(0, this.#loop);
  }

  #work(): void {
    this.#isWorkDue = false;
    if (this.#isShut || this.#stream.isBusy) return;
    this.#parts.context.cancelTimer(this.#timer);
    this.#timer = noTimer;
    if (this.#startLookup()) return;
    const request = this.#session.build(this.states.values(), this.#parts.context.monotonic());
    if (request === null) this.#waitFor(this.#parts.settings.backoff);
    else this.#send(request);
  }

  #waitFor(span: Duration): void {
    this.#timer = this.#parts.context.setTimer(span, this.#loop);
  }

  #send(request: SessionRequest): void {
    this.#stream.send(this.#node, Api.fetch, this.#fetchRequest(request));
  }

  get #node(): number {
    return this.#parts.resolve(this.source.host, this.source.port);
  }

  #fetchRequest({
    sessionId,
    sessionEpoch,
    topics,
    forgottenTopicsData,
  }: SessionRequest): FetchRequest {
    const { brokerId, brokerEpoch, settings } = this.#parts;
    return {
      clusterId: null,
      replicaId: -1,
      replicaState: { replicaId: brokerId, replicaEpoch: brokerEpoch() },
      maxWaitMs: settings.maxWaitMs,
      minBytes: settings.minBytes,
      maxBytes: settings.maxBytes,
      isolationLevel: 0,
      sessionId,
      sessionEpoch,
      topics,
      forgottenTopicsData,
      rackId: '',
    };
  }

  #fetchAnswered(body: FetchResponse): void {
    if (!this.#session.handle(body)) {
      if (body.errorCode === 'FETCH_SESSION_TOPIC_ID_ERROR') this.#delay(this.states.values());
      return;
    }
    const outcome = this.#reply.process(body);
    this.#outOfRange = outcome.outOfRange;
    this.#delay(outcome.failed);
    for (const partition of outcome.movedHighWatermarks) partition.waitingFetches.checkAll();
  }

  /** What has to be done before the next fetch, if it takes a request. */
  #startLookup(): boolean {
    const lookup = this.#truncateAll();
    if (lookup !== undefined) return this.#begin(lookup);
    let state = this.#outOfRange.shift();
    while (state !== undefined && this.states.get(state.partition.name) !== state) {
      state = this.#outOfRange.shift();
    }
    return state !== undefined && this.#begin(new OutOfRangeLookup(state, this.#parts));
  }

  #begin(lookup: OutOfRangeLookup | EpochLookup): boolean {
    this.#lookup = lookup;
    lookup.sendNext(this.#stream, this.#node);
    return true;
  }

  #truncateAll(): EpochLookup | undefined {
    const toLookUp: FetchState[] = [];
    for (const state of this.states.values()) {
      if (state.isTruncating && !this.#truncateAtOnce(state)) toLookUp.push(state);
    }
    return toLookUp.length === 0 ? undefined : new EpochLookup(toLookUp, this.#parts);
  }

  /**
   * Cuts a log without any epoch to its high watermark. One with epochs was so cut only before KIP-101,
   * and after it where the leader said.
   * @returns False if the leader has to be asked.
   */
  #truncateAtOnce(state: FetchState): boolean {
    const { switches, logs, context } = this.#parts;
    const { log } = state.partition;
    if (log === undefined) return true;
    if (switches.truncateByEndOffsetOnly && log.latestEpoch >= 0) {
      return state.isDelayed(context.monotonic());
    }
    truncate(state.partition, log, logs, state.fetchOffset, 'highWatermark');
    state.continueAt(state.fetchOffset, -1);
    return true;
  }

  #lookupAnswered(lookup: OutOfRangeLookup | EpochLookup, response: Response): void {
    const outcome = lookup.answered(response, this.states);
    if (outcome === 'more') {
      lookup.sendNext(this.#stream, this.#node);
      return;
    }
    this.#lookup = undefined;
    if (outcome === 'failed') this.#delay(lookup.states);
  }

  #delay(states: Iterable<FetchState>): void {
    const now = this.#parts.context.monotonic();
    for (const state of states) {
      if (!state.isDelayed(now)) state.delayedUntil = now + this.#parts.settings.backoff;
    }
  }
}
