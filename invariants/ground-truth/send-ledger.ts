import { type LogRecord, type Offset, type RecordId } from '../../sim/protocol/record-batch.ts';
import { type ProducerConfiguration } from '../configuration.ts';
import { type Instant } from '../invariant.ts';
import { type PartitionTruth } from './partition-truth.ts';
import { type ReplicaTruth } from './replica-truth.ts';

/** What became of a send, as its client knows it. Only `acked` can be lost, only `failed` can lie. */
export type Outcome = 'pending' | 'acked' | 'failed' | 'unknown';

/** One call of `send()`, from the call on. */
export class Send {
  readonly recordId: RecordId;
  readonly session: Session;
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | null;
  readonly attemptedAt: Instant;
  /** Null until the partitioner has chosen. */
  partition: PartitionTruth | null = null;
  /** Place in the send order of its session, from 1. */
  order = 0;
  /** The highest offset in its partition that was acknowledged before it was accumulated. */
  ackedBefore: Offset = -1;
  /** The same, among acknowledgements of acks=all only. */
  ackedByAllBefore: Offset = -1;
  /** Where a leader appended it, the last time; -1 if none has. */
  offset: Offset = -1;
  /** The epoch of that leader. */
  leaderEpoch = -1;
  /** Where other leaders, or the same one, appended it before that. */
  earlierOffsets: Offset[] | null = null;
  /** While its append is told: where this same log holds it already; -1 if nowhere. */
  earlierInLog: Offset = -1;
  /** As the leader appended it. */
  record: LogRecord | null = null;
  outcome: Outcome = 'pending';
  acks: -1 | 0 | 1 = 0;
  ackedOffset: Offset = -1;
  settledAt: Instant = 0;

  constructor(
    session: Session,
    attempt: { recordId: RecordId; topic: string; key: string | null; value: string | null },
    attemptedAt: Instant,
  ) {
    this.recordId = attempt.recordId;
    this.session = session;
    this.topic = attempt.topic;
    this.key = attempt.key;
    this.value = attempt.value;
    this.attemptedAt = attemptedAt;
  }

  /** Whether a leader ever gave it this offset. */
  wasAppendedAt(offset: Offset): boolean {
    return this.offset === offset || this.earlierOffsets?.includes(offset) === true;
  }

  /** A leader gave the record this offset. */
  noteAppend(offset: Offset, record: LogRecord, leaderEpoch: number): void {
    if (this.offset >= 0) {
      this.earlierOffsets ??= [];
      this.earlierOffsets.push(this.offset);
    }
    this.offset = offset;
    this.record = record;
    this.leaderEpoch = leaderEpoch;
  }
}

/** One life of one producer object: order and deduplication are promised inside it. */
export class Session {
  readonly name: string;
  readonly node: string;
  /** Undefined where the plan does not describe the producer. */
  readonly producer: ProducerConfiguration | undefined;
  accumulated = 0;
  /** Its node has stopped or crashed: what is pending stays so for ever. */
  isOver = false;
  /** The latest of its records in each partition's log. */
  readonly latestIn = new Map<PartitionTruth, LatestOfSession>();

  constructor(name: string, node: string, producer: ProducerConfiguration | undefined) {
    this.name = name;
    this.node = node;
    this.producer = producer;
  }
}

export interface LatestOfSession {
  order: number;
  recordId: RecordId;
  offset: Offset;
  replica: ReplicaTruth;
  /** The replica's count of truncations then: the log behind it is the same while that is. */
  truncations: number;
}

const pageSize = 1024;
/** Ten minutes: no frame is that long on its way. */
const forgetFailedAfter: Instant = 600_000_000;

interface Page {
  /** Null where the send has been forgotten. */
  readonly sends: (Send | null | undefined)[];
  added: number;
  kept: number;
}

/**
 * Every send that something may still be asked about. A send is forgotten when it is settled and its
 * record lies below the start of every log, or when it failed ten minutes ago and was never appended.
 */
export class SendLedger {
  readonly sessions = new Map<string, Session>();
  readonly #pages = new Map<number, Page>();
  readonly #forgottenPages = new Set<number>();
  #lastNumber = -1;
  #lastPage: Page | undefined = undefined;
  readonly #failed: Send[] = [];
  #failedHead = 0;

  add(send: Send): void {
    const number = Math.floor(send.recordId / pageSize);
    const page = this.#page(number) ?? this.#newPage(number);
    page.sends[send.recordId - number * pageSize] = send;
    page.added += 1;
    page.kept += 1;
  }

  find(recordId: RecordId): Send | undefined {
    const number = Math.floor(recordId / pageSize);
    return this.#page(number)?.sends[recordId - number * pageSize] ?? undefined;
  }

  hasForgotten(recordId: RecordId): boolean {
    const number = Math.floor(recordId / pageSize);
    if (this.#forgottenPages.has(number)) return true;
    return this.#page(number)?.sends[recordId - number * pageSize] === null;
  }

  forget(send: Send): void {
    const number = Math.floor(send.recordId / pageSize);
    const page = this.#page(number);
    const place = send.recordId - number * pageSize;
    if (page?.sends[place] !== send) return;
    page.sends[place] = null;
    page.kept -= 1;
    if (page.kept === 0 && page.added === pageSize) this.#dropPage(number);
  }

  /** Remembers that this send failed, and forgets those that failed long ago. */
  noteFailure(send: Send, now: Instant): void {
    this.#failed.push(send);
    for (;;) {
      const oldest = this.#failed[this.#failedHead];
      if (oldest === undefined || now - oldest.settledAt < forgetFailedAfter) break;
      this.#failedHead += 1;
      if (oldest.offset < 0) this.forget(oldest);
    }
    if (this.#failedHead < pageSize) return;
    this.#failed.splice(0, this.#failedHead);
    this.#failedHead = 0;
  }

  /** Every send that is still kept, in the order of the pages. */
  *all(): Generator<Send> {
    for (const { sends } of this.#pages.values()) {
      for (const send of sends) if (send !== undefined && send !== null) yield send;
    }
  }

  #page(number: number): Page | undefined {
    if (number === this.#lastNumber) return this.#lastPage;
    this.#lastNumber = number;
    this.#lastPage = this.#pages.get(number);
    return this.#lastPage;
  }

  #newPage(number: number): Page {
    const page: Page = { sends: [], added: 0, kept: 0 };
    this.#pages.set(number, page);
    this.#lastNumber = -1;
    return page;
  }

  #dropPage(number: number): void {
    this.#pages.delete(number);
    this.#forgottenPages.add(number);
    this.#lastNumber = -1;
  }
}
