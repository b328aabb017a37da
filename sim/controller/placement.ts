import { type Random } from '../kernel/random.ts';
import { type BrokerHeartbeats } from './broker-heartbeats.ts';
import { type ClusterState } from './cluster-state.ts';
import { type Placement, placeReplicas, type UsableBroker } from './striped-placement.ts';

/** Chooses brokers for new partitions, among those that can take replicas. */
export class ReplicaPlacer {
  readonly #cluster: ClusterState;
  readonly #heartbeats: BrokerHeartbeats;
  readonly #random: Random;

  constructor(cluster: ClusterState, heartbeats: BrokerHeartbeats, random: Random) {
    this.#cluster = cluster;
    this.#heartbeats = heartbeats;
    this.#random = random;
  }

  place(partitions: number, replicationFactor: number): Placement {
    return placeReplicas(this.#usable(), { partitions, replicationFactor }, this.#random);
  }

  #usable(): readonly UsableBroker[] {
    const usable: UsableBroker[] = [];
    for (const { id, isFenced } of this.#heartbeats.usable()) {
      const registration = this.#cluster.registration(id);
      if (registration === undefined) continue;
      const { directories, cordonedDirectories, rack } = registration;
      const isCordoned =
        directories.length > 0 &&
        directories.every((directory) => cordonedDirectories?.includes(directory) === true);
      if (!isCordoned) usable.push({ id, rack, isFenced });
    }
    return usable;
  }
}
