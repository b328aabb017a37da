import {
  incrementSequence,
  type Offset,
  type RecordBatch,
  type RecordId,
} from '../../sim/protocol/record-batch.ts';
import { type BrokerId, type Fact, type FactOf } from '../../sim/trace.ts';
import { type Configuration } from '../configuration.ts';
import { emptyBatch, recordOf } from './records.ts';
import { safeProfile } from './safe-profile.ts';
import { Telling } from './telling.ts';

export const partition = 'orders-0';

/** What a fact says otherwise than usual. */
export type Partly<K extends Fact['kind']> = Partial<Omit<FactOf<K>, 'kind'>>;

/** What brokers and the controller tell in a history that is told by hand. */
export class ClusterStory extends Telling {
  readonly #logs = new Map<BrokerId, RecordBatch[]>();
  #nextSequence = 0;
  #partitionEpoch = 0;
  #brokerEpoch = 0;
  epoch = 0;
  leader: BrokerId = 1;

  constructor(configuration: Configuration = safeProfile) {
    super(configuration);
  }

  // The controller.

  change(more: Partly<'partitionChanged'>): void {
    this.#partitionEpoch += 1;
    this.leader = more.leader ?? this.leader;
    this.epoch = more.leaderEpoch ?? this.epoch;
    this.tell(
      {
        kind: 'partitionChanged',
        partition,
        replicas: [1, 2, 3],
        leader: this.leader,
        leaderEpoch: this.epoch,
        partitionEpoch: this.#partitionEpoch,
        isr: [1, 2, 3],
        elr: [],
        lastKnownElr: [],
        wasUnclean: false,
        ...more,
      },
      'controller-1',
    );
  }

  /** The controller elects, the new leader hears of it, and nobody else does. */
  elect(leader: BrokerId, isr: readonly BrokerId[], more: Partly<'partitionChanged'> = {}): void {
    this.change({ leader, leaderEpoch: this.epoch + 1, isr, ...more });
    this.lead(leader, { isr });
  }

  /** The controller learns of a new life of the broker, and lets it take part. */
  register(broker: BrokerId, wasClean = true): void {
    this.#brokerEpoch += 1;
    const brokerEpoch = this.#brokerEpoch;
    this.tell({ kind: 'brokerRegistered', broker, brokerEpoch, wasClean }, 'controller-1');
    this.tell({ kind: 'brokerUnfenced', broker }, 'controller-1');
  }

  // Brokers.

  load(broker: BrokerId, more: Partly<'logLoaded'> = {}): void {
    const end = more.logEndOffset ?? this.logEnd(broker);
    this.#cut(broker, end);
    this.tell(
      {
        kind: 'logLoaded',
        partition,
        broker,
        wasClean: true,
        logStartOffset: 0,
        logEndOffset: end,
        highWatermark: 0,
        ...more,
      },
      `broker-${broker}`,
    );
  }

  /** The broker loses its power and comes back with what lies below `end`. */
  losePower(broker: BrokerId, end: Offset): void {
    this.tell({ kind: 'nodeCrashed', powerLost: true, entriesLost: 1 }, `broker-${broker}`);
    this.restart(broker, end);
  }

  restart(broker: BrokerId, end = this.logEnd(broker)): void {
    this.start(broker, end);
    this.register(broker, false);
  }

  /** The broker runs again, and the controller does not know it yet. */
  start(broker: BrokerId, end: Offset): void {
    this.tell({ kind: 'nodeStarted', life: 2 }, `broker-${broker}`);
    this.load(broker, { wasClean: false, logEndOffset: end });
  }

  lead(broker: BrokerId, more: Partly<'leaderStarted'> = {}): void {
    this.tell(
      {
        kind: 'leaderStarted',
        partition,
        broker,
        leaderEpoch: this.epoch,
        partitionEpoch: this.#partitionEpoch,
        isr: [1, 2, 3],
        logEndOffset: this.logEnd(broker),
        highWatermark: 0,
        ...more,
      },
      `broker-${broker}`,
    );
  }

  follow(broker: BrokerId, more: Partly<'followerStarted'> = {}): void {
    this.tell(
      {
        kind: 'followerStarted',
        partition,
        broker,
        leader: this.leader,
        leaderEpoch: this.epoch,
        logEndOffset: this.logEnd(broker),
        highWatermark: 0,
        ...more,
      },
      `broker-${broker}`,
    );
  }

  view(broker: BrokerId, more: Partly<'isrViewChanged'>): void {
    const isr = more.isr ?? [1, 2, 3];
    this.tell(
      {
        kind: 'isrViewChanged',
        partition,
        broker,
        leaderEpoch: this.epoch,
        partitionEpoch: this.#partitionEpoch,
        state: 'committed',
        isr,
        maximalIsr: isr,
        ...more,
      },
      `broker-${broker}`,
    );
  }

  /** Appends as leader what was accumulated. */
  append(
    broker: BrokerId,
    recordIds: readonly RecordId[],
    more: Partial<RecordBatch> = {},
  ): RecordBatch {
    const epoch = more.partitionLeaderEpoch ?? this.epoch;
    const baseOffset = more.baseOffset ?? this.logEnd(broker);
    const baseSequence = more.baseSequence ?? this.#nextSequence;
    const lastSequence = incrementSequence(baseSequence, recordIds.length - 1);
    const batch: RecordBatch = {
      ...emptyBatch,
      baseOffset,
      lastOffset: baseOffset + recordIds.length - 1,
      partitionLeaderEpoch: epoch,
      baseSequence,
      lastSequence,
      records: recordIds.map(recordOf),
      ...more,
    };
    if (!batch.isControl) this.#nextSequence = incrementSequence(batch.lastSequence, 1);
    this.#keep(broker, batch, true, epoch);
    return batch;
  }

