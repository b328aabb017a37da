import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type PartitionProduceResponse } from '../../protocol/messages/produce-response.ts';
import { type Offset, type TxnUid } from '../../protocol/record-batch.ts';
import { type Fact, type PartitionName } from '../../trace.ts';
import { type ProducerBatch, type ProducerIdAndEpoch } from './producer-batch.ts';
import { type ProducerRecord } from './producer-record.ts';

/** `exception` is the Java class, without its package. */
export type SendFailed = (exception: string) => void;

/** Tells what a producer does and hears. */
export class ProducerFacts {
  readonly #context: Context<Frame, Fact>;
  readonly #session: string;
  readonly #acks: -1 | 0 | 1;
  readonly #onSendFailed: SendFailed | undefined;

  /** `session` names the producer object. */
  constructor(
    context: Context<Frame, Fact>,
    session: string,
    acks: -1 | 0 | 1,
    onSendFailed?: SendFailed,
  ) {
    this.#context = context;
    this.#session = session;
    this.#acks = acks;
    this.#onSendFailed = onSendFailed;
  }

  attempted({ recordId, topic, key, value }: ProducerRecord, txnUid: TxnUid): void {
    const session = this.#session;
    this.#context.record({ kind: 'sendAttempted', session, recordId, topic, key, value, txnUid });
  }

  accumulated({ recordId }: ProducerRecord, partition: PartitionName): void {
    const session = this.#session;
    this.#context.record({ kind: 'sendAccumulated', session, recordId, partition });
  }

  /** `send` itself has failed. */
  refused({ recordId }: ProducerRecord, partition: PartitionName | null, error: string): void {
    const session = this.#session;
    const definite = true;
    this.#context.record({ kind: 'sendFailed', session, recordId, partition, error, definite });
    this.#onSendFailed?.(error);
  }

  sent(batch: ProducerBatch, to: number): void {
    const { partition, producer, baseSequence, recordCount, attempts: attempt } = batch;
    this.#context.record({
      kind: 'batchSent',
      session: this.#session,
      partition: partition.name,
      to,
      producerId: producer.producerId,
      producerEpoch: producer.epoch,
      baseSequence,
      recordCount,
      attempt,
    });
  }

  responded(batch: ProducerBatch, { errorCode, baseOffset }: PartitionProduceResponse): void {
    this.#context.record({
      kind: 'produceResponseReceived',
      session: this.#session,
      partition: batch.partition.name,
      error: errorCode,
      baseOffset,
    });
  }

  /** `baseOffset`: -1 if it is not known. */
  acked(batch: ProducerBatch, baseOffset: Offset): void {
    const session = this.#session;
    const acks = this.#acks;
    const partition = batch.partition.name;
    for (const { recordId, offsetDelta } of batch.records) {
      const offset = baseOffset < 0 ? -1 : baseOffset + offsetDelta;
      this.#context.record({ kind: 'sendAcked', session, recordId, partition, offset, acks });
    }
  }

  /** `exceptionOf` a record, by its place in the batch. */
  failed(batch: ProducerBatch, exceptionOf: (index: number) => string): void {
    const session = this.#session;
    const partition = batch.partition.name;
    const definite = !batch.mayBeAppended && !batch.isInFlight;
    for (const { recordId, offsetDelta } of batch.records) {
      const error = exceptionOf(offsetDelta);
      this.#context.record({ kind: 'sendFailed', session, recordId, partition, error, definite });
      this.#onSendFailed?.(error);
    }
  }

  /** The producer is closed with a transaction open. */
  abandoned(txnUid: TxnUid): void {
    this.#context.record({ kind: 'transactionAbandoned', session: this.#session, txnUid });
  }

  producerIdAssigned({ producerId, epoch }: ProducerIdAndEpoch, batchesInDoubt: number): void {
    const session = this.#session;
    const producerEpoch = epoch;
    const kind = 'producerIdAssigned';
    this.#context.record({ kind, session, producerId, producerEpoch, batchesInDoubt });
  }
}
