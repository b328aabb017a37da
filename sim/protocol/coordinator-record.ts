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
    };
