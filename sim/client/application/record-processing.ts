import { ConfigError } from '../../config-error.ts';
import { type Context } from '../../kernel/process.ts';
import { type Duration, milliseconds } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { noTxnUid, type RecordId } from '../../protocol/record-batch.ts';
import { type Fact, type PartitionName, type PolledRecord } from '../../trace.ts';
import { ApplicationSleep } from './application-sleep.ts';
import { ApplicationThread } from './application-thread.ts';
import { type ConsumerCalls } from './consumer-calls.ts';
import { type Output } from './output.ts';
import { type Polled, type ProcessingTools } from './processing-model.ts';
import { type Step, type Steps } from './steps.ts';
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
    const output = this.#output;
    if (output !== undefined) {
      yield* this.#produce(polled, output);
      return;
    }
    const share = this.#shareOf(polled);
    for (const { partition, records } of polled) {
      if (share === 0) this.#tell(partition, records, []);
      else {
        for (const record of records) {
          yield this.#sleep(share);
          this.#tell(partition, [record], []);
        }
      }
    }
  }

  /** Works on one record after the other; all are done when what comes of them has arrived. */
  *#produce(polled: Polled, output: Output): Steps<void> {
    const share = this.#shareOf(polled);
    const outputs: RecordId[][] = [];
    for (const { records } of polled) {
      const sent: RecordId[] = [];
      for (const { record } of records) {
        if (share > 0) yield this.#sleep(share);
        sent.push(yield* output.send(record.key));
      }
      outputs.push(sent);
    }
    yield* output.settle();
    for (const [index, { partition, records }] of polled.entries()) {
      this.#tell(partition, records, outputs[index] ?? []);
    }
  }

  /** How long it works on each record, in microseconds. */
  #shareOf(polled: Polled): Duration {
    let count = 0;
    for (const { records } of polled) count += records.length;
    return count === 0 ? 0 : Math.trunc(this.#work / count);
  }

  #sleep(span: Duration): Step {
    return new ApplicationSleep(this.#context).for(span);
  }

  #tell(
    partition: PartitionName,
    records: readonly PolledRecord[],
    outputs: readonly RecordId[],
  ): void {
    const groupId = this.consumer.group?.groupId ?? null;
    const isOfInterest = groupId !== null || this.#output !== undefined;
    if (records.length === 0 || !isOfInterest) return;
    const offsets = records.map(({ offset }) => offset);
    const txnUid = this.#output?.transactions.open ?? noTxnUid;
    const kind = 'recordsProcessed';
    this.#context.record({ kind, groupId, partition, offsets, outputs, txnUid });
  }
}
