import { type CellKind } from '../kernel/disk.ts';
import { type Context, noTimer, type Task, type TimerId } from '../kernel/process.ts';
import { type Duration, milliseconds } from '../kernel/time.ts';
import { type Endpoint } from '../protocol/addresses.ts';
import { type Frame } from '../protocol/api.ts';
import { type ErrorName } from '../protocol/errors.ts';
import { type FetchPartition, type FetchRequest } from '../protocol/messages/fetch-request.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Offset, type RecordBatch } from '../protocol/record-batch.ts';
import { type Fact } from '../trace.ts';
import { type BatchPlace, leaderChangeBatch, metadataBatch } from './metadata-batch.ts';
import {
  divergenceOf,
  type FetchAnswer,
  fetchResponse,
  isMalformed,
  metadataPartition,
  topLevelError,
} from './metadata-fetch.ts';
import { MetadataLogFile } from './metadata-log-file.ts';
import { type FetchWaiter, type QuorumLog, type QuorumLogListener } from './quorum-log.ts';

/** What a voter has to remember over its lives. */
interface QuorumState {
  readonly epoch: number;
  readonly leaderId: number;
}

const quorumStateKind: CellKind<QuorumState> = { name: 'quorum-state' };

export interface SingleVoterOptions {
  readonly clusterId: string;
  readonly voter: Endpoint;
  /** `controller.quorum.append.linger.ms`: how long appended records wait for more. */
  readonly appendLinger: Duration;
  /** `controller.quorum.election.timeout.ms`; up to as much again is drawn. */
  readonly electionTimeout: Duration;
}

/**
 * A quorum of one. It elects itself at once when it starts, and after an election timeout when its
 * state machine has resigned. What it writes is committed by that; Kafka exposes it even before it
 * is flushed, which here is the same instant.
 */
