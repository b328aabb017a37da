import { ConfigError } from '../../config-error.ts';
import { type Context } from '../../kernel/process.ts';
import { type Duration, milliseconds } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { noTxnUid, type RecordId } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { type PolledPartition } from '../consumer/fetch-collector.ts';
import { ApplicationSleep } from './application-sleep.ts';
import { ApplicationThread } from './application-thread.ts';
import { type ConsumerCalls } from './consumer-calls.ts';
import { type Output } from './output.ts';
import { type Polled, type ProcessingTools } from './processing-model.ts';
import { type Steps } from './steps.ts';
import { type Transactions } from './transactions.ts';

/** The work of an application on its records, and what its processing model may use. */
export class RecordProcessing implements ProcessingTools {
  readonly consumer: ConsumerCalls;
  readonly #context: Context<Frame, Fact>;
  readonly #output: Output | undefined;
  readonly #work: Duration;

  constructor(
    context: Context<Frame, Fact>,
    consumer: ConsumerCalls,
    output: Output | undefined,
    processingMs: number,
  ) {
    this.consumer = consumer;
    this.#context = context;
    this.#output = output;
    this.#work = milliseconds(processingMs);
  }

  get transactions(): Transactions {
    if (this.#output?.isTransactional === true) return this.#output.transactions;
    const place = `the output of ${this.#context.name}`;
    throw new ConfigError(place, 'needs a producer with a transactional.id for exactly-once');
  }

  readonly process = (polled: Polled): Steps<void> => this.#process(polled);

  readonly handOver = (polled: Polled): void => {
    new ApplicationThread(this.#process(polled)).run();
  };

  *#process(polled: Polled): Steps<void> {
    if (this.#work > 0) yield new ApplicationSleep(this.#context).for(this.#work);
    const output = this.#output;
    const groupId = this.consumer.group?.groupId ?? null;
    if (output === undefined) {
      if (groupId === null) return;
      for (const partition of polled) this.#tell(partition, [], groupId);
      return;
    }
    const outputs: RecordId[][] = [];
    for (const { records } of polled) {
      const sent: RecordId[] = [];
      for (const { record } of records) sent.push(yield* output.send(record.key));
      outputs.push(sent);
    }
    yield* output.settle();
    for (const [index, partition] of polled.entries()) {
      this.#tell(partition, outputs[index] ?? [], groupId);
    }
  }

  #tell(
    { partition, records }: PolledPartition,
    outputs: readonly RecordId[],
    groupId: string | null,
  ): void {
    if (records.length === 0) return;
    const offsets = records.map(({ offset }) => offset);
    const txnUid = this.#output?.transactions.open ?? noTxnUid;
    const kind = 'recordsProcessed';
    this.#context.record({ kind, groupId, partition, offsets, outputs, txnUid });
  }
}
