import { Api } from '../../../protocol/api.ts';
import { errorMessage } from '../../../protocol/error-messages.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type FindCoordinatorRequest } from '../../../protocol/messages/find-coordinator-request.ts';
import { type Coordinator } from '../../../protocol/messages/find-coordinator-response.ts';
import { offsetsTopic, transactionStateTopic } from '../../../protocol/topic-name.ts';
import { type AutoTopicCreation } from '../../handlers/auto-topic-creation.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type Exchange } from '../../server/request-server.ts';
import { type TransactionCoordinator } from '../transaction/transaction-coordinator.ts';
import { type GroupCoordinator } from './group-coordinator.ts';

const firstVersionWithManyKeys = 4;
/** Kafka's numbers (`CoordinatorType`). */
const groupKeyType = 0;
const transactionKeyType = 1;
const shareKeyType = 2;

export interface FindCoordinatorParts {
  readonly image: MetadataImage;
  readonly groups: GroupCoordinator;
  readonly transactions: TransactionCoordinator;
  readonly topicCreation: AutoTopicCreation;
  readonly stateTopicCreation: AutoTopicCreation;
}

/**
 * Tells who coordinates a group or a transactional id: the leader of its partition as this broker's
 * metadata have it. The topic is made at the first question (`KafkaApis.getCoordinator`).
 */
export function findCoordinator(
  exchange: Exchange,
  request: FindCoordinatorRequest,
  parts: FindCoordinatorParts,
): void {
  const { key, keyType, coordinatorKeys } = request;
  const isBatched = exchange.request.apiVersion >= firstVersionWithManyKeys;
  const keys = isBatched ? coordinatorKeys : [key];
  const found = keys.map((asked) => coordinatorOf(asked, keyType, parts));
  const only = found[0] ?? nowhere(key, 'COORDINATOR_NOT_AVAILABLE');
  exchange.respond(Api.findCoordinator, {
    throttleTimeMs: 0,
    errorCode: isBatched ? 'NONE' : only.errorCode,
    errorMessage: isBatched ? null : errorMessage(only.errorCode),
    nodeId: isBatched ? -1 : only.nodeId,
    host: isBatched ? '' : only.host,
    port: isBatched ? -1 : only.port,
    coordinators: isBatched ? found : [],
  });
}

function coordinatorOf(key: string, keyType: number, parts: FindCoordinatorParts): Coordinator {
  const { groups, transactions, topicCreation, stateTopicCreation } = parts;
  switch (keyType) {
    case groupKeyType:
      return leaderOf(key, [offsetsTopic, groups.partitionOf(key)], topicCreation, parts);
    case transactionKeyType: {
      const partition = transactions.states.partitionOf(key);
      return leaderOf(key, [transactionStateTopic, partition], stateTopicCreation, parts);
    }
    case shareKeyType:
      return nowhere(key, 'COORDINATOR_NOT_AVAILABLE');
    default:
      return { ...nowhere(key, 'INVALID_REQUEST'), errorMessage: errorMessage('INVALID_REQUEST') };
  }
}

function leaderOf(
  key: string,
  [topic, partition]: readonly [string, number],
  topicCreation: AutoTopicCreation,
  { image }: FindCoordinatorParts,
): Coordinator {
  if (!image.topicsByName.has(topic)) {
    topicCreation.create([topic]);
    return nowhere(key, 'COORDINATOR_NOT_AVAILABLE');
  }
  const nodeId = image.partition(topic, partition)?.leader ?? -1;
  const endpoint = image.aliveBrokerEpoch(nodeId) < 0 ? undefined : image.endpointOf(nodeId);
  if (endpoint === undefined) return nowhere(key, 'COORDINATOR_NOT_AVAILABLE');
  const { host, port } = endpoint;
  return { key, nodeId, host, port, errorCode: 'NONE', errorMessage: '' };
}

function nowhere(key: string, errorCode: ErrorName): Coordinator {
  return { key, nodeId: -1, host: '', port: -1, errorCode, errorMessage: '' };
}
