import { type PartitionChangeRecord } from '../protocol/messages/partition-change-record.ts';
import { type BrokerId } from '../trace.ts';
import { type Election, electLeader, type LastKnownLeaderRule } from './partition-election.ts';
import { completeReassignment } from './partition-reassignment.ts';
import {
  leaderRecovery,
  noLeader,
  noLeaderChange,
  type PartitionRegistration,
} from './partition-registration.ts';
import {
  ascending,
  containsAll,
  noReplicas,
  type ReplicaList,
  sameReplicas,
  without,
} from './replica-lists.ts';

/** The rules of a cluster by which partitions change. */
export interface PartitionRules {
  /** `eligible.leader.replicas.version` is 1 (KIP-966). */
  readonly elrEnabled: boolean;
  readonly lastKnownLeader: LastKnownLeaderRule;
  /** Who is no replica any more is not eligible. Kafka 4.3.1 does not look. */
  readonly elrOfReplicasOnly: boolean;
  /** Before metadata.version 3.6 (KAFKA-15021). */
  readonly bumpsEpochOnShrink: boolean;
  /** Before 3.8 (KAFKA-15665). */
  readonly completesReassignmentEarly: boolean;
}

/** Which partition, and what a change of it depends on besides its own state. */
export interface ChangeScope {
  readonly topicId: string;
  readonly partitionId: number;
  readonly rules: PartitionRules;
  /** At most the number of replicas. */
  readonly minInsyncReplicas: number;
  readonly isAcceptableLeader: (broker: BrokerId) => boolean;
  /** Where a broker puts a new replica. */
  readonly defaultDirectory: (broker: BrokerId) => string;
}

/** What somebody wants of a partition. What is left out stays. */
export interface WantedChange {
  readonly election: Election;
  readonly isr?: ReplicaList;
  readonly replicas?: ReplicaList;
  readonly addingReplicas?: ReplicaList;
  readonly removingReplicas?: ReplicaList;
  readonly leaderRecoveryState?: number;
  /** Lost what it had not flushed: cannot be eligible. */
  readonly uncleanShutdown?: BrokerId;
}

/**
 * The record that brings a partition as near as possible to what is wanted, `undefined` if it is
 * already there (`PartitionChangeBuilder.build`). Kafka's order: complete a reassignment, ELR,
 * election, bump of the leader epoch, then one field after the other.
 */
export function buildPartitionChange(
  partition: PartitionRegistration,
  wanted: WantedChange,
  scope: ChangeScope,
): PartitionChangeRecord | undefined {
  const draft = new PartitionDraft(partition, wanted, scope);
  draft.completeReassignment();
  draft.fillElr();
  draft.elect();
  draft.bumpEpochIfReplicaLeft();
  draft.settleElr();
  draft.settleIsr();
  draft.settleLastKnownLeader();
  return draft.toRecord();
}

class PartitionDraft {
  readonly #partition: PartitionRegistration;
  readonly #wanted: WantedChange;
  readonly #scope: ChangeScope;

  // What the partition shall become.
  #replicas: ReplicaList;
  #adding: ReplicaList;
  #removing: ReplicaList;
  #isr: ReplicaList;
  #elr: ReplicaList;

  // What the record says so far; null or "no change" leaves a field as it is.
  #recordLeader: BrokerId = noLeaderChange;
  #recordIsr: ReplicaList | null = null;
  #recordElr: ReplicaList | null = null;
  #recordLastKnownElr: ReplicaList | null = null;
  #recordRecovery: number = leaderRecovery.noChange;

  constructor(partition: PartitionRegistration, wanted: WantedChange, scope: ChangeScope) {
    this.#partition = partition;
    this.#wanted = wanted;
    this.#scope = scope;
    this.#replicas = wanted.replicas ?? partition.replicas;
    this.#adding = wanted.addingReplicas ?? partition.addingReplicas;
    this.#removing = wanted.removingReplicas ?? partition.removingReplicas;
    this.#isr = wanted.isr ?? partition.isr;
    this.#elr = partition.elr;
  }

  completeReassignment(): void {
    const completed = completeReassignment(
      {
        replicas: this.#replicas,
        addingReplicas: this.#adding,
        removingReplicas: this.#removing,
      },
      this.#isr,
      this.#scope.rules.completesReassignmentEarly,
    );
    if (completed === undefined) return;
    this.#replicas = completed.replicas;
    this.#isr = completed.isr;
    this.#adding = noReplicas;
    this.#removing = noReplicas;
  }

