import { compareTexts } from '../protocol/compare-texts.ts';
import { clusterFeatures, featureName } from '../protocol/features.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { configResource, minInsyncReplicasKey, wholeCluster } from './config-state.ts';
import { type ControllerState } from './controller-state.ts';

/** Levels that differ from those of a new cluster, by the feature's name. */
export type FeatureLevels = Readonly<Partial<Record<string, number>>>;

/** The level of a feature in a cluster that was formatted with these. */
export function featureLevel(levels: FeatureLevels, name: string): number {
  const feature = clusterFeatures.find((known) => known.name === name);
  return levels[name] ?? feature?.newClusterLevel ?? 0;
}

/**
 * What the first active controller of a cluster writes into the empty log
 * (`ActivationRecordsGenerator`): metadata.version, the other features, and with ELR a value of
 * min.insync.replicas for the whole cluster, since all brokers have to agree on it.
 *
 * Simplified: one batch, instead of a metadata transaction (KIP-868).
 */
export function bootstrapRecords(
  { setup }: ControllerState,
  levels: FeatureLevels,
): readonly MetadataRecord[] {
  const others = clusterFeatures
    .map(({ name }) => name)
    // The quorum keeps its own version in its own records.
    .filter((name) => name !== featureName.metadataVersion && name !== featureName.kraftVersion)
    .toSorted(compareTexts);
  const features = [featureName.metadataVersion, ...others]
    .map((name): MetadataRecord => {
      return { type: 'FeatureLevelRecord', name, featureLevel: featureLevel(levels, name) };
    })
    .filter((record) => record.type === 'FeatureLevelRecord' && record.featureLevel > 0);
  if (!setup.rules.elrEnabled) return features;
  return [
    ...features,
    {
      type: 'ConfigRecord',
      resourceType: configResource.broker,
      resourceName: wholeCluster,
      name: minInsyncReplicasKey,
      value: String(setup.config.values.number(minInsyncReplicasKey)),
    },
  ];
}
