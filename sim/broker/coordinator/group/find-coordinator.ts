import { Api } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type FindCoordinatorRequest } from '../../../protocol/messages/find-coordinator-request.ts';
import { type Coordinator } from '../../../protocol/messages/find-coordinator-response.ts';
import { offsetsTopic } from '../../../protocol/topic-name.ts';
import { type AutoTopicCreation } from '../../handlers/auto-topic-creation.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type Exchange } from '../../server/request-server.ts';
import { type GroupCoordinator } from './group-coordinator.ts';

const firstVersionWithManyKeys = 4;
const groupKeyType = 0;

export interface FindCoordinatorParts {
  readonly image: MetadataImage;
  readonly groups: GroupCoordinator;
  readonly topicCreation: AutoTopicCreation;
}

/**
 * Tells who coordinates a group: the leader of its partition as this broker's metadata have it. The
 * topic is made at the first question (`KafkaApis.getCoordinator`). There are no transaction
 * coordinators yet: one is never available.
 */
export function findCoordinator(
  exchange: Exchange,
  request: FindCoordinatorRequest,
  parts: FindCoordinatorParts,
): void {
  const { key, keyType, coordinatorKeys } = request;
  const isBatched = exchange.request.apiVersion >= firstVersionWithManyKeys;
  const keys = isBatched ? coordinatorKeys : [key];
  const found = keys.map((asked) =>
    keyType === groupKeyType
      ? coordinatorOfGroup(asked, parts)
      : nowhere(asked, 'COORDINATOR_NOT_AVAILABLE'),
  );
  const only = found[0] ?? nowhere(key, 'COORDINATOR_NOT_AVAILABLE');
  exchange.respond(Api.findCoordinator, {
    throttleTimeMs: 0,
    errorCode: isBatched ? 'NONE' : only.errorCode,
    errorMessage: null,
    nodeId: isBatched ? -1 : only.nodeId,
    host: isBatched ? '' : only.host,
    port: isBatched ? -1 : only.port,
    coordinators: isBatched ? found : [],
  });
}

function coordinatorOfGroup(
  key: string,
  { image, groups, topicCreation }: FindCoordinatorParts,
): Coordinator {
  if (!image.topicsByName.has(offsetsTopic)) {
    topicCreation.create([offsetsTopic]);
    return nowhere(key, 'COORDINATOR_NOT_AVAILABLE');
  }
  const nodeId = image.partition(offsetsTopic, groups.partitionOf(key))?.leader ?? -1;
  const endpoint = image.aliveBrokerEpoch(nodeId) < 0 ? undefined : image.endpointOf(nodeId);
  if (endpoint === undefined) return nowhere(key, 'COORDINATOR_NOT_AVAILABLE');
  const { host, port } = endpoint;
  return { key, nodeId, host, port, errorCode: 'NONE', errorMessage: null };
}

function nowhere(key: string, errorCode: ErrorName): Coordinator {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage: null };
}