  /** Appends as follower. */
  replicate(broker: BrokerId, batch: RecordBatch, leaderEpoch = this.epoch): void {
    this.#keep(broker, batch, false, leaderEpoch);
  }

  truncate(broker: BrokerId, to: Offset, more: Partly<'logTruncated'> = {}): void {
    const from = this.logEnd(broker);
    this.#cut(broker, to);
    this.tell(
      { kind: 'logTruncated', partition, broker, from, to, why: 'diverged', ...more },
      `broker-${broker}`,
    );
  }

  fetched(
    follower: BrokerId,
    fetchOffset: Offset,
    broker = this.leader,
    leaderEpoch = this.epoch,
  ): void {
    this.tell(
      { kind: 'followerFetched', partition, broker, follower, leaderEpoch, fetchOffset },
      `broker-${broker}`,
    );
  }

  highWatermark(broker: BrokerId, to: Offset, more: Partly<'highWatermarkMoved'> = {}): void {
    this.tell(
      {
        kind: 'highWatermarkMoved',
        partition,
        broker,
        isLeader: broker === this.leader,
        leaderEpoch: this.epoch,
        from: 0,
        to,
        ...more,
      },
      `broker-${broker}`,
    );
  }

  logStart(broker: BrokerId, to: Offset, more: Partly<'logStartMoved'> = {}): void {
    this.tell(
      { kind: 'logStartMoved', partition, broker, to, why: 'deleteRecords', ...more },
      `broker-${broker}`,
    );
  }

  /** A cleaner leaves these batches of what the log held below `to`. */
  clean(broker: BrokerId, to: Offset, batches: readonly RecordBatch[]): void {
    this.tell({ kind: 'logCleaned', partition, broker, from: 0, to, batches }, `broker-${broker}`);
  }

  answer(batch: RecordBatch, more: Partly<'produceAnswered'> = {}): void {
    const broker = more.broker ?? this.leader;
    this.tell(
      {
        kind: 'produceAnswered',
        partition,
        broker,
        acks: -1,
        error: 'NONE',
        baseOffset: batch.baseOffset,
        lastOffset: batch.lastOffset,
        isDuplicate: false,
        leaderEpoch: this.epoch,
        highWatermark: batch.lastOffset + 1,
        logStartOffset: 0,
        logEndOffset: this.logEnd(broker),
        maximalIsrSize: 3,
        minInsyncReplicas: 2,
        batch,
        ...more,
      },
      `broker-${broker}`,
    );
  }

  serve(batches: readonly RecordBatch[], more: Partly<'fetchServed'> = {}): void {
    const broker = more.broker ?? this.leader;
    const end = (batches.at(-1)?.lastOffset ?? -1) + 1;
    this.tell(
      {
        kind: 'fetchServed',
        partition,
        broker,
        isLeader: broker === this.leader,
        leaderEpoch: this.epoch,
        isolationLevel: 'read_uncommitted',
        fetchOffset: batches[0]?.baseOffset ?? 0,
        highWatermark: end,
        lastStableOffset: end,
        logStartOffset: 0,
        batches,
        abortedTransactions: [],
        ...more,
      },
      `broker-${broker}`,
    );
  }

  listEnd(broker: BrokerId, offset: Offset): void {
    this.tell(
      {
        kind: 'listOffsetsServed',
        partition,
        broker,
        leaderEpoch: this.epoch,
        timestampMs: -1,
        error: 'NONE',
        offset,
      },
      `broker-${broker}`,
    );
  }

  inspect(broker: BrokerId, more: Partly<'replicaInspected'> = {}): void {
    const batches = this.log(broker);
    const end = this.logEnd(broker);
    this.tell(
      {
        kind: 'replicaInspected',
        partition,
        broker,
        isLeader: broker === this.leader,
        leaderEpoch: this.epoch,
        logStartOffset: 0,
        logEndOffset: end,
        highWatermark: end,
        lastStableOffset: end,
        batches,
        epochCache: [{ leaderEpoch: 0, startOffset: 0 }],
        producers: [],
        isr: [1, 2, 3],
        isrIsPending: false,
        ...more,
      },
      `broker-${broker}`,
    );
  }

  /** Records that leader and followers append, and that are committed. */
  commit(recordIds: readonly RecordId[], followers: readonly BrokerId[] = [1, 2, 3]): RecordBatch {
    const batch = this.append(this.leader, recordIds);
    this.spread(batch, followers);
    return batch;
  }

  /** Followers take a batch over, and the leader hears of it. */
  spread(batch: RecordBatch, followers: readonly BrokerId[] = [1, 2, 3]): void {
    const end = batch.lastOffset + 1;
    for (const follower of followers) {
      if (follower === this.leader) continue;
      this.replicate(follower, batch);
      this.fetched(follower, end);
    }
    this.highWatermark(this.leader, end);
  }

  logEnd(broker: BrokerId): Offset {
    return (this.log(broker).at(-1)?.lastOffset ?? -1) + 1;
  }

  log(broker: BrokerId): RecordBatch[] {
    return this.#logs.get(broker) ?? [];
  }

  /** Sequences begin anew, as after a new producer epoch. */
  nextSequence(sequence: number): void {
    this.#nextSequence = sequence;
  }

  #keep(broker: BrokerId, batch: RecordBatch, asLeader: boolean, leaderEpoch: number): void {
    this.#logs.set(broker, [...this.log(broker), batch]);
    this.tell(
      { kind: 'batchAppended', partition, broker, asLeader, leaderEpoch, batch },
      `broker-${broker}`,
    );
  }

  #cut(broker: BrokerId, end: Offset): void {
    this.#logs.set(
      broker,
      this.log(broker).filter(({ lastOffset }) => lastOffset < end),
    );
  }
}
