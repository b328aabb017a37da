import { type Random } from '../../kernel/random.ts';
import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type DescribeClusterRequest } from '../../protocol/messages/describe-cluster-request.ts';
import { type DescribeClusterResponse } from '../../protocol/messages/describe-cluster-response.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type Exchange } from '../server/request-server.ts';
import { allOperationsOn, notAsked } from './authorized-operations.ts';

const brokerEndpoints = 1;
const controllerEndpoints = 2;

/** Answers DescribeCluster from the broker's own metadata. */
export function describeCluster(
  exchange: Exchange,
  request: DescribeClusterRequest,
  cluster: { readonly image: MetadataImage; readonly clusterId: string; readonly random: Random },
): void {
  const { image, clusterId, random } = cluster;
  const registered = [...image.brokers.values()];
  const alive = registered.filter((broker) => !broker.isFenced);
  const errorCode = endpointTypeError(request.endpointType);
  const isRefused = errorCode !== 'NONE';
  const brokers = request.includeFencedBrokers ? registered : alive;
  const answer: DescribeClusterResponse = {
    throttleTimeMs: 0,
    errorCode,
    errorMessage: isRefused ? 'The request was sent to an endpoint of the wrong type.' : null,
    endpointType: brokerEndpoints,
    clusterId: isRefused ? '' : clusterId,
    controllerId: isRefused || alive.length === 0 ? -1 : random.pick(alive).brokerId,
    brokers: (isRefused ? [] : brokers).map((broker) => ({
      brokerId: broker.brokerId,
      host: broker.endpoints[0]?.host ?? '',
      port: broker.endpoints[0]?.port ?? -1,
      rack: broker.rack,
      isFenced: broker.isFenced,
    })),
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? allOperationsOn.cluster
      : notAsked,
  };
  exchange.respond(Api.describeCluster, answer);
}

function endpointTypeError(endpointType: number): ErrorName {
  if (endpointType === brokerEndpoints) return 'NONE';
  return endpointType === controllerEndpoints
    ? 'MISMATCHED_ENDPOINT_TYPE'
    : 'UNSUPPORTED_ENDPOINT_TYPE';
}
