import { type GroupMemberView, type PartitionOffset } from '../../sim/group-facts.ts';
import { type StoredMemberAssignment } from '../../sim/protocol/consumer-group-record.ts';
import { type CoordinatorData, type StoredOffset } from '../../sim/protocol/coordinator-record.ts';
import { type ErrorName } from '../../sim/protocol/errors.ts';
import {
  type Offset,
  type RecordBatch,
  type RecordId,
  type TxnUid,
} from '../../sim/protocol/record-batch.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type Partly } from './cluster-story.ts';
import { offsetsPartition } from './coordinated-story.ts';
import { recordOf } from './records.ts';
import { storedOffset, TransactionStory } from './transaction-story.ts';

export const groupId = 'billing';

/** A history of one group, `billing`, which reads `orders`. */
export class GroupStory extends TransactionStory {
  #commits = 0;
  #generation = 0;
  #inputs = 1_000;
  readonly #subscribers = new Set<string>();

  subscribe(node: string, topics: readonly string[] = ['orders']): void {
    this.#subscribers.add(node);
    this.tell({ kind: 'subscriptionChanged', topics, pattern: null }, node);
  }

  /** A consumer is not let into the group. */
  refuse(node: string, error: ErrorName, isFatal = true): void {
    this.tell({ kind: 'joinRefused', groupId, memberId: '', error, isFatal }, node);
  }

