import { present } from '../../kernel/assert.ts';
import { Api } from '../../protocol/api.ts';
import { KafkaConfigError } from '../../protocol/config/config-definition.ts';
import { checkDynamicBrokerConfig } from '../../protocol/config/dynamic-broker-config.ts';
import {
  type AlterConfigsResource,
  type IncrementalAlterConfigsRequest,
} from '../../protocol/messages/incremental-alter-configs-request.ts';
import { type AlterConfigsResourceResponse } from '../../protocol/messages/incremental-alter-configs-response.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type Exchange } from '../server/request-server.ts';
import { type Forwarder } from './forwarder.ts';

/** `ConfigResource.Type` */
const brokerResource = 4;
/** Topics, brokers, loggers, client metrics, groups; loggers are set by nobody here. */
const resourceTypes: ReadonlySet<number> = new Set([2, brokerResource, 8, 16, 32]);

/** `AlterConfigOp.OpType` */
const deleteOperation = 1;

export interface AlterConfigsParts {
  readonly image: MetadataImage;
  readonly brokerId: number;
  readonly forwarder: Forwarder;
}

/**
 * Answers what this broker can judge by itself, and has the controller decide on the rest
 * (`ConfigAdminManager.preprocess`).
 */
export function alterConfigs(
  exchange: Exchange,
  request: IncrementalAlterConfigsRequest,
  parts: AlterConfigsParts,
): void {
  const { resources, validateOnly } = request;
  const problems = resources.map((resource) => problemOf(resource, resources, parts));
  const rest = resources.filter((_, index) => problems[index] === undefined);
  const answer = (decided: readonly AlterConfigsResourceResponse[]): void => {
    const responses = resources.map((resource, index) => {
      const problem = problems[index];
      if (problem !== undefined) return refusal(resource, problem);
      return present(
        decided.find((response) => isOf(response, resource)),
        'an answer for each resource',
      );
    });
    exchange.respond(Api.incrementalAlterConfigs, { throttleTimeMs: 0, responses });
  };
  if (rest.length === 0) answer([]);
  else parts.forwarder.forwardConfigs(exchange, { resources: rest, validateOnly }, answer);
}

/** Why the broker does not even forward it, if it does not. */
function problemOf(
  resource: AlterConfigsResource,
  all: readonly AlterConfigsResource[],
  parts: AlterConfigsParts,
): string | undefined {
  const { configs, resourceType } = resource;
  if (all.some((other) => other !== resource && isOf(other, resource))) {
    return 'Each resource must appear at most once.';
  }
  if (new Set(configs.map(({ name }) => name)).size < configs.length) {
    return 'Error due to duplicate config keys';
  }
  const withoutValue = configs.filter(({ configOperation, value }) => {
    return configOperation !== deleteOperation && value === null;
  });
  if (withoutValue.length > 0) {
    return `Null value not supported for : ${withoutValue.map(({ name }) => name).join(', ')}`;
  }
  if (!resourceTypes.has(resourceType)) return `Unknown resource type ${resourceType}`;
  return resourceType === brokerResource ? brokerProblem(resource, parts) : undefined;
}

/** Configs of one broker can be changed by way of itself only. */
function brokerProblem(
  { resourceName, configs }: AlterConfigsResource,
  { image, brokerId }: AlterConfigsParts,
): string | undefined {
  if (resourceName !== '') {
    if (!/^[+-]?\d+$/u.test(resourceName)) {
      return `Node id must be an integer, but it is: ${resourceName}`;
    }
    if (Number(resourceName) !== brokerId) {
      return `Unexpected broker id, expected ${brokerId}, but received ${resourceName}`;
    }
  }
  const changed = new Map(image.brokerConfig(resourceName));
  for (const { name, configOperation, value } of configs) {
    if (configOperation === deleteOperation) changed.delete(name);
    else if (value !== null) changed.set(name, value);
  }
  const target = resourceName === '' ? 'cluster default' : 'one broker';
  try {
    checkDynamicBrokerConfig(Object.fromEntries(changed), target);
    return undefined;
  } catch (error) {
    if (error instanceof KafkaConfigError) return error.message;
    throw error;
  }
}

function isOf(
  one: { readonly resourceType: number; readonly resourceName: string },
  { resourceType, resourceName }: AlterConfigsResource,
): boolean {
  return one.resourceType === resourceType && one.resourceName === resourceName;
}

function refusal(
  { resourceType, resourceName }: AlterConfigsResource,
  errorMessage: string,
): AlterConfigsResourceResponse {
  return { errorCode: 'INVALID_REQUEST', errorMessage, resourceType, resourceName };
}
