import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { type Partition } from '../replica/partition.ts';
import { type FetchParams } from './fetch-params.ts';
import { type FetchedPartition } from './fetched-partition.ts';
import { readPartition } from './partition-reading.ts';
import { preferredReadReplica } from './preferred-replica.ts';
import { zeroUuid } from '../../protocol/uuid.ts';

/** Reads for fetches from the logs of this broker (`ReplicaManager.readFromLog`). */
export class FetchReading {
  readonly #hosted: HostedPartitions;
  /** Consumers are told of replicas nearer to them (`replica.selector.class`). */
  readonly #selectsReplicas: boolean;
  readonly #wallClockMs: () => number;

  constructor(hosted: HostedPartitions, selectsReplicas: boolean, wallClockMs: () => number) {
    this.#hosted = hosted;
    this.#selectsReplicas = selectsReplicas;
    this.#wallClockMs = wallClockMs;
  }

  /**
   * Reads all partitions in their order, which counts where the size is limited. `isArrival` is false
   * for the second reading, at the completion of a fetch that has waited.
   * @returns The bytes found; -1 if something was found that is to be answered at once.
   */
  readAll(asked: readonly FetchedPartition[], params: FetchParams, isArrival: boolean): number {
    let maxBytes = params.maxBytes;
    let total = 0;
    let isUrgent = false;
    for (const partition of asked) {
      this.#read(partition, params, { maxBytes, isFirst: total === 0 }, isArrival);
      const { read } = partition;
      total += read.sizeInBytes;
      maxBytes = Math.max(0, maxBytes - read.sizeInBytes);
      if (read.errorCode !== 'NONE' || read.divergingEpoch >= 0 || read.preferredReadReplica >= 0) {
        isUrgent = true;
      }
    }
    return isUrgent ? -1 : total;
  }

  /** The partition, if it is hosted here and is of the topic that is meant. */
  hosted(asked: FetchedPartition): Partition | undefined {
    return asked.topic === null ? undefined : this.#hosted.get(asked.topic, asked.index);
  }

  #read(
    asked: FetchedPartition,
    params: FetchParams,
    limits: { readonly maxBytes: number; readonly isFirst: boolean },
    isArrival: boolean,
  ): void {
    const partition = this.#hosted.find(asked.topic ?? '', asked.index);
    if (typeof partition === 'string') {
      asked.clearRead(partition);
      return;
    }
    if (asked.topicId !== zeroUuid && asked.topicId !== partition.topicId) {
      asked.clearRead('INCONSISTENT_TOPIC_ID');
      return;
    }
    if (this.#selectsReplicas && params.clientRack !== undefined) {
      const preferred = this.#preferred(asked, partition, params.clientRack);
      if (preferred >= 0) {
        readEnds(asked, partition, preferred);
        return;
      }
    }
    readPartition(asked, partition, params, limits, isArrival);
  }

  #preferred(asked: FetchedPartition, partition: Partition, clientRack: string): number {
    const nowMs = this.#wallClockMs();
    return preferredReadReplica(partition, { clientRack, fetchOffset: asked.fetchOffset, nowMs });
  }
}

/** Only where the log ends is told to who is sent to another replica. */
function readEnds(asked: FetchedPartition, partition: Partition, preferred: number): void {
  const error = partition.accessError(asked.leaderEpoch, false);
  asked.clearRead(error);
  const { log } = partition;
  if (error !== 'NONE' || log === undefined) return;
  const { read } = asked;
  read.highWatermark = log.highWatermark;
  read.logStartOffset = log.logStartOffset;
  read.lastStableOffset = log.lastStableOffset;
  read.preferredReadReplica = preferred;
}