  /** Who leaves a small ISR becomes eligible; a large enough ISR needs no one else. */
  fillElr(): void {
    if (!this.#scope.rules.elrEnabled) return;
    if (this.#isr.length >= this.#scope.minInsyncReplicas) {
      this.#elr = noReplicas;
      return;
    }
    const candidates = new Set([...this.#elr, ...this.#partition.isr]);
    for (const replica of this.#isr) candidates.delete(replica);
    if (this.#wanted.uncleanShutdown !== undefined) candidates.delete(this.#wanted.uncleanShutdown);
    const eligible = ascending([...candidates]);
    this.#elr = this.#scope.rules.elrOfReplicasOnly
      ? eligible.filter((broker) => this.#replicas.includes(broker))
      : eligible;
  }

  elect(): void {
    const { leader, isUnclean } = electLeader(
      this.#partition,
      {
        replicas: this.#replicas,
        isr: this.#isr,
        elr: this.#elr,
        isAcceptable: this.#scope.isAcceptableLeader,
        lastKnownLeader: this.#scope.rules.elrEnabled ? this.#scope.rules.lastKnownLeader : 'never',
      },
      this.#wanted.election,
    );
    if (leader === this.#partition.leader) return;
    if (this.#elr.includes(leader)) {
      this.#isr = [leader];
      this.#elr = without(this.#elr, this.#isr);
    }
    this.#recordLeader = leader;
    if (!isUnclean) return;
    // Whoever else was in sync may have records that the new leader will overwrite.
    this.#recordIsr = [leader];
    if (this.#partition.leaderRecoveryState !== leaderRecovery.recovering) {
      this.#recordRecovery = leaderRecovery.recovering;
    }
  }

  /** A replica that is sent away must notice, although leader and ISR may stay. */
  bumpEpochIfReplicaLeft(): void {
    if (this.#recordLeader !== noLeaderChange) return;
    if (containsAll(this.#replicas, this.#partition.replicas)) return;
    this.#recordLeader = this.#partition.leader;
  }

  settleElr(): void {
    const wasUnclean = this.#recordIsr !== null;
    if (wasUnclean || !this.#scope.rules.elrEnabled) this.#elr = noReplicas;
    if (!sameReplicas(this.#elr, this.#partition.elr)) this.#recordElr = this.#elr;
  }

  /** Without ELR an ISR never becomes empty: the last member stays, with or without leadership. */
  settleIsr(): void {
    const { rules } = this.#scope;
    const mayBeWritten = this.#isr.length > 0 || rules.elrEnabled;
    if (this.#recordIsr === null && mayBeWritten && !sameReplicas(this.#isr, this.#partition.isr)) {
      this.#recordIsr = this.#isr;
    }
    if (!rules.bumpsEpochOnShrink || this.#recordLeader !== noLeaderChange) return;
    if (this.#recordIsr !== null && !containsAll(this.#recordIsr, this.#partition.isr)) {
      this.#recordLeader = this.#partition.leader;
    }
  }

  settleLastKnownLeader(): void {
    if (!this.#scope.rules.elrEnabled) return;
    const isKnown = this.#partition.lastKnownElr.length > 0;
    if (this.#recordLeader === noLeader && !isKnown) {
      this.#recordLastKnownElr = [this.#partition.leader];
    } else if (this.#recordLeader > noLeader && isKnown) {
      this.#recordLastKnownElr = noReplicas;
    }
  }

  toRecord(): PartitionChangeRecord | undefined {
    const partition = this.#partition;
    const recovery = this.#wanted.leaderRecoveryState ?? partition.leaderRecoveryState;
    if (recovery !== partition.leaderRecoveryState) this.#recordRecovery = recovery;

    const record: PartitionChangeRecord = {
      type: 'PartitionChangeRecord',
      partitionId: this.#scope.partitionId,
      topicId: this.#scope.topicId,
      isr: this.#recordIsr,
      leader: this.#recordLeader,
      replicas: changed(this.#replicas, partition.replicas),
      removingReplicas: changed(this.#removing, partition.removingReplicas),
      addingReplicas: changed(this.#adding, partition.addingReplicas),
      leaderRecoveryState: this.#recordRecovery,
      directories: this.#changedDirectories(),
      eligibleLeaderReplicas: this.#recordElr,
      lastKnownElr: this.#recordLastKnownElr,
    };
    return isNoChange(record) ? undefined : record;
  }

  #changedDirectories(): readonly string[] | null {
    const { replicas, directories } = this.#partition;
    if (this.#replicas === replicas) return null;
    const wanted = this.#replicas.map((replica) => {
      const known = directories[replicas.indexOf(replica)];
      return known ?? this.#scope.defaultDirectory(replica);
    });
    const isSame =
      wanted.length === directories.length && wanted.every((dir, at) => dir === directories[at]);
    return isSame ? null : wanted;
  }
}

function changed(wanted: ReplicaList, current: ReplicaList): ReplicaList | null {
  return sameReplicas(wanted, current) ? null : wanted;
}

function isNoChange(record: PartitionChangeRecord): boolean {
  return (
    record.leader === noLeaderChange &&
    record.leaderRecoveryState === leaderRecovery.noChange &&
    record.isr === null &&
    record.replicas === null &&
    record.removingReplicas === null &&
    record.addingReplicas === null &&
    record.directories === null &&
    record.eligibleLeaderReplicas === null &&
    record.lastKnownElr === null
  );
}
