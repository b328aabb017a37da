import { type GroupFact } from './group-facts.ts';
import { type Instant } from './kernel/time.ts';
import { type KernelFact } from './kernel-facts.ts';
import { type ErrorName } from './protocol/errors.ts';
import {
  type LogRecord,
  type Offset,
  type RecordBatch,
  type RecordId,
  type TxnUid,
} from './protocol/record-batch.ts';
import { type TransactionFact } from './transaction-facts.ts';

/** `orders-0`: a topic's name and a partition's number. */
export type PartitionName = string;

/** A broker's or controller's Kafka id. */
export type BrokerId = number;

/**
 * What a run records: plain facts, told by the process or the part of the kernel that did it, at the
 * moment when it did it, causes before what follows from them: the follower's fetch before the high
 * watermark that it moves. Invariants and reports see these and nothing else.
 */
export type Fact =
  KernelFact | ClientFact | BrokerFact | ControllerFact | GroupFact | TransactionFact;

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, { readonly kind: K }>;

/** A fact with the place where it happened. */
export interface TraceEvent {
  /** Position in the trace, from 0. */
  readonly index: number;
  readonly at: Instant;
  /** The node's name: `broker-1`, `producer-2`; empty for the world itself. */
  readonly node: string;
  /** Index of the event that led to this one; -1 if none did. */
  readonly cause: number;
  readonly fact: Fact;
}

// What clients see. The node is the client.

export type ClientFact =
  /**
   * `send()` was called. `session` names the producer's life and producer object: order and
   * deduplication are promised within one session only.
   */
  | {
      readonly kind: 'sendAttempted';
      readonly session: string;
      readonly recordId: RecordId;
      readonly topic: string;
      readonly key: string | null;
      readonly value: string | null;
      /** The transaction that the producer is in; -1: none. */
      readonly txnUid: TxnUid;
    }
  /** The partitioner has chosen and the record lies in the accumulator: this is the send order. */
  | {
      readonly kind: 'sendAccumulated';
      readonly session: string;
      readonly recordId: RecordId;
      readonly partition: PartitionName;
    }
  /** The callback came without error. `offset` is -1 where the client does not know it. */
  | {
      readonly kind: 'sendAcked';
      readonly session: string;
      readonly recordId: RecordId;
      readonly partition: PartitionName;
      readonly offset: Offset;
      readonly acks: -1 | 0 | 1;
    }
  /**
   * The callback came with an error. `definite` means that no attempt can have been appended; if
   * not, the outcome is unknown.
   */
  | {
      readonly kind: 'sendFailed';
      readonly session: string;
      readonly recordId: RecordId;
      readonly partition: PartitionName | null;
      readonly error: string;
      readonly definite: boolean;
    }
  /** The producer has a producer id and epoch of its own, first or after a bump. */
  | {
      readonly kind: 'producerIdAssigned';
      readonly session: string;
      readonly producerId: number;
      readonly producerEpoch: number;
      /** Batches whose outcome is not known when the epoch was raised. */
      readonly batchesInDoubt: number;
    }
  /** A produce request leaves; a retry when `attempt` > 0. */
  | {
      readonly kind: 'batchSent';
      readonly session: string;
      readonly partition: PartitionName;
      readonly to: BrokerId;
      readonly producerId: number;
      readonly producerEpoch: number;
      readonly baseSequence: number;
      readonly recordCount: number;
      readonly attempt: number;
    }
  | {
      readonly kind: 'produceResponseReceived';
      readonly session: string;
      readonly partition: PartitionName;
      readonly error: ErrorName;
      readonly baseOffset: Offset;
    }
  /** A consumer's fetch was answered with records or an error; before any of them is returned. */
  | {
      readonly kind: 'fetchReceived';
      readonly partition: PartitionName;
      readonly from: BrokerId;
      readonly fetchOffset: Offset;
      readonly error: ErrorName;
      readonly highWatermark: Offset;
      readonly lastStableOffset: Offset;
      readonly logStartOffset: Offset;
      readonly batches: readonly RecordBatch[];
    }
  /** `poll()` returned these records of one partition; position moved from `position` to `nextPosition`. */
  | {
      readonly kind: 'recordsPolled';
      readonly partition: PartitionName;
      readonly isolationLevel: 'read_uncommitted' | 'read_committed';
      readonly position: Offset;
      readonly nextPosition: Offset;
      /** Base offset of the batch plus the record's delta is its offset. */
      readonly records: readonly PolledRecord[];
    }
  /** The position moved for another reason than records. `from` is -1 where there was none. */
  | {
      readonly kind: 'positionMoved';
      readonly partition: PartitionName;
      readonly from: Offset;
      readonly to: Offset;
      readonly why: 'assigned' | 'committed' | 'reset' | 'seek' | 'truncated';
    }
  /** The application has made a call that moves its position, or stops or starts the reading of partitions. */
  | {
      readonly kind: 'consumerCalled';
      readonly call: 'pause' | 'resume' | 'seek' | 'seekToBeginning' | 'seekToEnd';
      readonly partitions: readonly PartitionName[];
      /** Where it seeks to, if it says an offset; else -1. */
      readonly offset: Offset;
      /** The Java class of what the call has thrown, without its package; null: nothing. */
      readonly exception: string | null;
    }
  /** From now on `poll()` fetches these partitions: assigned and not paused; none after `close()`. */
  | { readonly kind: 'assignmentChanged'; readonly partitions: readonly PartitionName[] }
  /** The consumer was told that its position is gone, and it has no policy that may move it. */
  | {
      readonly kind: 'consumerError';
      readonly partition: PartitionName;
      readonly error: string;
    }
  /** A client's ListOffsets for `latest` was answered. */
  | {
      readonly kind: 'endOffsetReceived';
      readonly partition: PartitionName;
      readonly from: BrokerId;
      readonly leaderEpoch: number;
      readonly error: ErrorName;
      readonly offset: Offset;
      /** When the request was sent: what was acknowledged before must be below `offset`. */
      readonly askedAt: Instant;
    };