export class SingleVoterLog implements QuorumLog {
  readonly #context: Context<Frame, Fact>;
  readonly #options: SingleVoterOptions;
  readonly #listener: QuorumLogListener;
  readonly #file: MetadataLogFile;
  readonly #drain: Task;
  readonly #election: Task;
  readonly #parked = new Map<FetchWaiter, ParkedFetch>();
  /** Had anything changed meanwhile, the fetch would have been answered then. */
  readonly #expire = (parked: ParkedFetch): void => {
    this.#answer(parked);
  };
  #epoch = 0;
  #isLeader = false;
  #highWatermark: Offset = -1;
  /** Appended and not yet written. */
  #accumulated: MetadataRecord[] = [];
  #drainTimer: TimerId = noTimer;

  constructor(
    context: Context<Frame, Fact>,
    options: SingleVoterOptions,
    listener: QuorumLogListener,
  ) {
    this.#context = context;
    this.#options = options;
    this.#listener = listener;
    this.#file = new MetadataLogFile(context.disk);
    this.#drain = {
      taskName: 'metadata-log-drain',
      run: () => {
        this.#writeAccumulated();
      },
    };
    // Resigned, then unattached in the next epoch, then candidate in the one after it.
    this.#election = {
      taskName: 'quorum-election',
      run: () => {
        this.#lead(this.#epoch + 2);
      },
    };
  }

  get highWatermark(): Offset {
    return this.#highWatermark;
  }

  get nextOffset(): Offset {
    return this.#file.endOffset + this.#accumulated.length;
  }

  start(): void {
    const stored = this.#context.disk.cell(quorumStateKind, '__cluster_metadata-0').value;
    for (const batch of this.#file.batches) this.#listener.batchCommitted(batch);
    this.#lead(Math.max(stored?.epoch ?? 0, this.#file.lastEpoch) + 1);
  }

  /** All that is written is committed. */
  committedBatches(): readonly RecordBatch[] {
    return this.#file.batches;
  }

  append(epoch: number, records: readonly MetadataRecord[]): Offset | undefined {
    if (!this.#isLeader || epoch !== this.#epoch) return undefined;
    for (const record of records) this.#accumulated.push(record);
    if (this.#drainTimer === noTimer) {
      const after = this.#options.appendLinger + this.#context.disk.latency;
      this.#drainTimer = this.#context.setTimer(after, this.#drain);
    }
    return this.nextOffset - 1;
  }

  resign(epoch: number): void {
    if (!this.#isLeader || epoch !== this.#epoch) return;
    this.#isLeader = false;
    this.#accumulated = [];
    this.#context.cancelTimer(this.#drainTimer);
    this.#drainTimer = noTimer;
    this.#answerParked();

    const { electionTimeout } = this.#options;
    const more = this.#context.random('election timeout').below(electionTimeout);
    this.#context.setTimer(electionTimeout + more, this.#election);
  }

  fetch(request: FetchRequest, waiter: FetchWaiter): void {
    const { clusterId } = this.#options;
    if (request.clusterId !== null && request.clusterId !== clusterId) {
      waiter.fetchAnswered(topLevelError('INCONSISTENT_CLUSTER_ID'), 0);
      return;
    }
    const partition = metadataPartition(request);
    if (partition === undefined) {
      waiter.fetchAnswered(topLevelError('INVALID_REQUEST'), 0);
      return;
    }
    const answer = this.#answerTo(request, partition);
    if (request.maxWaitMs === 0 || isWorthSending(answer, partition)) {
      this.#send(waiter, answer);
      return;
    }
    const parked = new ParkedFetch(waiter, request, partition, this.#expire);
    parked.timer = this.#context.setTimer(milliseconds(request.maxWaitMs), parked);
    this.#parked.set(waiter, parked);
  }

  forget(waiter: FetchWaiter): void {
    const parked = this.#parked.get(waiter);
    if (parked !== undefined) this.#unpark(parked);
  }

  /** Takes the leadership of a new epoch, which begins with a control batch of its own. */
  #lead(epoch: number): void {
    this.#epoch = epoch;
    this.#isLeader = true;
    const leaderId = this.#options.voter.nodeId;
    this.#context.disk
      .cell(quorumStateKind, '__cluster_metadata-0')
      .writeAndFlush({ epoch, leaderId });
    if (!this.#write(leaderChangeBatch(this.#place()))) return;
    this.#listener.becameLeader(epoch);
  }

  #writeAccumulated(): void {
    this.#drainTimer = noTimer;
    const records = this.#accumulated;
    const batch = metadataBatch(this.#place(), records);
    this.#accumulated = [];
    this.#write(batch);
  }

  #place(): BatchPlace {
    return {
      baseOffset: this.#file.endOffset,
      epoch: this.#epoch,
      timestampMs: this.#context.wallClockMs(),
    };
  }

  /** Writes and commits; false if the disk does not take it. */
  #write(batch: RecordBatch): boolean {
    if (this.#context.disk.state !== 'ok') {
      this.#listener.storageFailed();
      return false;
    }
    this.#file.append(batch);
    this.#file.flush();
    this.#highWatermark = this.#file.endOffset;
    this.#answerParked();
    this.#listener.batchCommitted(batch);
    return true;
  }

  #answerParked(): void {
    const waiting = [...this.#parked.values()];
    for (const parked of waiting) this.#answer(parked);
  }

  #answer(parked: ParkedFetch): void {
    this.#unpark(parked);
    this.#send(parked.waiter, this.#answerTo(parked.request, parked.partition));
  }

  #unpark(parked: ParkedFetch): void {
    this.#context.cancelTimer(parked.timer);
    this.#parked.delete(parked.waiter);
  }

  #answerTo(request: FetchRequest, partition: FetchPartition): FetchAnswer {
    const errorCode = this.#refusalOf(request, partition);
    if (errorCode !== 'NONE') return { errorCode, highWatermark: -1 };
    const highWatermark = this.#highWatermark;
    const divergingEpoch = divergenceOf(this.#file, partition);
    if (divergingEpoch !== undefined) return { errorCode, highWatermark, divergingEpoch };
    const records = this.#file.read(partition.fetchOffset, request.maxBytes);
    return { errorCode, highWatermark, records };
  }

  #refusalOf(request: FetchRequest, partition: FetchPartition): ErrorName {
    if (isMalformed(request, partition)) return 'INVALID_REQUEST';
    if (partition.currentLeaderEpoch < this.#epoch) return 'FENCED_LEADER_EPOCH';
    if (partition.currentLeaderEpoch > this.#epoch) return 'UNKNOWN_LEADER_EPOCH';
    return this.#isLeader ? 'NONE' : 'NOT_LEADER_OR_FOLLOWER';
  }

  #send(waiter: FetchWaiter, answer: FetchAnswer): void {
    const { voter } = this.#options;
    let recordBytes = 0;
    for (const batch of answer.records ?? []) recordBytes += batch.sizeInBytes;
    const leader = { leader: voter, epoch: this.#epoch };
    waiter.fetchAnswered(fetchResponse(leader, answer), recordBytes);
  }
}

/** Whether the reader learns something from the answer, be it a new high watermark (KIP-1166). */
function isWorthSending(answer: FetchAnswer, { highWatermark }: FetchPartition): boolean {
  const { errorCode, records = [], divergingEpoch } = answer;
  if (errorCode !== 'NONE' || records.length > 0 || divergingEpoch !== undefined) return true;
  return answer.highWatermark > highWatermark;
}

/** A fetch that waits for something new, or for its time to be over. */
class ParkedFetch implements Task {
  readonly taskName = 'metadata-fetch-expired';
  readonly waiter: FetchWaiter;
  readonly request: FetchRequest;
  readonly partition: FetchPartition;
  readonly #expire: (parked: ParkedFetch) => void;
  timer: TimerId = noTimer;

  constructor(
    waiter: FetchWaiter,
    request: FetchRequest,
    partition: FetchPartition,
    expire: (parked: ParkedFetch) => void,
  ) {
    this.waiter = waiter;
    this.request = request;
    this.partition = partition;
    this.#expire = expire;
  }

  run(): void {
    this.#expire(this);
  }
}
