import { isTransactionData, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type GroupLedger } from './group-ledger.ts';
import { LogReader } from './log-reader.ts';
import { type Moment } from './moment.ts';
import { type PartitionTruth } from './partition-truth.ts';
import { type TransactionLedger } from './transaction-ledger.ts';

/** Reads what becomes durable of what coordinators write: only that is true of groups and transactions. */
export class CoordinatorLogs {
  readonly #readers = new Map<PartitionTruth, LogReader>();
  readonly #groups: GroupLedger;
  readonly #transactions: TransactionLedger;
  readonly #moment: Moment;

  constructor(groups: GroupLedger, transactions: TransactionLedger, moment: Moment) {
    this.#groups = groups;
    this.#transactions = transactions;
    this.#moment = moment;
  }

  readOn(partition: PartitionTruth): void {
    this.#moment.stored = [];
    this.#moment.committedOffsets = [];
    this.#reader(partition).readOn();
  }

  /** Groups may be anywhere, so all that is durable of them is read again. */
  lost(): void {
    this.#groups.lost();
    for (const partition of [...this.#readers.keys()]) {
      if (partition.coordinates !== 'groups') continue;
      this.#readers.delete(partition);
      this.readOn(partition);
    }
  }

  #reader(partition: PartitionTruth): LogReader {
    const known = this.#readers.get(partition);
    if (known !== undefined) return known;
    const made = new LogReader(partition.committed, (batch) => {
      this.#moment.stored.push(batch);
      if (partition.coordinates === 'groups') this.#storedGroups(batch, partition);
      else this.#storedTransactions(batch, partition);
    });
    this.#readers.set(partition, made);
    return made;
  }

  #storedGroups(batch: RecordBatch, partition: PartitionTruth): void {
    const { at, committedOffsets } = this.#moment;
    this.#groups.stored(batch, partition, at, committedOffsets);
    if (batch.isTransactional && !batch.isControl) this.#transactions.staged(batch);
  }

  #storedTransactions({ records }: RecordBatch, partition: PartitionTruth): void {
    for (const { data } of records) {
      if (data === null || !isTransactionData(data) || data.value === null) continue;
      this.#transactions.stored(data.value, partition, this.#moment.at);
    }
  }
}
