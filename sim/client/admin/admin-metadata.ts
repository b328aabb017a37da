import { type Random } from '../../kernel/random.ts';
import { type Endpoint } from '../../protocol/addresses.ts';
import { type AdminConfig } from '../../protocol/config/admin-config.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { Metadata, type MetadataInterest } from '../metadata.ts';

/** An admin client wants to know of nodes only. */
const nodesOnly: MetadataInterest = {
  topics: () => [],
  newTopics: () => null,
  allowAutoTopicCreation: true,
  retains: () => false,
};

/**
 * What an admin client knows of the cluster (`AdminMetadataManager`).
 *
 * Simplified: metadata is asked for by the network client on the side, as for producers and consumers,
 * and not by calls that wait for their turn among the others.
 */
export class AdminMetadata {
  readonly metadata: Metadata;
  /** The controller that the metadata of this version name has turned out to be none any more. */
  #clearedVersion = -1;

  constructor(config: AdminConfig, bootstrap: readonly Endpoint[], random: Random) {
    this.metadata = new Metadata({ config, random, interest: nodesOnly });
    this.metadata.bootstrap(bootstrap);
  }

  /** Whether a broker has said who is in the cluster. */
  get isReady(): boolean {
    const first = this.metadata.snapshot.nodes[0];
    return first !== undefined && first.nodeId >= 0;
  }

  get controller(): ClusterNode | undefined {
    const { snapshot, updateVersion } = this.metadata;
    if (!this.isReady || updateVersion === this.#clearedVersion) return undefined;
    return snapshot.nodeById(snapshot.content.controllerId);
  }

  broker(brokerId: number): ClusterNode | undefined {
    return this.isReady ? this.metadata.snapshot.nodeById(brokerId) : undefined;
  }

  requestUpdate(): void {
    this.metadata.requestUpdate();
  }

  clearController(): void {
    this.#clearedVersion = this.metadata.updateVersion;
    this.requestUpdate();
  }
}
