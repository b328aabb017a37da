import { type ErrorName } from '../../protocol/errors.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type BrokerFact, type PartitionName } from '../../trace.ts';
import { type BrokerSwitches } from '../broker-switches.ts';
import { noEpoch } from '../log/leader-epoch-cache.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { noLeader } from '../metadata/partition-registration.ts';
import { WatchList } from '../purgatory/delayed-operation.ts';
import { committedIsr, type IsrProposal, type IsrState } from './isr-state.ts';
import { type RemoteReplica } from './remote-replica.ts';

/** What the partitions of one broker share. */
export interface PartitionHost {
  readonly brokerId: number;
  readonly image: MetadataImage;
  readonly switches: BrokerSwitches;
  readonly replicaLagTimeMaxMs: number;
  readonly brokerEpoch: () => number;
  readonly wallClockMs: () => number;
  readonly record: (fact: BrokerFact) => void;
  /** The disk has failed under a log, or is full: the broker will not live on. */
  readonly storageFailed: () => void;
  /** Takes a proposed ISR to the controller; the outcome comes back by `isrChangeAnswered`. */
  readonly proposeIsr: (partition: Partition, proposal: IsrProposal) => void;
}

/**
 * One partition of which this broker has a replica: who leads it, and what a leader knows of the
 * others (`Partition`). Plain state, which the functions beside this file change.
 */
export class Partition {
  readonly name: PartitionName;
  readonly topic: string;
  readonly topicId: string;
  readonly index: number;
  readonly host: PartitionHost;
  /** Undefined until the first role is taken, and after the replica has been removed. */
  log: PartitionLog | undefined = undefined;
  leaderId = noLeader;
  leaderEpoch = -1;
  partitionEpoch = 0;
  /** Where the log ended when this leadership began; undefined on a follower. */
  leaderEpochStart: Offset | undefined = undefined;
  replicas: readonly number[] = [];
  addingReplicas: readonly number[] = [];
  /** The other replicas, in order of the assignment; none on a follower. */
  remoteReplicas: RemoteReplica[] = [];
  isr: IsrState = committedIsr([]);
  readonly waitingFetches = new WatchList();
  readonly waitingProduces = new WatchList();
  readonly waitingDeletes = new WatchList();

  constructor(host: PartitionHost, topic: string, topicId: string, index: number) {
    this.host = host;
    this.topic = topic;
    this.topicId = topicId;
    this.index = index;
    this.name = `${topic}-${index}`;
  }

  get isLeader(): boolean {
    return this.leaderId === this.host.brokerId;
  }

  /** The log, if this broker leads the partition. */
  get leaderLog(): PartitionLog | undefined {
    return this.leaderId === this.host.brokerId ? this.log : undefined;
  }

  remoteReplica(brokerId: number): RemoteReplica | undefined {
    // A partition has a handful of replicas: a search is quicker than a map.
    for (const replica of this.remoteReplicas) {
      if (replica.brokerId === brokerId) return replica;
    }
    return undefined;
  }

  /** `min.insync.replicas`, but never more than there are replicas. */
  minIsr(log: PartitionLog): number {
    return Math.min(log.config.minInsyncReplicas, this.remoteReplicas.length + 1);
  }

  /** What is wrong with a request for the leader epoch, and maybe for a leader, that it expects. */
  accessError(currentLeaderEpoch: number, requireLeader: boolean): ErrorName {
    if (currentLeaderEpoch !== noEpoch && !this.host.switches.noFetchEpochFencing) {
      if (currentLeaderEpoch < this.leaderEpoch) return 'FENCED_LEADER_EPOCH';
      if (currentLeaderEpoch > this.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH';
    }
    const isThere = this.log !== undefined && (this.isLeader || !requireLeader);
    return isThere ? 'NONE' : 'NOT_LEADER_OR_FOLLOWER';
  }

  /** Something has moved that requests may wait for: the high watermark, or the low one. */
  checkWaiting(): void {
    this.waitingFetches.checkAll();
    this.waitingProduces.checkAll();
    this.waitingDeletes.checkAll();
  }
}
