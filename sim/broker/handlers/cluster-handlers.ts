import { type Random } from '../../kernel/random.ts';
import { Api } from '../../protocol/api.ts';
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
  const refusal = endpointRefusal(request.endpointType);
  if (refusal !== undefined) {
    exchange.respond(Api.describeCluster, refusal);
    return;
  }
  const registered = [...image.brokers.values()];
  const alive = registered.filter((broker) => !broker.isFenced);
  const brokers = request.includeFencedBrokers ? registered : alive;
  exchange.respond(Api.describeCluster, {
    ...nothingSaid,
    clusterId,
    controllerId: alive.length === 0 ? -1 : random.pick(alive).brokerId,
    brokers: brokers.map((broker) => ({
      brokerId: broker.brokerId,
      host: broker.endpoints[0]?.host ?? '',
      port: broker.endpoints[0]?.port ?? -1,
      rack: broker.rack,
      isFenced: broker.isFenced,
    })),
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? allOperationsOn.cluster
      : notAsked,
  });
}

const nothingSaid: DescribeClusterResponse = {
  throttleTimeMs: 0,
  errorCode: 'NONE',
  errorMessage: null,
  endpointType: brokerEndpoints,
  clusterId: '',
  controllerId: -1,
  brokers: [],
  clusterAuthorizedOperations: notAsked,
};

/** The answer to who wants to hear of other nodes than brokers. */
function endpointRefusal(endpointType: number): DescribeClusterResponse | undefined {
  switch (endpointType) {
    case brokerEndpoints:
      return undefined;
    case controllerEndpoints: {
      const errorMessage =
        'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER';
      return { ...nothingSaid, errorCode: 'MISMATCHED_ENDPOINT_TYPE', errorMessage };
    }
    default: {
      const errorMessage = `Unsupported endpoint type ${endpointType}`;
      return { ...nothingSaid, errorCode: 'UNSUPPORTED_ENDPOINT_TYPE', errorMessage };
    }
  }
}
