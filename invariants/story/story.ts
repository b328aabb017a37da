import {
  noTxnUid,
  type Offset,
  type RecordBatch,
  type RecordId,
} from '../../sim/protocol/record-batch.ts';
import { type Configuration } from '../configuration.ts';
import { ClusterStory, partition, type Partly } from './cluster-story.ts';
import { recordOf, valueOf } from './records.ts';
import { safeProfile } from './safe-profile.ts';

export const session = 'producer-1/0';

/**
 * A history told by hand: three brokers, one partition `orders-0`, one producer and one consumer. Each
 * method tells one fact, with what a healthy cluster would say; `write` and `elect` tell a few.
 */
export class Story extends ClusterStory {
  #recordIds = 0;

  /** Everybody is up, broker 1 leads, and 2 and 3 follow. */
  static begin(configuration: Configuration = safeProfile): Story {
    const story = new Story(configuration);
    for (const broker of [1, 2, 3]) {
      story.tell({ kind: 'nodeStarted', life: 1 }, `broker-${broker}`);
      story.register(broker);
    }
    for (const client of ['producer-1', 'consumer-1']) {
      story.tell({ kind: 'nodeStarted', life: 1 }, client);
    }
    story.tell({ kind: 'topicCreated', topic: 'orders', topicId: 'T', partitions: 1 });
    story.change({});
    for (const broker of [1, 2, 3]) story.load(broker);
    story.lead(1);
    story.follow(2);
    story.follow(3);
    return story;
  }

  /** `send()` was called for so many records, which now lie in the accumulator. */
  send(count = 1, node = 'producer-1'): RecordId[] {
    return Array.from({ length: count }, () => {
      return this.#sendOne({ key: null, value: valueOf(this.#recordIds) }, node);
    });
  }

  acked(batch: RecordBatch, more: Partly<'sendAcked'> = {}): void {
    for (const { recordId, offsetDelta } of batch.records) {
      this.tell(
        {
          kind: 'sendAcked',
          session,
          recordId,
          partition,
          offset: batch.baseOffset + offsetDelta,
          acks: -1,
          ...more,
        },
        'producer-1',
      );
    }
  }

  failed(recordId: RecordId, definite: boolean, error = 'TimeoutException'): void {
    this.tell({ kind: 'sendFailed', session, recordId, partition, error, definite }, 'producer-1');
  }

  receive(batches: readonly RecordBatch[], more: Partly<'fetchReceived'> = {}): void {
    const end = (batches.at(-1)?.lastOffset ?? -1) + 1;
    this.tell(
      {
        kind: 'fetchReceived',
        partition,
        from: this.leader,
        fetchOffset: batches[0]?.baseOffset ?? 0,
        error: 'NONE',
        highWatermark: end,
        lastStableOffset: end,
        logStartOffset: 0,
        batches,
        ...more,
      },
      'consumer-1',
    );
  }

  /** `poll()` returned all records of these batches. */
  poll(batches: readonly RecordBatch[], more: Partly<'recordsPolled'> = {}): void {
    const position = batches[0]?.baseOffset ?? 0;
    this.tell(
      {
        kind: 'recordsPolled',
        partition,
        isolationLevel: 'read_uncommitted',
        position,
        nextPosition: (batches.at(-1)?.lastOffset ?? position - 1) + 1,
        records: batches.flatMap(({ baseOffset, records }) =>
          records.map((record) => ({ offset: baseOffset + record.offsetDelta, record })),
        ),
        ...more,
      },
      'consumer-1',
    );
  }

  move(to: Offset, more: Partly<'positionMoved'> = {}): void {
    this.tell(
      { kind: 'positionMoved', partition, from: -1, to, why: 'assigned', ...more },
      'consumer-1',
    );
  }

  endReceived(offset: Offset, more: Partly<'endOffsetReceived'> = {}): void {
    this.tell(
      {
        kind: 'endOffsetReceived',
        partition,
        from: this.leader,
        leaderEpoch: this.epoch,
        error: 'NONE',
        offset,
        askedAt: this.at,
        ...more,
      },
      'consumer-1',
    );
  }

  /** Records that are sent, replicated to all, committed and acknowledged. */
  write(count = 1): RecordBatch {
    const batch = this.commit(this.send(count));
    this.answer(batch);
    this.acked(batch);
    return batch;
  }

  /** The same with one record of that key; null is a tombstone. */
  put(key: string, value: string | null, more: Partial<RecordBatch> = {}): RecordBatch {
    const recordId = this.#sendOne({ key, value }, 'producer-1');
    const records = [{ ...recordOf(recordId), key, value }];
    const batch = this.append(this.leader, [recordId], { records, ...more });
    this.spread(batch);
    this.answer(batch);
    this.acked(batch);
    return batch;
  }

  #sendOne(
    content: { readonly key: string | null; readonly value: string | null },
    node: string,
  ): RecordId {
    const recordId = this.#recordIds;
    this.#recordIds += 1;
    const owner = `${node}/0`;
    this.tell(
      {
        kind: 'sendAttempted',
        session: owner,
        recordId,
        topic: 'orders',
        txnUid: noTxnUid,
        ...content,
      },
      node,
    );
    this.tell({ kind: 'sendAccumulated', session: owner, recordId, partition }, node);
    return recordId;
  }
}