export interface PolledRecord {
  readonly offset: Offset;
  readonly record: LogRecord;
}

// What brokers do. The node is the broker.

export type BrokerFact =
  /** A log was opened at a start of the broker, or made. */
  | {
      readonly kind: 'logLoaded';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly wasClean: boolean;
      readonly logStartOffset: Offset;
      readonly logEndOffset: Offset;
      readonly highWatermark: Offset;
    }
  | {
      readonly kind: 'batchAppended';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly asLeader: boolean;
      /** The leader epoch that the replica is in. */
      readonly leaderEpoch: number;
      readonly batch: RecordBatch;
    }
  | {
      readonly kind: 'logTruncated';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      /** The old and the new log end offset. */
      readonly from: Offset;
      readonly to: Offset;
      readonly why: 'diverged' | 'highWatermark' | 'outOfRange' | 'recovery' | 'fully';
    }
  | {
      readonly kind: 'highWatermarkMoved';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly isLeader: boolean;
      readonly leaderEpoch: number;
      readonly from: Offset;
      readonly to: Offset;
    }
  | {
      readonly kind: 'logStartMoved';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly to: Offset;
      readonly why: 'deleteRecords' | 'retention' | 'leader' | 'recovery';
    }
  /** A cleaner has put these batches in the place of what the log held there; `to` is exclusive. */
  | {
      readonly kind: 'logCleaned';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly from: Offset;
      readonly to: Offset;
      readonly batches: readonly RecordBatch[];
    }
  /** The replica goes away: topic deleted, or no longer assigned here. */
  | {
      readonly kind: 'replicaRemoved';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
    }
  | {
      readonly kind: 'leaderStarted';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly leaderEpoch: number;
      readonly partitionEpoch: number;
      readonly isr: readonly BrokerId[];
      readonly logEndOffset: Offset;
      readonly highWatermark: Offset;
    }
  | {
      readonly kind: 'followerStarted';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly leader: BrokerId;
      readonly leaderEpoch: number;
      readonly logEndOffset: Offset;
      readonly highWatermark: Offset;
    }
  /** The leader's own view of the ISR has changed: proposed, committed, or taken back. */
  | {
      readonly kind: 'isrViewChanged';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly leaderEpoch: number;
      readonly partitionEpoch: number;
      readonly state: 'committed' | 'pendingExpand' | 'pendingShrink';
      readonly isr: readonly BrokerId[];
      /** What counts for the high watermark (KIP-497). */
      readonly maximalIsr: readonly BrokerId[];
    }
  | {
      readonly kind: 'followerFetched';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly follower: BrokerId;
      readonly leaderEpoch: number;
      readonly fetchOffset: Offset;
    }
  /**
   * The leader's answer for one partition of a produce, when it is sent (acks=0: when appended); epoch,
   * high watermark and replicas are those at which it was decided.
   */
  | {
      readonly kind: 'produceAnswered';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly acks: number;
      readonly error: ErrorName;
      /** Of the batch; -1 on errors. */
      readonly baseOffset: Offset;
      readonly lastOffset: Offset;
      readonly isDuplicate: boolean;
      readonly leaderEpoch: number;
      readonly highWatermark: Offset;
      readonly logStartOffset: Offset;
      /** When the answer was decided, which may be long before it goes out; -1: there was no log. */
      readonly logEndOffset: Offset;
      readonly maximalIsrSize: number;
      readonly minInsyncReplicas: number;
      /** The batch as the client sent it. */
      readonly batch: RecordBatch | null;
    }
  /** A consumer's fetch of one partition was answered, by a leader or by a follower (KIP-392). */
  | {
      readonly kind: 'fetchServed';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly isLeader: boolean;
      readonly leaderEpoch: number;
      readonly isolationLevel: 'read_uncommitted' | 'read_committed';
      readonly fetchOffset: Offset;
      readonly highWatermark: Offset;
      readonly lastStableOffset: Offset;
      readonly logStartOffset: Offset;
      readonly batches: readonly RecordBatch[];
      readonly abortedTransactions: readonly {
        readonly producerId: number;
        readonly firstOffset: Offset;
      }[];
    }
  | {
      readonly kind: 'listOffsetsServed';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly leaderEpoch: number;
      readonly timestampMs: number;
      readonly error: ErrorName;
      readonly offset: Offset;
    }
  /** The fetcher gave the partition up until its leader epoch changes. */
  | {
      readonly kind: 'partitionFailed';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly why: string;
    }
  /** At quiet points and at the end: the whole replica, for checks that compare states. */
  | {
      readonly kind: 'replicaInspected';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly isLeader: boolean;
      readonly leaderEpoch: number;
      readonly logStartOffset: Offset;
      readonly logEndOffset: Offset;
      readonly highWatermark: Offset;
      readonly lastStableOffset: Offset;
      readonly batches: readonly RecordBatch[];
      readonly epochCache: readonly {
        readonly leaderEpoch: number;
        readonly startOffset: Offset;
      }[];
      readonly producers: readonly ProducerStateView[];
      readonly isr: readonly BrokerId[];
      readonly isrIsPending: boolean;
    };

