import { type Endpoint } from '../../protocol/addresses.ts';
import { type FetcherManager } from '../fetcher/fetcher-manager.ts';
import { type LogManager } from '../log/log-manager.ts';
import { type LocalReplicaChanges, type PartitionChange } from '../metadata/metadata-delta.ts';
import { noLeader } from '../metadata/partition-registration.ts';
import { type HostedPartitions } from './hosted-partitions.ts';
import { maybeShrinkIsr } from './isr-changes.ts';
import { becomeFollower, becomeLeader, type OpenLog, removeReplica } from './leadership.ts';
import { Partition, type PartitionHost } from './partition.ts';

export interface ReplicaManagerParts {
  readonly host: PartitionHost;
  readonly hosted: HostedPartitions;
  readonly fetchers: FetcherManager;
  readonly logs: LogManager;
  readonly openLog: OpenLog;
}

/** Makes the replicas of this broker follow the metadata (`ReplicaManager.applyDelta`). */
export class ReplicaManager {
  readonly #parts: ReplicaManagerParts;
  /** The broker is on its way out: it no longer copies what it need not. */
  isStopping = false;

  constructor(parts: ReplicaManagerParts) {
    this.#parts = parts;
  }

  /** Deletes first, since a partition of the same name may be made anew; then leaders, then followers. */
  apply(changes: LocalReplicaChanges): void {
    for (const { topic, partition } of changes.deletes) this.#delete(topic, partition);
    if (changes.leaders.length > 0) this.#makeLeaders(changes.leaders);
    if (changes.followers.length > 0) this.#makeFollowers(changes.followers);
    if (changes.leaders.length + changes.followers.length > 0) {
      this.#parts.fetchers.shutDownIdle();
    }
  }

  /** Removes from the ISRs whoever has fallen behind. */
  shrinkIsrs(): void {
    for (const partition of this.#parts.hosted.all) maybeShrinkIsr(partition);
  }

  #makeLeaders(changes: readonly PartitionChange[]): void {
    const { fetchers, openLog } = this.#parts;
    const led = changes.map((change) => ({ change, partition: this.#getOrCreate(change) }));
    for (const { partition } of led) fetchers.remove(partition);
    for (const { change, partition } of led) becomeLeader(partition, change.now, openLog);
  }

  #makeFollowers(changes: readonly PartitionChange[]): void {
    const { host, fetchers, openLog } = this.#parts;
    const toFetch: Partition[] = [];
    const toStop: Partition[] = [];
    for (const change of changes) {
      const partition = this.#getOrCreate(change);
      const leaderBefore = partition.leaderId;
      const { now } = change;
      const isNewEpoch = becomeFollower(partition, now, openLog);
      const isOut = now.leader === noLeader || !now.isr.includes(host.brokerId);
      if (this.isStopping && isOut) toStop.push(partition);
      else if (isNewEpoch && !this.#onlyEpochChanges(partition, leaderBefore)) {
        toFetch.push(partition);
      }
    }
    // First all are taken from their fetchers, so that none appends while its end is looked at.
    for (const partition of toFetch) fetchers.remove(partition);
    for (const partition of toFetch) {
      const source = this.#sourceOf(partition);
      if (source !== undefined) fetchers.add(partition, source);
    }
    for (const partition of toFetch) completeAsNotLeader(partition);
    for (const partition of toStop) {
      fetchers.remove(partition);
      completeAsNotLeader(partition);
    }
  }

  #onlyEpochChanges(partition: Partition, leaderBefore: number): boolean {
    const { host, fetchers } = this.#parts;
    if (!host.switches.truncateOnLeaderIdChangeOnly) return false;
    return leaderBefore === partition.leaderId && fetchers.changeEpochOnly(partition);
  }

  /** Undefined while there is no leader, or it is fenced or unknown. */
  #sourceOf({ leaderId, host }: Partition): Endpoint | undefined {
    const endpoint = host.image.endpointOf(leaderId);
    if (endpoint === undefined) return undefined;
    return { nodeId: leaderId, host: endpoint.host, port: endpoint.port };
  }

  #getOrCreate({ topic, partition: index }: PartitionChange): Partition {
    const { host, hosted } = this.#parts;
    const known = hosted.get(topic.name, index);
    if (known !== undefined) return known;
    const made = new Partition(host, topic.name, topic.topicId, index);
    hosted.add(made);
    return made;
  }

  #delete(topic: string, index: number): void {
    const { host, hosted, fetchers, logs } = this.#parts;
    const partition = hosted.get(topic, index);
    if (partition === undefined) return;
    fetchers.remove(partition);
    hosted.remove(partition);
    removeReplica(partition);
    host.record({ kind: 'replicaRemoved', partition: partition.name, broker: host.brokerId });
    completeAsNotLeader(partition);
    logs.deleteLog(partition.name);
  }
}

/** What waits for the partition as its leader waits in vain. */
function completeAsNotLeader(partition: Partition): void {
  partition.waitingProduces.checkAll();
  partition.waitingFetches.checkAll();
}
