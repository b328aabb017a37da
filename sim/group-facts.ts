import { type Instant } from './kernel/time.ts';
import { type ErrorName } from './protocol/errors.ts';
import {
  type CommitUid,
  type Offset,
  type RecordId,
  type TxnUid,
} from './protocol/record-batch.ts';
import { type Uuid } from './protocol/uuid.ts';
import { type BrokerId, type PartitionName } from './trace.ts';

/** An offset of a group, committed or about to be: that of the next record to be consumed. */
export interface PartitionOffset {
  readonly partition: PartitionName;
  /** -1: the group has committed none. */
  readonly offset: Offset;
}

/** Names a call of one consumer that commits offsets: its attempt and its outcome have the same. */
export type CommitNumber = number;

/** What happens in consumer groups; what their coordinators write is told by `batchAppended`. */
export type GroupFact = GroupMemberFact | GroupCoordinatorFact;

/** What consumers see of their groups. The node is the consumer. */
export type GroupMemberFact =
  /**
   * From now on the consumer takes what its group assigns to it of these topics, or of those that match
   * the pattern; without any of both it has unsubscribed, or is closed.
   */
  | {
      readonly kind: 'subscriptionChanged';
      readonly topics: readonly string[];
      readonly pattern: string | null;
    }
  /** The coordinator has refused to let a member in, or its part of an assignment. */
  | {
      readonly kind: 'joinRefused';
      readonly groupId: string;
      /** Empty while the coordinator has given it none. */
      readonly memberId: string;
      readonly error: ErrorName;
      /** The application is told; if not, the member tries again by itself. */
      readonly isFatal: boolean;
    }
  /**
   * The member has taken up a new assignment: `ConsumerRebalanceListener.onPartitionsAssigned` is called
   * for `added`, and from now on it may consume all of `owned`.
   */
  | {
      readonly kind: 'partitionsAssigned';
      readonly groupId: string;
      readonly memberId: string;
      readonly instanceId: string | null;
      /** Generation of a classic group, member epoch of a consumer group (KIP-848). */
      readonly generation: number;
      readonly added: readonly PartitionName[];
      readonly owned: readonly PartitionName[];
    }
  /** From now on the member consumes these no more; `areLost`: another member may have them already. */
  | {
      readonly kind: 'partitionsRevoked';
      readonly groupId: string;
      readonly memberId: string;
      readonly generation: number;
      readonly partitions: readonly PartitionName[];
      readonly areLost: boolean;
    }
  /** The member is going, or has learnt that it is no member any more. */
  | {
      readonly kind: 'membershipEnded';
      readonly groupId: string;
      readonly memberId: string;
      readonly instanceId: string | null;
      readonly why: 'close' | 'unsubscribe' | 'pollTimeout' | 'fenced' | 'fatal';
      /** What has ended it, if that is `fatal`; else null. */
      readonly error: string | null;
    }
  | {
      readonly kind: 'offsetCommitAttempted';
      readonly groupId: string;
      readonly memberId: string;
      readonly generation: number;
      readonly commit: CommitNumber;
      readonly commitUid: CommitUid;
      readonly offsets: readonly PartitionOffset[];
      readonly why: 'auto' | 'sync' | 'async' | 'revoke' | 'close';
    }
  | { readonly kind: 'offsetCommitSucceeded'; readonly commit: CommitNumber }
  /** `definite`: it has had no effect and will have none; if not, the outcome is unknown. */
  | {
      readonly kind: 'offsetCommitFailed';
      readonly commit: CommitNumber;
      readonly error: string;
      readonly definite: boolean;
    }
  /** The coordinator has told what the group has committed. */
  | {
      readonly kind: 'committedOffsetsReceived';
      readonly groupId: string;
      /** The coordinator. */
      readonly from: BrokerId;
      readonly offsets: readonly PartitionOffset[];
      /** By what id it was asked for, of the topic with the same index in `offsets`; null: by its name. */
      readonly topicIds: readonly (Uuid | null)[];
      readonly requireStable: boolean;
      /** When the request was sent. */
      readonly askedAt: Instant;
    }
  /**
   * The application has done its work on these records of one partition. `offsets` are theirs, in
   * order; `outputs` are the records that it has sent for them, in the same transaction if there is one.
   */
  | {
      readonly kind: 'recordsProcessed';
      readonly groupId: string | null;
      readonly partition: PartitionName;
      readonly offsets: readonly Offset[];
      readonly outputs: readonly RecordId[];
      readonly txnUid: TxnUid;
    };

/** What group coordinators decide. The node is the broker. */
export type GroupCoordinatorFact =
  /** A broker has read the partition of `__consumer_offsets` or `__transaction_state`: it coordinates. */
  | {
      readonly kind: 'coordinatorLoaded';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
      readonly leaderEpoch: number;
    }
  | {
      readonly kind: 'coordinatorUnloaded';
      readonly partition: PartitionName;
      readonly broker: BrokerId;
    }
  /** A group is in another state, generation or assignment than before: as its coordinator has it in memory. */
  | {
      readonly kind: 'groupChanged';
      readonly groupId: string;
      readonly broker: BrokerId;
      readonly protocol: 'classic' | 'consumer';
      /** `Empty`, `PreparingRebalance`, `Stable`, `Assigning`, `Reconciling` … */
      readonly state: string;
      /** Generation or group epoch. */
      readonly generation: number;
      /** Name of the assignor that was chosen; null while there is none. */
      readonly assignor: string | null;
      readonly members: readonly GroupMemberView[];
    }
  /** A member is no more. */
  | {
      readonly kind: 'memberRemoved';
      readonly groupId: string;
      readonly broker: BrokerId;
      readonly memberId: string;
      readonly why: 'left' | 'sessionExpired' | 'rebalanceExpired' | 'replaced' | 'fenced';
    }
  /** OffsetCommit or TxnOffsetCommit was answered; `txnUid` -1: no transaction. */
  | {
      readonly kind: 'offsetCommitAnswered';
      readonly groupId: string;
      readonly broker: BrokerId;
      readonly memberId: string;
      readonly generation: number;
      /** When the request was decided; so is `member`. */
      readonly groupGeneration: number;
      /** Null: its group is classic, or the request was refused before. */
      readonly member: CommittingMember | null;
      readonly offsets: readonly PartitionOffset[];
      /** Of the partition with the same index in `offsets`. */
      readonly errors: readonly ErrorName[];
      readonly txnUid: TxnUid;
    }
  | {
      readonly kind: 'offsetFetchAnswered';
      readonly groupId: string;
      readonly broker: BrokerId;
      readonly requireStable: boolean;
      readonly error: ErrorName;
      readonly offsets: readonly PartitionOffset[];
      readonly errors: readonly ErrorName[];
    };

/** What the coordinator of a consumer group knows of who commits. */
export interface CommittingMember {
  /** -1: it is no member. */
  readonly epoch: number;
  /**
   * The member epoch at which the member was assigned the partition with the same index in `offsets`; null:
   * it has it neither to consume nor to give up (KIP-1251).
   */
  readonly assignedAt: readonly (number | null)[];
}

export interface GroupMemberView {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Member epoch; of a classic group its generation. */
  readonly epoch: number;
  /**
   * Partitions that the coordinator has given to the member, heard of or not; null while a classic leader
   * has not said. What others have yet to give up before the member gets it is not among them (KIP-848).
   */
  readonly assigned: readonly PartitionName[] | null;
  /** Partitions that it has not yet given up (KIP-848); always empty in a classic group. */
  readonly pendingRevocation: readonly PartitionName[];
}
