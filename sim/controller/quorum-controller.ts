import { type Context } from '../kernel/process.ts';
import { milliseconds, seconds } from '../kernel/time.ts';
import { Api, type Frame, type Response } from '../protocol/api.ts';
import { featureName } from '../protocol/features.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type RecordBatch } from '../protocol/record-batch.ts';
import { type ControllerFact, type Fact } from '../trace.ts';
import { bootstrapRecords, type FeatureLevels } from './bootstrap-records.ts';
import { BrokerHeartbeats } from './broker-heartbeats.ts';
import { FactCollector } from './committed-facts.ts';
import { ControllerFault } from './controller-fault.ts';
import { type ApiError, apiError, type ControllerResult } from './controller-result.ts';
import { type ControllerSetup, ControllerState } from './controller-state.ts';
import { balanceLeaders, electUncleanLeaders } from './elect-leaders.ts';
import { errorAnswer } from './error-answers.ts';
import { fenceStaleBroker } from './fence-stale-brokers.ts';
import { metadataOf } from './metadata-batch.ts';
import { PendingAnswers } from './pending-answers.ts';
import { PeriodicTask, type TaskOutcome } from './periodic-tasks.ts';
import { ReplicaPlacer } from './placement.ts';
import { type QuorumLog, type QuorumLogListener } from './quorum-log.ts';
import { type Exchange } from './request-channel.ts';
import { StableTopics } from './stable-topics.ts';
import { decideRequest } from './write-operations.ts';

/** Records beyond this number go into another batch. */
const maxRecordsPerBatch = 10_000;

const notController = apiError('NOT_CONTROLLER', 'No controller appears to be active.');

const noOp: readonly MetadataRecord[] = [{ type: 'NoOpRecord' }];

/** What this node has only while it is the active controller. */
interface ActiveTerm {
  readonly epoch: number;
  readonly heartbeats: BrokerHeartbeats;
  readonly placer: ReplicaPlacer;
}

export interface QuorumControllerOptions {
  readonly setup: ControllerSetup;
  readonly features: FeatureLevels;
  readonly openLog: (listener: QuorumLogListener) => QuorumLog;
}

/**
 * Kafka's `QuorumController`: decides on the newest state, appends the records of the decision to
 * the log, applies them at once, and answers when the log has committed them. When it loses the
 * leadership it goes back to what is committed.
 */
export class QuorumController implements QuorumLogListener {
  readonly #context: Context<Frame, Fact>;
  readonly #options: QuorumControllerOptions;
  readonly #log: QuorumLog;
  readonly #facts = new FactCollector();
  readonly #stableTopics = new StableTopics();
  readonly #pending: PendingAnswers;
  readonly #tasks: readonly PeriodicTask[];
  #state: ControllerState;
  #term: ActiveTerm | undefined = undefined;

