import { type Instant, milliseconds } from '../../kernel/time.ts';
import { type ProducerOperation } from '../../plan.ts';
import { utf8Bytes } from '../../protocol/bytes.ts';
import { type Bytes } from '../../protocol/record-batch.ts';

type SendOperation = Extract<ProducerOperation, { readonly op: 'send' }>;

/** A record that an operation is about to send. */
export interface DueSend {
  readonly op: 'send';
  readonly topic: string;
  readonly partition: number | undefined;
  readonly key: Bytes | null;
  readonly valueBytes: number;
}

export type DueOperation = DueSend | Exclude<ProducerOperation, SendOperation>;

/** A `send` operation that has begun, and its records that are still to come. */
interface OpenSends {
  readonly operation: SendOperation;
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
  #open: OpenSends[] = [];

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
      if (first.op === 'send') this.#begin(first, startsAt);
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
    if (open !== undefined) return this.#send(open);
    const coming = this.#coming.shift();
    if (coming?.op !== 'send') return coming;
    this.#begin(coming, next);
    return this.take(now);
  }

  /** Nothing more is done. */
  clear(): void {
    this.#coming.length = 0;
    this.#open = [];
  }

  #begin(operation: SendOperation, startsAt: Instant): void {
    const everyUs = milliseconds(operation.everyMs);
    const late = startsAt - milliseconds(operation.atMs);
    const index = late <= 0 ? 0 : Math.ceil(late / everyUs);
    if (index >= operation.count) return;
    const nextAt = milliseconds(operation.atMs) + index * everyUs;
    this.#open.push({ operation, keys: operation.keys.map(utf8Bytes), index, nextAt });
  }

  #send(open: OpenSends): DueSend {
    const { operation, keys, index } = open;
    open.index += 1;
    open.nextAt += milliseconds(operation.everyMs);
    if (open.index === operation.count) {
      this.#open = this.#open.filter((other) => other !== open);
    }
    const { topic, partition, valueBytes } = operation;
    const key = keys[index % keys.length] ?? null;
    return { op: 'send', topic, partition, key, valueBytes };
  }
}

/** When the operation, or its last record, is due. */
function lastAt(operation: ProducerOperation): Instant {
  const at = milliseconds(operation.atMs);
  if (operation.op !== 'send') return at;
  return at + (operation.count - 1) * milliseconds(operation.everyMs);
}
