import { type Instant, milliseconds } from '../../kernel/time.ts';
import { type ProducerOperation } from '../../plan.ts';
import { utf8Bytes } from '../../protocol/bytes.ts';
import { type Bytes } from '../../protocol/record-batch.ts';
import { type SketchedRecord } from './record-to-send.ts';

type RepeatedOperation = Extract<ProducerOperation, { readonly op: 'send' | 'transact' }>;

/** A record that an operation is about to send. */
export interface DueSend extends SketchedRecord {
  readonly op: 'send';
}

/** A transaction that is about to begin. */
export interface DueTransaction {
  readonly op: 'transact';
  readonly records: readonly SketchedRecord[];
  readonly isAborted: boolean;
}

export type DueOperation = DueSend | DueTransaction | Exclude<ProducerOperation, RepeatedOperation>;

/** An operation that is done again and again and has begun: some times are still to come. */
interface OpenOperation {
  readonly operation: RepeatedOperation;
  readonly keys: readonly Bytes[];
  index: number;
  nextAt: Instant;
}

/**
 * When a producer's application does what: one thing after the other in the order of their times. What
 * was due before the application has started was due in an earlier life, and is not done again.
 */
export class ProducerSchedule {
  /** Not begun, the next one first. */
  readonly #coming: ProducerOperation[];
  #open: OpenOperation[] = [];

  constructor(workload: readonly ProducerOperation[], startsAt: Instant) {
    const inOrder = workload.toSorted((one, other) => one.atMs - other.atMs);
    const isClosed = inOrder.some(
      ({ op, atMs }) => op === 'close' && milliseconds(atMs) < startsAt,
    );
    this.#coming = isClosed ? [] : inOrder.filter((operation) => lastAt(operation) >= startsAt);
    for (;;) {
      const [first] = this.#coming;
      if (first === undefined || milliseconds(first.atMs) >= startsAt) break;
      this.#coming.shift();
      if (isRepeated(first)) this.#begin(first, startsAt);
    }
  }

  /** When there is something to do next; or Infinity. */
  get nextAt(): Instant {
    const coming = this.#coming[0];
    let next = coming === undefined ? Infinity : milliseconds(coming.atMs);
    for (const { nextAt } of this.#open) if (nextAt < next) next = nextAt;
    return next;
  }

  /** Takes what is due at `now`, one at a time. */
  take(now: Instant): DueOperation | undefined {
    const next = this.nextAt;
    if (next > now) return undefined;
    const open = this.#open.find(({ nextAt }) => nextAt === next);
    if (open !== undefined) return this.#takeNext(open);
    const coming = this.#coming.shift();
    if (coming === undefined || !isRepeated(coming)) return coming;
    this.#begin(coming, next);
    return this.take(now);
  }

  /** Nothing more is done. */
  clear(): void {
    this.#coming.length = 0;
    this.#open = [];
  }

  #begin(operation: RepeatedOperation, startsAt: Instant): void {
    const everyUs = milliseconds(operation.everyMs);
    const late = startsAt - milliseconds(operation.atMs);
    const index = late <= 0 ? 0 : Math.ceil(late / everyUs);
    if (index >= operation.count) return;
    const nextAt = milliseconds(operation.atMs) + index * everyUs;
    this.#open.push({ operation, keys: operation.keys.map(utf8Bytes), index, nextAt });
  }

  #takeNext(open: OpenOperation): DueOperation {
    const { operation, keys, index } = open;
    open.index += 1;
    open.nextAt += milliseconds(operation.everyMs);
    if (open.index === operation.count) {
      this.#open = this.#open.filter((other) => other !== open);
    }
    if (operation.op === 'transact') return dueTransaction(operation, keys, index);
    const { topic, partition, tombstoneEvery } = operation;
    const isTombstone = tombstoneEvery > 0 && (index + 1) % tombstoneEvery === 0;
    const valueBytes = isTombstone ? null : operation.valueBytes;
    return { op: 'send', topic, partition, key: keyAt(keys, index), valueBytes };
  }
}

function dueTransaction(
  operation: Extract<RepeatedOperation, { readonly op: 'transact' }>,
  keys: readonly Bytes[],
  index: number,
): DueTransaction {
  const { topics, valueBytes, abortEvery } = operation;
  const first = index * operation.records;
  const records = Array.from({ length: operation.records }, (_, position) => ({
    topic: topics[position % topics.length] ?? '',
    partition: undefined,
    key: keyAt(keys, first + position),
    valueBytes,
  }));
  return { op: 'transact', records, isAborted: abortEvery > 0 && (index + 1) % abortEvery === 0 };
}

function keyAt(keys: readonly Bytes[], index: number): Bytes | null {
  return keys[index % keys.length] ?? null;
}

function isRepeated(operation: ProducerOperation): operation is RepeatedOperation {
  return operation.op === 'send' || operation.op === 'transact';
}

/** When the operation is due, or is done for the last time. */
function lastAt(operation: ProducerOperation): Instant {
  const at = milliseconds(operation.atMs);
  if (!isRepeated(operation)) return at;
  return at + (operation.count - 1) * milliseconds(operation.everyMs);
}