  constructor(context: Context<Frame, Fact>, options: QuorumControllerOptions) {
    this.#context = context;
    this.#options = options;
    this.#state = new ControllerState(options.setup, this.#facts);
    this.#pending = new PendingAnswers((fact: ControllerFact) => {
      context.record(fact);
    });
    this.#tasks = this.#periodicTasks();
    this.#log = options.openLog(this);
  }

  start(): void {
    this.#log.start();
  }

  /** Takes on a request; false if it is none for a controller. */
  serve(exchange: Exchange): boolean {
    const { request } = exchange;
    if (request.apiKey === Api.fetch) {
      this.#log.fetch(request.body, exchange);
      return true;
    }
    const term = this.#term;
    if (term === undefined) return this.#fail(exchange, notController);
    if (request.apiKey === Api.brokerHeartbeat) {
      const { brokerId, brokerEpoch } = request.body;
      term.heartbeats.sessions.touch(brokerId, brokerEpoch, this.#context.monotonic());
    }
    const result = this.#decide(term, exchange);
    if (result === undefined) return false;
    if (result !== 'failed') this.#carryOut(term, result, exchange);
    return true;
  }

  /** The connection is gone, and nobody waits for the answer any more. */
  forget(exchange: Exchange): void {
    this.#log.forget(exchange);
  }

  batchCommitted(batch: RecordBatch): void {
    for (const record of batch.records) {
      const data = metadataOf(record);
      if (data !== undefined) this.#stableTopics.committed(data);
    }
    if (this.#term === undefined) this.#replay(batch);
    else this.#pending.completeUpTo(batch.lastOffset);
  }

  becameLeader(epoch: number): void {
    const { features, setup } = this.#options;
    const { cluster } = this.#state;
    const heartbeats = new BrokerHeartbeats(milliseconds(setup.config.brokerSessionTimeoutMs));
    const now = this.#context.monotonic();
    for (const { id, brokerEpoch, isFenced } of cluster.registrations()) {
      heartbeats.register(id, isFenced);
      if (!isFenced && setup.rules.tracksBrokersOnActivation) {
        heartbeats.sessions.touch(id, brokerEpoch, now);
      }
    }
    cluster.heartbeats = heartbeats;
    const placer = new ReplicaPlacer(cluster, heartbeats, this.#context.random('placement'));
    const term: ActiveTerm = { epoch, heartbeats, placer };
    this.#term = term;

    if (!this.#state.features.has(featureName.metadataVersion)) {
      this.#writeUnasked(term, bootstrapRecords(this.#state, features));
    }
    for (const task of this.#tasks) task.start();
  }

  lostLeadership(): void {
    if (this.#term === undefined) return;
    this.#term = undefined;
    for (const task of this.#tasks) task.stop();
    this.#state = new ControllerState(this.#options.setup, this.#facts);
    for (const batch of this.#log.committedBatches()) this.#replay(batch);
    this.#pending.failAll(notController);
  }

  storageFailed(): void {
    this.#context.exit('its metadata log cannot be written');
  }

  #replay(batch: RecordBatch): void {
    for (const record of batch.records) {
      const data = metadataOf(record);
      if (data !== undefined) this.#state.replay(data, batch.baseOffset + record.offsetDelta);
    }
  }

  /** A fault of an operation costs this controller its office. */
  #decide(term: ActiveTerm, exchange: Exchange): ControllerResult<Response> | 'failed' | undefined {
    try {
      return decideRequest(
        {
          state: this.#state,
          heartbeats: term.heartbeats,
          placer: term.placer,
          stableTopics: this.#stableTopics,
          topicIds: this.#context.random('topic ids'),
          now: this.#context.monotonic(),
          nextOffset: this.#log.nextOffset,
          committedOffset: this.#log.highWatermark - 1,
        },
        exchange.request,
      );
    } catch (error) {
      if (!(error instanceof ControllerFault)) throw error;
      this.lostLeadership();
      this.#log.resign(term.epoch);
      this.#fail(exchange, apiError('UNKNOWN_SERVER_ERROR'));
      return 'failed';
    }
  }

  #carryOut(term: ActiveTerm, result: ControllerResult<Response>, exchange: Exchange): void {
    const { records, body: response, isImmediate, shuttingDown, answeredFacts } = result;
    const facts = records.length === 0 ? [] : this.#append(term, records, result.isAtomic);
    if (facts === undefined) {
      this.#fail(exchange, notController);
      return;
    }
    // The answer may rest on records of others that are not committed yet.
    const offset = this.#log.nextOffset - 1;
    if (shuttingDown !== -1) term.heartbeats.enterControlledShutdown(shuttingDown, offset);
    const isCommitted = offset < this.#log.highWatermark;
    const answersNow = isImmediate || isCommitted || this.#options.setup.rules.answersBeforeCommit;
    const committedFacts = [...facts, ...result.committedFacts];
    if (!answersNow) {
      this.#pending.add({ offset, committedFacts, exchange, response, answeredFacts });
      return;
    }
    this.#tellWhenCommitted(committedFacts);
    for (const fact of answeredFacts) this.#context.record(fact);
    exchange.answer(response);
  }

  /** Appends and applies records; returns what to tell when they are committed. */
  #append(
    term: ActiveTerm,
    records: readonly MetadataRecord[],
    isAtomic: boolean,
  ): readonly ControllerFact[] | undefined {
    const step = isAtomic ? records.length : maxRecordsPerBatch;
    const facts: ControllerFact[] = [];
    for (let from = 0; from < records.length; from += step) {
      const part =
        from === 0 && step >= records.length ? records : records.slice(from, from + step);
      const lastOffset = this.#log.append(term.epoch, part);
      if (lastOffset === undefined) {
        this.lostLeadership();
        return undefined;
      }
      const baseOffset = lastOffset - part.length + 1;
      for (const fact of this.#facts.apply(this.#state, part, baseOffset)) facts.push(fact);
    }
    return facts;
  }

  /** What the controller does of itself. */
  #writeUnasked(term: ActiveTerm, records: readonly MetadataRecord[], isAtomic = true): void {
    if (records.length > 0) this.#tellWhenCommitted(this.#append(term, records, isAtomic) ?? []);
  }

  /** `committedFacts`: of what has been appended last. */
  #tellWhenCommitted(committedFacts: readonly ControllerFact[]): void {
    if (committedFacts.length === 0) return;
    const offset = this.#log.nextOffset - 1;
    const nobody = { exchange: undefined, response: undefined, answeredFacts: [] };
    this.#pending.add({ offset, committedFacts, ...nobody });
  }

  /** Answers with an error if the request has such an answer, and says whether it has. */
  #fail(exchange: Exchange, error: ApiError): boolean {
    const answer = errorAnswer(exchange.request, error);
    if (answer === undefined) return false;
    exchange.answer(answer);
    return true;
  }

  #periodicTasks(): readonly PeriodicTask[] {
    const context = this.#context;
    const { config } = this.#options.setup;
    const sessionTimeout = milliseconds(config.brokerSessionTimeoutMs);
    const tasks = [
      new PeriodicTask(
        'fence-stale-brokers',
        context,
        Math.max(milliseconds(1), Math.floor(sessionTimeout / 8)),
        () =>
          this.#runTask(({ heartbeats }, records) => {
            return fenceStaleBroker(this.#state, heartbeats, context.monotonic(), records);
          }),
      ),
      new PeriodicTask(
        'elect-unclean-leaders',
        context,
        milliseconds(config.uncleanLeaderElectionIntervalMs),
        () => this.#runTask((_term, records) => electUncleanLeaders(this.#state, records)),
      ),
    ];
    const idleMs = config.metadataMaxIdleIntervalMs;
    if (idleMs > 0) {
      tasks.push(
        new PeriodicTask('write-no-op', context, milliseconds(idleMs), () => {
          if (this.#term !== undefined) this.#writeUnasked(this.#term, noOp);
          return 'done';
        }),
      );
    }
    if (config.autoLeaderRebalanceEnable) {
      const period = seconds(config.leaderImbalanceCheckIntervalSeconds);
      tasks.push(
        new PeriodicTask('elect-preferred-leaders', context, period, () => {
          return this.#runTask((_term, records) => balanceLeaders(this.#state, records));
        }),
      );
    }
    return tasks;
  }

  /** A fault here costs no office: the task is tried again later. */
  #runTask(work: (term: ActiveTerm, records: MetadataRecord[]) => boolean): TaskOutcome {
    const term = this.#term;
    if (term === undefined) return 'done';
    const records: MetadataRecord[] = [];
    try {
      const hasMore = work(term, records);
      this.#writeUnasked(term, records, false);
      return hasMore ? 'more' : 'done';
    } catch (error) {
      if (!(error instanceof ControllerFault)) throw error;
      return 'failed';
    }
  }
}
