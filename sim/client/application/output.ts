import { noTxnUid, type RecordId } from '../../protocol/record-batch.ts';
import { type Bytes } from '../../protocol/record-batch.ts';
import { type ProducerCalls } from './producer-calls.ts';
import { recordToSend } from './record-to-send.ts';
import { type SendFailures } from './send-failures.ts';
import { type Steps } from './steps.ts';
import { type Transactions } from './transactions.ts';

export interface OutputOptions {
  /** Of its transactions, if it has a `transactional.id`; otherwise only its producer is used. */
  readonly transactions: Transactions;
  readonly isTransactional: boolean;
  readonly failures: SendFailures;
  /** Taken in turn. */
  readonly topics: readonly string[];
  readonly valueBytes: number;
  readonly nextRecordId: () => RecordId;
}

/** Where an application sends what it makes of its records. */
export class Output {
  readonly transactions: Transactions;
  readonly isTransactional: boolean;
  readonly #options: OutputOptions;
  #sent = 0;

  constructor(options: OutputOptions) {
    this.transactions = options.transactions;
    this.isTransactional = options.isTransactional;
    this.#options = options;
  }

  /** Sends a record with that key; returns when it lies in the accumulator. */
  *send(key: Bytes | null): Steps<RecordId> {
    const { topics, valueBytes, nextRecordId } = this.#options;
    const topic = topics[this.#sent % topics.length] ?? '';
    this.#sent += 1;
    const record = recordToSend({ topic, partition: undefined, key, valueBytes }, nextRecordId());
    return yield* this.#producer.send(record);
  }

  /**
   * What was sent outside of transactions has arrived when it returns. Within one, the commit sees to it.
   * @throws {ClientException} If something was given up.
   */
  *settle(): Steps<void> {
    if (this.transactions.open !== noTxnUid) return;
    yield* this.#producer.flush();
    this.#options.failures.raise();
  }

  *close(): Steps<void> {
    yield* this.#producer.close(Infinity);
  }

  get #producer(): ProducerCalls {
    return this.transactions.producer;
  }
}
