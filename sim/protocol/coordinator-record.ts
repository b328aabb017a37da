import { type ConsumerGroupData } from './consumer-group-record.ts';
import { type CommitUid } from './record-batch.ts';
import { type Uuid } from './uuid.ts';

/** A member of a classic group as the log keeps it (`GroupMetadataValue.MemberMetadata`). */
export interface StoredMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  /** Bytes that its leader understands, for the chosen protocol. */
  readonly subscription: string;
  readonly assignment: string;
}

/** A classic group at the end of a generation (`GroupMetadataValue`). */
export interface StoredGroup {
  /** Empty for a group that only keeps offsets. */
  readonly protocolType: string;
  readonly generation: number;
  readonly protocol: string | null;
  readonly leader: string | null;
  /** Milliseconds since 1970, or -1. */
  readonly currentStateTimestampMs: number;
  readonly members: readonly StoredMember[];
}

/** A committed offset (`OffsetCommitValue`). */
export interface StoredOffset {
  readonly offset: number;
  /** Of the last record consumed; -1 if unknown. */
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly commitTimestampMs: number;
  /** When it expires, whatever the retention; -1 unless an old client said so. */
  readonly expireTimestampMs: number;
  readonly topicId: Uuid;
  /** Ghost: of the call that has committed it; only those of model clients have one. */
  readonly commitUid?: CommitUid;
}

/** What a record of `__consumer_offsets` says; null as value is a tombstone. */
export type CoordinatorData =
  | { readonly type: 'GroupMetadata'; readonly groupId: string; readonly value: StoredGroup | null }
  | {
      readonly type: 'OffsetCommit';
      readonly groupId: string;
      readonly topic: string;
      readonly partition: number;
      readonly value: StoredOffset | null;
    }
  | ConsumerGroupData;

/** States of a transactional id that are ever written (`TransactionState`). */
export type TransactionStateName =
  'Empty' | 'Ongoing' | 'PrepareCommit' | 'PrepareAbort' | 'CompleteCommit' | 'CompleteAbort';

/** What is known of a transactional id at the end of a transition (`TransactionLogValue`). */
export interface StoredTransaction {
  readonly producerId: number;
  readonly previousProducerId: number;
  readonly nextProducerId: number;
  readonly producerEpoch: number;
  /** Kafka 4.3.1 does not write it (KAFKA-20357). */
  readonly lastProducerEpoch?: number;
  readonly timeoutMs: number;
  readonly state: TransactionStateName;
  /** Partitions of the transaction, also of `__consumer_offsets`. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
  readonly lastUpdateTimestampMs: number;
  /** Of the transaction; -1 if there is none. */
  readonly startTimestampMs: number;
  /** `transaction.version` of the client. */
  readonly clientTransactionVersion: number;
  /** Ghost: of the transaction that is ongoing, or was the last; a new coordinator learns it from here. */
  readonly txnUid: number;
}

/** What a record of `__transaction_state` says; null as value is a tombstone. */
export interface TransactionData {
  readonly type: 'TransactionMetadata';
  readonly transactionalId: string;
  readonly value: StoredTransaction | null;
}