/** One entry of a replica's producer state, as `ProducerStateEntry` has it. */
export interface ProducerStateView {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Oldest first, at most five. */
  readonly batches: readonly {
    readonly firstSequence: number;
    readonly lastSequence: number;
    readonly firstOffset: Offset;
    readonly lastOffset: Offset;
  }[];
  readonly currentTxnFirstOffset: Offset | null;
}

// What the controller decides. The node is the controller; facts are told when committed.

export type ControllerFact =
  | {
      readonly kind: 'topicCreated';
      readonly topic: string;
      readonly topicId: string;
      readonly partitions: number;
    }
  | { readonly kind: 'topicDeleted'; readonly topic: string; readonly topicId: string }
  | {
      readonly kind: 'partitionChanged';
      readonly partition: PartitionName;
      readonly replicas: readonly BrokerId[];
      /** -1 while there is none. */
      readonly leader: BrokerId;
      readonly leaderEpoch: number;
      readonly partitionEpoch: number;
      readonly isr: readonly BrokerId[];
      readonly elr: readonly BrokerId[];
      readonly lastKnownElr: readonly BrokerId[];
      /** The new leader came from neither the ISR nor the ELR. */
      readonly wasUnclean: boolean;
    }
  | {
      readonly kind: 'alterPartitionAnswered';
      readonly partition: PartitionName;
      readonly from: BrokerId;
      readonly requestLeaderEpoch: number;
      readonly requestPartitionEpoch: number;
      readonly requestIsr: readonly BrokerId[];
      readonly leaderEpoch: number;
      readonly partitionEpoch: number;
      readonly error: ErrorName;
    }
  | {
      readonly kind: 'brokerRegistered';
      readonly broker: BrokerId;
      readonly brokerEpoch: number;
      readonly wasClean: boolean;
    }
  | { readonly kind: 'brokerFenced'; readonly broker: BrokerId }
  | { readonly kind: 'brokerUnfenced'; readonly broker: BrokerId }
  | { readonly kind: 'brokerInControlledShutdown'; readonly broker: BrokerId }
  /** A topic's, a broker's or the cluster's config changed; null removes. */
  | {
      readonly kind: 'configChanged';
      readonly resource: 'topic' | 'broker';
      readonly name: string;
      readonly key: string;
      readonly value: string | null;
    };
