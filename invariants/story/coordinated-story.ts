import {
  type CoordinatorData,
  type TransactionData,
} from '../../sim/protocol/coordinator-record.ts';
import {
  noRecordId,
  type Offset,
  type RecordBatch,
  type RecordData,
} from '../../sim/protocol/record-batch.ts';
import { type PartitionName } from '../../sim/trace.ts';
import { type Configuration } from '../configuration.ts';
import { type Partly } from './cluster-story.ts';
import { coordinatedProfile } from './coordinated-profile.ts';
import { emptyBatch, recordOf } from './records.ts';
import { Telling } from './telling.ts';

export const offsetsPartition = '__consumer_offsets-0';
export const transactionsPartition = '__transaction_state-0';

/** A history with several partitions, which broker 1 leads and coordinates alone. */
export class CoordinatedStory extends Telling {
  readonly #logs = new Map<PartitionName, RecordBatch[]>();

  constructor(configuration: Configuration = coordinatedProfile) {
    super(configuration);
    this.tell({ kind: 'nodeStarted', life: 1 }, 'broker-1');
    this.tell({ kind: 'brokerRegistered', broker: 1, brokerEpoch: 1, wasClean: true });
    this.tell({ kind: 'brokerUnfenced', broker: 1 });
    for (const client of ['producer-1', 'producer-2', 'consumer-1', 'consumer-2']) {
      this.tell({ kind: 'nodeStarted', life: 1 }, client);
    }
    for (const name of ['orders-0', 'orders-1', 'payments-0']) this.#create(name);
    for (const partition of [offsetsPartition, transactionsPartition]) {
      this.#create(partition);
      this.load(partition);
    }
  }

  /** A broker has read the log of broker 1, to its end. */
  load(partition: PartitionName, broker = 1, leaderEpoch = 0): void {
    this.tell({ kind: 'coordinatorLoaded', partition, broker, leaderEpoch }, `broker-${broker}`);
  }

  log(partition: PartitionName): RecordBatch[] {
    const log = this.#logs.get(partition);
    if (log === undefined) throw new Error(`there is no partition ${partition}`);
    return log;
  }

  logEnd(partition: PartitionName): Offset {
    return (this.log(partition).at(-1)?.lastOffset ?? -1) + 1;
  }

  /** The leader appends a batch with so many records as `more` has, and all of it is committed. */
  append(partition: PartitionName, more: Partial<RecordBatch>): RecordBatch {
    const batch = this.appendOnly(partition, more);
    this.commit(partition);
    return batch;
  }

  /** The same, and it is not committed. */
  appendOnly(partition: PartitionName, more: Partial<RecordBatch>): RecordBatch {
    const baseOffset = this.logEnd(partition);
    const count = more.records?.length ?? 0;
    const baseSequence = more.baseSequence ?? -1;
    const batch: RecordBatch = {
      ...emptyBatch,
      producerId: -1,
      producerEpoch: -1,
      baseOffset,
      lastOffset: baseOffset + count - 1,
      baseSequence,
      lastSequence: baseSequence < 0 ? -1 : baseSequence + count - 1,
      ...more,
    };
    this.log(partition).push(batch);
    this.tell(
      { kind: 'batchAppended', partition, broker: 1, asLeader: true, leaderEpoch: 0, batch },
      'broker-1',
    );
    return batch;
  }

  /** What broker 1 has of the partition becomes durable. */
  commit(partition: PartitionName, to: Offset = this.logEnd(partition)): void {
    this.tell(
      {
        kind: 'highWatermarkMoved',
        partition,
        broker: 1,
        isLeader: true,
        leaderEpoch: 0,
        from: 0,
        to,
      },
      'broker-1',
    );
  }

  /** A coordinator writes records, which become durable. */
  write(partition: PartitionName, ...data: (CoordinatorData | TransactionData)[]): RecordBatch {
    return this.append(partition, { records: data.map(recordWith) });
  }

  /** The same, and they are not durable yet. */
  writeOnly(partition: PartitionName, ...data: (CoordinatorData | TransactionData)[]): void {
    this.appendOnly(partition, { records: data.map(recordWith) });
  }

  serve(partition: PartitionName, more: Partly<'fetchServed'> = {}): void {
    const fetchOffset = more.fetchOffset ?? 0;
    const end = this.logEnd(partition);
    const bound = more.lastStableOffset ?? end;
    const batches = this.log(partition).filter(
      ({ lastOffset }) => lastOffset >= fetchOffset && lastOffset < bound,
    );
    this.tell(
      {
        kind: 'fetchServed',
        partition,
        broker: 1,
        isLeader: true,
        leaderEpoch: 0,
        isolationLevel: 'read_committed',
        fetchOffset,
        highWatermark: end,
        lastStableOffset: end,
        logStartOffset: 0,
        batches,
        abortedTransactions: [],
        ...more,
      },
      'broker-1',
    );
  }

  /** A consumer is given all records of these batches. */
  poll(
    partition: PartitionName,
    batches: readonly RecordBatch[],
    more: Partly<'recordsPolled'> = {},
    node = 'consumer-1',
  ): void {
    const position = batches[0]?.baseOffset ?? 0;
    this.tell(
      {
        kind: 'recordsPolled',
        partition,
        isolationLevel: 'read_committed',
        position,
        nextPosition: (batches.at(-1)?.lastOffset ?? position - 1) + 1,
        records: batches.flatMap(({ baseOffset, records }) =>
          records.map((record) => ({ offset: baseOffset + record.offsetDelta, record })),
        ),
        ...more,
      },
      node,
    );
  }

  /** Another broker is elected, and broker 1 does not know it. */
  depose(partition: PartitionName): void {
    this.#change(partition, 2, 1);
  }

  #change(partition: PartitionName, leader: number, leaderEpoch: number): void {
    this.tell({
      kind: 'partitionChanged',
      partition,
      replicas: [1, 2],
      leader,
      leaderEpoch,
      partitionEpoch: leaderEpoch,
      isr: [leader],
      elr: [],
      lastKnownElr: [],
      wasUnclean: false,
    });
  }

  #create(partition: PartitionName): void {
    this.#logs.set(partition, []);
    this.#change(partition, 1, 0);
    const common = { partition, broker: 1, logEndOffset: 0, highWatermark: 0 };
    this.tell({ kind: 'logLoaded', wasClean: true, logStartOffset: 0, ...common }, 'broker-1');
    this.tell(
      { kind: 'leaderStarted', leaderEpoch: 0, partitionEpoch: 0, isr: [1], ...common },
      'broker-1',
    );
  }
}

export function recordWith(data: RecordData, offsetDelta: number): RecordBatch['records'][number] {
  return { ...recordOf(noRecordId, offsetDelta), data };
}
