import { type Process } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type Collected } from './fetch-collector.ts';
import { type GroupMetadata, type GroupOffset } from './group/group-offset.ts';
import { type LookupOutcome } from './offset-lookup-call.ts';
import { type PartitionsOutcome } from './partitions-call.ts';
import { type RebalanceListener } from './rebalance-listener.ts';
import { type SubscribedPattern } from './subscribed-pattern.ts';
import { type SubscriptionState } from './subscription-state.ts';

/** Hears what a call has thrown, if anything. */
export type CallEnded = (exception: ConsumerException | undefined) => void;

export interface CommitOptions {
  /** Left out: the positions of all assigned partitions. */
  readonly offsets?: readonly GroupOffset[];
}

/** Left out: `default.api.timeout.ms`. */
export interface TimeoutOption {
  readonly timeoutMs?: number;
}

/** `CloseOptions` (KIP-1092). */
export interface CloseOptions {
  /** Default: 30 seconds. */
  readonly timeoutMs?: number;
  /** Default: a dynamic member leaves its group, a static one does not. */
  readonly membership?: 'default' | 'leaveGroup' | 'remainInGroup';
}

export interface CommittedOutcome {
  /** One for each partition that was asked for; empty after an exception. */
  readonly offsets: readonly GroupOffset[];
  readonly exception: ConsumerException | undefined;
}

export interface PositionOutcome {
  /** -1 after an exception. */
  readonly offset: Offset;
  readonly exception: ConsumerException | undefined;
}

/** Hears how a `commitAsync` went (`OffsetCommitCallback`), during a later call. */
export type CommitCompleted = (
  offsets: readonly GroupOffset[],
  exception: ConsumerException | undefined,
) => void;

/**
 * A consumer as an application uses it (`org.apache.kafka.clients.consumer.Consumer`), whatever group
 * protocol it speaks. Calls that wait in Java give their outcome to a callback here, perhaps before they
 * return; the next call that waits may not be made before. What a call returns or hands to its callback
 * as an exception, it throws in Java.
 */
export interface ConsumerClient extends Omit<Process<Frame>, 'stopRequested'> {
  /** What is assigned, where and how far it is read. */
  readonly subscriptions: SubscriptionState;
  /** As of the last rebalance; undefined without `group.id`. */
  readonly groupMetadata: GroupMetadata | undefined;

  /** Becomes a member of the group with the next polls. At least one topic; not while partitions are assigned. */
  readonly subscribe: (topics: readonly string[], listener?: RebalanceListener) => void;
  /** The same for all topics that match, those that are yet to be created, too. */
  readonly subscribeToPattern: (pattern: SubscribedPattern, listener?: RebalanceListener) => void;
  /** Lets the next poll join the group again (KIP-568); with the new protocol it does nothing. */
  readonly enforceRebalance: (reason?: string) => void;
  /** Leaves the group, and gives up all partitions. */
  readonly unsubscribe: (ended: CallEnded) => void;
  /** Takes over these partitions, instead of those that it had; at least one, and not while subscribed. */
  readonly assign: (partitions: readonly TopicPartition[]) => ConsumerException | undefined;

  /** What the calls throw that seek, pause or resume, for a partition that is not assigned: a Java class. */
  readonly notAssigned: 'IllegalStateException' | 'KafkaException';
  /** `leaderEpoch`: that of the record before, if it is known, so that the position is validated. */
  readonly seek: (partition: TopicPartition, offset: Offset, leaderEpoch?: number) => void;
  readonly seekToBeginning: (partition: TopicPartition) => void;
  readonly seekToEnd: (partition: TopicPartition) => void;
  readonly pause: (partitions: readonly TopicPartition[]) => void;
  readonly resume: (partitions: readonly TopicPartition[]) => void;

  /** `timeoutMs` may be Infinity. It must be subscribed, or partitions assigned. */
  readonly poll: (timeoutMs: number, ended: (outcome: Collected) => void) => void;
  readonly position: (partition: TopicPartition, ended: (outcome: PositionOutcome) => void) => void;

  readonly commitSync: (ended: CallEnded, options?: CommitOptions & TimeoutOption) => void;
  /** Does not wait: `completed` is called during a later call, in the order of the commits' completion. */
  readonly commitAsync: (
    completed: CommitCompleted,
    options?: CommitOptions,
  ) => ConsumerException | undefined;
  /** What the group has committed for these partitions. */
  readonly committed: (
    partitions: readonly TopicPartition[],
    ended: (outcome: CommittedOutcome) => void,
  ) => void;

  readonly beginningOffsets: (
    partitions: readonly TopicPartition[],
    ended: (outcome: LookupOutcome) => void,
  ) => void;
  readonly endOffsets: (
    partitions: readonly TopicPartition[],
    ended: (outcome: LookupOutcome) => void,
  ) => void;
  /** For each partition its first record that is not older than `timestamp`, in ms since 1970. */
  readonly offsetsForTimes: (
    partitions: readonly TopicPartition[],
    timestamp: number,
    ended: (outcome: LookupOutcome) => void,
  ) => void;
  readonly partitionsFor: (topic: string, ended: (outcome: PartitionsOutcome) => void) => void;

  /** Lets the call that waits, or else the next one, throw `WakeupException`. */
  readonly wakeUp: () => void;
  /** For good: no other call may follow. */
  readonly close: (ended: CallEnded, options?: CloseOptions) => void;
}