  /** A generation of a classic group is durable, and its members have heard of it. */
  rebalance(members: Readonly<Record<string, readonly PartitionName[]>>): void {
    this.#generation += 1;
    this.write(offsetsPartition, generationRecord(this.#generation));
    const views = Object.entries(members).map(([node, assigned]) => view(node, assigned));
    this.changed(views);
    for (const [node, owned] of Object.entries(members)) {
      if (!this.#subscribers.has(node)) this.subscribe(node);
      this.assign(node, owned);
    }
  }

  /** A generation is in the log of the coordinator, and not durable. */
  writeGeneration(generation: number): void {
    this.writeOnly(offsetsPartition, generationRecord(generation));
  }

  /** How far a member of a consumer group is, is durable. */
  hold(memberId: string, more: Partial<StoredMemberAssignment> = {}): void {
    this.write(offsetsPartition, {
      type: 'ConsumerGroupCurrentMemberAssignment',
      groupId,
      memberId,
      value: {
        memberEpoch: 1,
        previousMemberEpoch: 0,
        state: 0,
        assignedPartitions: [],
        partitionsPendingRevocation: [],
        ...more,
      },
    });
  }

  changed(members: readonly GroupMemberView[], more: Partly<'groupChanged'> = {}): void {
    this.tell(
      {
        kind: 'groupChanged',
        groupId,
        broker: 1,
        protocol: 'classic',
        state: 'Stable',
        generation: this.#generation,
        assignor: 'range',
        members,
        ...more,
      },
      'broker-1',
    );
  }

  assign(
    node: string,
    owned: readonly PartitionName[],
    more: Partly<'partitionsAssigned'> = {},
  ): void {
    this.tell(
      {
        kind: 'partitionsAssigned',
        groupId,
        memberId: memberOf(node),
        instanceId: null,
        generation: this.#generation,
        added: owned,
        owned,
        ...more,
      },
      node,
    );
  }

  revoke(node: string, partitions: readonly PartitionName[]): void {
    const memberId = memberOf(node);
    const generation = this.#generation;
    const common = { groupId, memberId, generation, partitions };
    this.tell({ kind: 'partitionsRevoked', areLost: false, ...common }, node);
  }

  remove(node: string, why: FactOf<'memberRemoved'>['why'] = 'sessionExpired'): void {
    const memberId = memberOf(node);
    this.tell({ kind: 'memberRemoved', groupId, broker: 1, memberId, why }, 'broker-1');
  }

  /** The member knows that it is none any more. */
  leave(node: string, why: FactOf<'membershipEnded'>['why']): void {
    const member = { groupId, memberId: memberOf(node), instanceId: null };
    this.tell({ kind: 'membershipEnded', ...member, why, error: null }, node);
  }

  /** A static member, whose instance is `till`, can do nothing more. */
  endMember(node: string, error: string): void {
    const member = { groupId, memberId: memberOf(node), instanceId: 'till' };
    this.tell({ kind: 'membershipEnded', ...member, why: 'fatal', error }, node);
  }

  /** Records that somebody else has sent to `orders-0`. */
  input(count = 1): RecordBatch {
    const recordIds = Array.from({ length: count }, (_, index) => this.#inputs + index);
    this.#inputs += count;
    const session = 'producer-2/0';
    for (const recordId of recordIds) {
      const sent = { session, recordId, topic: 'orders', key: null, value: `value ${recordId}` };
      this.tell({ kind: 'sendAttempted', txnUid: -1, ...sent }, 'producer-2');
      const partition = 'orders-0';
      this.tell({ kind: 'sendAccumulated', session, recordId, partition }, 'producer-2');
    }
    const records = recordIds.map((recordId, offsetDelta) => recordOf(recordId, offsetDelta));
    const batch = this.append('orders-0', { records });
    for (const [index, recordId] of recordIds.entries()) {
      const acked = { session, recordId, partition: 'orders-0', offset: batch.baseOffset + index };
      this.tell({ kind: 'sendAcked', acks: -1, ...acked }, 'producer-2');
    }
    return batch;
  }

  /** The group has committed nothing, and its consumer begins at 0. */
  reset(node = 'consumer-1', to: Offset = 0): void {
    this.fetchOffset(-1, {}, node);
    this.moveTo(to, { why: 'reset' }, node);
  }

  /** A consumer of `orders-0` goes on where its group has committed. */
  moveTo(to: Offset, more: Partly<'positionMoved'> = {}, node = 'consumer-1'): void {
    const moved = { partition: 'orders-0', from: -1, to, why: 'committed' } as const;
    this.tell({ kind: 'positionMoved', ...moved, ...more }, node);
  }

  process(batch: RecordBatch, node = 'consumer-1', txnUid: TxnUid = -1): void {
    this.poll('orders-0', [batch], {}, node);
    this.work(batch, node, txnUid);
  }

  work(
    batch: RecordBatch,
    node = 'consumer-1',
    txnUid: TxnUid = -1,
    outputs: readonly RecordId[] = [],
  ): void {
    const offsets = batch.records.map(({ offsetDelta }) => batch.baseOffset + offsetDelta);
    const partition = 'orders-0';
    this.tell({ kind: 'recordsProcessed', groupId, partition, offsets, outputs, txnUid }, node);
  }

  /** A consumer works on a record, sends what comes of it, and does not wait until that has arrived. */
  workInHaste(batch: RecordBatch, node = 'consumer-1'): RecordId {
    const sent = { session: `${node}/0`, recordId: 9_000, topic: 'orders', key: null, value: null };
    this.poll('orders-0', [batch], {}, node);
    this.tell({ kind: 'sendAttempted', txnUid: -1, ...sent }, node);
    this.work(batch, node, -1, [sent.recordId]);
    return sent.recordId;
  }

  /** A commit that is durable, answered, and known to the consumer. */
  commitOffset(offset: Offset, node = 'consumer-1'): void {
    const commit = this.attempt(offset, node);
    this.storeOffset(offset, { commitUid: commit });
    this.answerCommit(offset, node);
    this.tell({ kind: 'offsetCommitSucceeded', commit }, node);
  }

  attempt(offset: Offset, node = 'consumer-1', more: Partly<'offsetCommitAttempted'> = {}): number {
    this.#commits += 1;
    const commit = this.#commits;
    this.tell(
      {
        kind: 'offsetCommitAttempted',
        groupId,
        memberId: memberOf(node),
        generation: this.#generation,
        commit,
        commitUid: commit,
        offsets: offsetsOf(offset),
        why: 'sync',
        ...more,
      },
      node,
    );
    return commit;
  }

  storeOffset(offset: Offset, more: Partial<StoredOffset> = {}): void {
    this.write(offsetsPartition, storedOffset(groupId, 'orders-0', offset, more));
  }

  /** The coordinator lets go what the group has committed. */
  letGoOffset(): void {
    this.write(offsetsPartition, { ...storedOffset(groupId, 'orders-0', 0), value: null });
  }

  answerCommit(
    offset: Offset,
    node = 'consumer-1',
    more: Partly<'offsetCommitAnswered'> = {},
  ): void {
    this.tell(
      {
        kind: 'offsetCommitAnswered',
        groupId,
        broker: 1,
        memberId: memberOf(node),
        generation: this.#generation,
        groupGeneration: this.#generation,
        member: null,
        offsets: offsetsOf(offset),
        errors: ['NONE'],
        txnUid: -1,
        ...more,
      },
      'broker-1',
    );
  }

  /** A consumer asks and is told. */
  fetchOffset(
    offset: Offset,
    more: Partly<'committedOffsetsReceived'> = {},
    node = 'consumer-1',
  ): void {
    this.tell(
      {
        kind: 'committedOffsetsReceived',
        groupId,
        from: 1,
        offsets: offsetsOf(offset),
        topicIds: [null],
        requireStable: true,
        askedAt: this.at,
        ...more,
      },
      node,
    );
  }
}

function generationRecord(generation: number): CoordinatorData {
  return {
    type: 'GroupMetadata',
    groupId,
    value: {
      protocolType: 'consumer',
      generation,
      protocol: 'range',
      leader: null,
      currentStateTimestampMs: 0,
      members: [],
    },
  };
}

export function view(node: string, assigned: readonly PartitionName[]): GroupMemberView {
  const memberId = memberOf(node);
  return { memberId, instanceId: null, epoch: 1, assigned, pendingRevocation: [] };
}

function memberOf(node: string): string {
  return `member of ${node}`;
}

function offsetsOf(offset: Offset): readonly PartitionOffset[] {
  return [{ partition: 'orders-0', offset }];
}
