import { type RecordId, type TxnUid } from '../../protocol/record-batch.ts';
import { type GroupMetadata, type GroupOffset } from '../consumer/group/group-offset.ts';
import { type KafkaProducer } from '../producer/kafka-producer.ts';
import { type ProducerRecord } from '../producer/producer-record.ts';
import { ClientException, outcomeOf, type Steps } from './steps.ts';

/** The calls of a producer as a thread makes them: it waits for them, and they throw. */
export class ProducerCalls {
  readonly client: KafkaProducer;

  constructor(client: KafkaProducer) {
    this.client = client;
  }

  /** Returns when the record lies in the accumulator. */
  *send(record: ProducerRecord): Steps<RecordId> {
    yield* this.#call((ended) => {
      this.client.send(record, ended);
    });
    return record.recordId;
  }

  /** Sends all at once, and waits until everything that was sent before is over. */
  *flush(): Steps<void> {
    yield* outcomeOf<unknown>((ended) => {
      this.client.flush(() => {
        ended(undefined);
      });
    });
  }

  *initTransactions(): Steps<void> {
    yield* this.#call((ended) => {
      this.client.initTransactions(ended);
    });
  }

  /** `txnUid` is a ghost. */
  beginTransaction(txnUid: TxnUid): void {
    const thrown = this.client.beginTransaction(txnUid);
    if (thrown !== undefined) throw new ClientException(thrown);
  }

  *sendOffsetsToTransaction(offsets: readonly GroupOffset[], group: GroupMetadata): Steps<void> {
    yield* this.#call((ended) => {
      this.client.sendOffsetsToTransaction(offsets, group, ended);
    });
  }

  *commitTransaction(): Steps<void> {
    yield* this.#call((ended) => {
      this.client.commitTransaction(ended);
    });
  }

  *abortTransaction(): Steps<void> {
    yield* this.#call((ended) => {
      this.client.abortTransaction(ended);
    });
  }

  /** After `timeoutMs`, which may be 0 or Infinity, what is left is given up. */
  *close(timeoutMs: number): Steps<void> {
    yield* outcomeOf<unknown>((ended) => {
      this.client.close(timeoutMs, () => {
        ended(undefined);
      });
    });
  }

  *#call(start: (ended: (thrown: string | undefined) => void) => void): Steps<void> {
    const thrown = yield* outcomeOf<string | undefined>(start);
    if (thrown !== undefined) throw new ClientException(thrown);
  }
}
