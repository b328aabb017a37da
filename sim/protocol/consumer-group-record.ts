import { type Bytes } from './record-batch.ts';
import { type Uuid } from './uuid.ts';

/** Partitions of a topic in the target of a member (`ConsumerGroupTargetAssignmentMemberValue`). */
export interface StoredPartitions {
  readonly topicId: Uuid;
  readonly partitions: readonly number[];
}

/** Partitions of a topic that a member holds (`ConsumerGroupCurrentMemberAssignmentValue`). */
export interface StoredAssignment extends StoredPartitions {
  /** At which member epoch each was assigned, in the order of `partitions` (KIP-1251). */
  readonly assignmentEpochs: readonly number[];
}

/** What a member that uses the classic protocol has said in its JoinGroup. */
export interface ClassicMemberMetadata {
  readonly sessionTimeoutMs: number;
  /** In order of preference. */
  readonly supportedProtocols: readonly { readonly name: string; readonly metadata: Bytes }[];
}

/** What a member of a consumer group says of itself (`ConsumerGroupMemberMetadataValue`). */
export interface MemberDescription {
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly clientId: string;
  readonly clientHost: string;
  /** In order of the names. */
  readonly subscribedTopicNames: readonly string[];
  /** Empty: none. */
  readonly subscribedTopicRegex: string;
  readonly rebalanceTimeoutMs: number;
  /** Null: the group decides. */
  readonly serverAssignor: string | null;
  /** Null: the member uses the consumer protocol. */
  readonly classicMemberMetadata: ClassicMemberMetadata | null;
}

/** The topics that a regular expression has matched (`ConsumerGroupRegularExpressionValue`). */
export interface ResolvedRegularExpression {
  /** In order of the names. */
  readonly topics: readonly string[];
  /** Offset of the metadata in which they were looked for. */
  readonly version: number;
  readonly timestampMs: number;
}

/**
 * How far a member is with its target, as the log keeps it
 * (`ConsumerGroupCurrentMemberAssignmentValue`).
 */
export interface StoredMemberAssignment {
  readonly memberEpoch: number;
  readonly previousMemberEpoch: number;
  /** Number of the state. */
  readonly state: number;
  readonly assignedPartitions: readonly StoredAssignment[];
  readonly partitionsPendingRevocation: readonly StoredAssignment[];
}

/** What a record about a consumer group says (KIP-848); null as value is a tombstone. */
export type ConsumerGroupData =
  | {
      readonly type: 'ConsumerGroupMetadata';
      readonly groupId: string;
      /** `metadataHash` is that of the subscribed topics; 0 if there are none (KIP-1101). */
      readonly value: { readonly epoch: number; readonly metadataHash: number } | null;
    }
  | {
      readonly type: 'ConsumerGroupMemberMetadata';
      readonly groupId: string;
      readonly memberId: string;
      readonly value: MemberDescription | null;
    }
  | {
      readonly type: 'ConsumerGroupTargetAssignmentMetadata';
      readonly groupId: string;
      readonly value: {
        readonly assignmentEpoch: number;
        /** When the assignment was made, by the coordinator's wall clock (KIP-1263). */
        readonly assignmentTimestampMs: number;
      } | null;
    }
  | {
      readonly type: 'ConsumerGroupTargetAssignmentMember';
      readonly groupId: string;
      readonly memberId: string;
      readonly value: readonly StoredPartitions[] | null;
    }
  | {
      readonly type: 'ConsumerGroupCurrentMemberAssignment';
      readonly groupId: string;
      readonly memberId: string;
      readonly value: StoredMemberAssignment | null;
    }
  | {
      readonly type: 'ConsumerGroupRegularExpression';
      readonly groupId: string;
      readonly regularExpression: string;
      readonly value: ResolvedRegularExpression | null;
    }
  /** What was written before Kafka 4.1; now only removed. */
  | {
      readonly type: 'ConsumerGroupPartitionMetadata';
      readonly groupId: string;
      readonly value: null;
    };
