/** A feature whose level a whole cluster agrees on (`Feature`, KIP-584). */
export interface ClusterFeature {
  readonly name: string;
  /** What a node of 4.3.1 can do: both inclusive. */
  readonly minLevel: number;
  readonly maxLevel: number;
  /** In a newly formatted cluster. */
  readonly newClusterLevel: number;
}

/** Names of the features on which the model depends. */
export const featureName = {
  /** 30 is 4.3-IV0. */
  metadataVersion: 'metadata.version',
  /** Not in the metadata log but in the quorum's: 0 is a static quorum. */
  kraftVersion: 'kraft.version',
  transactionVersion: 'transaction.version',
  groupVersion: 'group.version',
  eligibleLeaderReplicas: 'eligible.leader.replicas.version',
} as const;

/** The features of 4.3.1, which every broker says at its registration that it has. */
export const clusterFeatures: readonly ClusterFeature[] = [
  { name: featureName.metadataVersion, minLevel: 7, maxLevel: 30, newClusterLevel: 30 },
  { name: featureName.kraftVersion, minLevel: 0, maxLevel: 1, newClusterLevel: 0 },
  { name: featureName.transactionVersion, minLevel: 0, maxLevel: 2, newClusterLevel: 2 },
  { name: featureName.groupVersion, minLevel: 0, maxLevel: 1, newClusterLevel: 1 },
  { name: featureName.eligibleLeaderReplicas, minLevel: 0, maxLevel: 1, newClusterLevel: 1 },
  { name: 'share.version', minLevel: 0, maxLevel: 1, newClusterLevel: 1 },
  { name: 'streams.version', minLevel: 0, maxLevel: 1, newClusterLevel: 1 },
];
