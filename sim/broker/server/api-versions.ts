import { Api, type ApiKey } from '../../protocol/api.ts';
import {
  type ApiVersion,
  type ApiVersionsResponse,
} from '../../protocol/messages/api-versions-response.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';

interface VersionRange {
  readonly oldest: number;
  readonly newest: number;
}

/** What the broker listener serves, of what is modelled (`ApiMessageType`), in order of the keys. */
const servedVersions: ReadonlyMap<ApiKey, VersionRange> = new Map([
  [Api.produce, { oldest: 3, newest: 13 }],
  [Api.fetch, { oldest: 4, newest: 18 }],
  [Api.listOffsets, { oldest: 1, newest: 11 }],
  [Api.metadata, { oldest: 0, newest: 13 }],
  [Api.offsetCommit, { oldest: 2, newest: 10 }],
  [Api.offsetFetch, { oldest: 1, newest: 10 }],
  [Api.findCoordinator, { oldest: 0, newest: 6 }],
  [Api.joinGroup, { oldest: 0, newest: 9 }],
  [Api.heartbeat, { oldest: 0, newest: 4 }],
  [Api.leaveGroup, { oldest: 0, newest: 5 }],
  [Api.syncGroup, { oldest: 0, newest: 5 }],
  [Api.describeGroups, { oldest: 0, newest: 6 }],
  [Api.listGroups, { oldest: 0, newest: 5 }],
  [Api.apiVersions, { oldest: 0, newest: 4 }],
  [Api.createTopics, { oldest: 2, newest: 7 }],
  [Api.deleteTopics, { oldest: 1, newest: 6 }],
  [Api.deleteRecords, { oldest: 0, newest: 2 }],
  [Api.initProducerId, { oldest: 0, newest: 5 }],
  [Api.offsetForLeaderEpoch, { oldest: 2, newest: 4 }],
  [Api.addPartitionsToTxn, { oldest: 0, newest: 5 }],
  [Api.addOffsetsToTxn, { oldest: 0, newest: 4 }],
  [Api.endTxn, { oldest: 0, newest: 5 }],
  [Api.writeTxnMarkers, { oldest: 1, newest: 2 }],
  [Api.txnOffsetCommit, { oldest: 0, newest: 5 }],
  [Api.createPartitions, { oldest: 0, newest: 3 }],
  [Api.deleteGroups, { oldest: 0, newest: 2 }],
  [Api.electLeaders, { oldest: 0, newest: 2 }],
  [Api.incrementalAlterConfigs, { oldest: 0, newest: 1 }],
  [Api.alterPartitionReassignments, { oldest: 0, newest: 1 }],
  [Api.listPartitionReassignments, { oldest: 0, newest: 0 }],
  [Api.offsetDelete, { oldest: 0, newest: 0 }],
  [Api.describeCluster, { oldest: 0, newest: 2 }],
  [Api.describeProducers, { oldest: 0, newest: 0 }],
  [Api.unregisterBroker, { oldest: 0, newest: 0 }],
  [Api.describeTransactions, { oldest: 0, newest: 0 }],
  [Api.listTransactions, { oldest: 0, newest: 2 }],
  [Api.consumerGroupHeartbeat, { oldest: 0, newest: 1 }],
  [Api.consumerGroupDescribe, { oldest: 0, newest: 1 }],
  [Api.describeTopicPartitions, { oldest: 0, newest: 0 }],
]);

/** Advertised although refused: librdkafka takes its absence for an old broker (KAFKA-18659). */
const advertisedOldestProduce = 0;

/** One list for all answers, by which clients know that it says the same again. */
const advertisedVersions: readonly ApiVersion[] = [...servedVersions.keys()].map(advertised);

/** Whether the broker understands that version of the request; if not it closes the connection. */
export function isServed(apiKey: ApiKey, version: number): boolean {
  const range = servedVersions.get(apiKey);
  return range !== undefined && version >= range.oldest && version <= range.newest;
}

/** The answer to ApiVersions; a version of it that is too new is answered as UNSUPPORTED_VERSION. */
export function apiVersionsResponse(image: MetadataImage, version: number): ApiVersionsResponse {
  const isUnderstood = isServed(Api.apiVersions, version);
  return {
    errorCode: isUnderstood ? 'NONE' : 'UNSUPPORTED_VERSION',
    apiKeys: isUnderstood ? advertisedVersions : [advertised(Api.apiVersions)],
    throttleTimeMs: 0,
    supportedFeatures: [],
    finalizedFeaturesEpoch: isUnderstood ? image.appliedOffset : -1,
    finalizedFeatures: isUnderstood
      ? [...image.features].map(([name, level]) => ({
          name,
          maxVersionLevel: level,
          minVersionLevel: level,
        }))
      : [],
    zkMigrationReady: false,
  };
}

function advertised(apiKey: ApiKey): ApiVersion {
  const range = servedVersions.get(apiKey) ?? { oldest: 0, newest: 0 };
  const minVersion = apiKey === Api.produce ? advertisedOldestProduce : range.oldest;
  return { apiKey, minVersion, maxVersion: range.newest };
}
