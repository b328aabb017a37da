import { KafkaConfigError } from '../protocol/config/config-definition.ts';
import { type ConfigValues } from '../protocol/config/config-values.ts';
import { parseGroupConfig } from '../protocol/config/group-config.ts';
import { parseTopicConfig } from '../protocol/config/topic-config.ts';
import { topicNameProblem } from '../protocol/topic-name.ts';
import { type ApiError, apiError, noError } from './controller-result.ts';
import { type ConfigEntries, configResource, wholeCluster } from './config-state.ts';
import { type ControllerState } from './controller-state.ts';

/** A resource whose config is about to change. */
export interface ConfigTarget {
  readonly resourceType: number;
  readonly resourceName: string;
}

/**
 * Whether a resource may have these configs, which are all that it then has
 * (`ControllerConfigurationValidator`). A broker's own configs are checked by the broker that
 * forwards the request.
 */
export function configProblem(
  { resourceType, resourceName }: ConfigTarget,
  entries: ConfigEntries,
  controllerConfig: ConfigValues,
): ApiError {
  switch (resourceType) {
    case configResource.topic: {
      if (resourceName === '') {
        return apiError('INVALID_REQUEST', 'Default topic resources are not allowed.');
      }
      const problem = topicNameProblem(resourceName);
      if (problem !== undefined) return apiError('INVALID_TOPIC_EXCEPTION', problem);
      return problemOf(() => parseTopicConfig(Object.fromEntries(entries), controllerConfig));
    }
    case configResource.broker:
      return brokerNameProblem(resourceName);
    case configResource.group:
      if (resourceName === '') {
        return apiError('INVALID_REQUEST', 'Default group resources are not allowed.');
      }
      return problemOf(() => parseGroupConfig(Object.fromEntries(entries), controllerConfig));
    default:
      return noError;
  }
}

/** What Kafka says of the configs, if anything. */
function problemOf(parse: () => unknown): ApiError {
  try {
    parse();
    return noError;
  } catch (error) {
    if (error instanceof KafkaConfigError) return apiError('INVALID_CONFIG', error.message);
    throw error;
  }
}

function brokerNameProblem(name: string): ApiError {
  if (name === wholeCluster) return noError;
  if (!/^[+-]?\d+$/u.test(name)) {
    return apiError('INVALID_REQUEST', 'Unable to parse broker name as a base 10 number.');
  }
  if (Number(name) >= 0) return noError;
  return apiError('INVALID_REQUEST', 'Invalid negative broker ID.');
}

/** Whether there is such a resource (`ConfigResourceExistenceChecker`). */
export function existenceProblem(
  state: ControllerState,
  { resourceType, resourceName }: ConfigTarget,
): ApiError {
  if (resourceType === configResource.topic && state.topics.named(resourceName) === undefined) {
    return apiError('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${resourceName}' does not exist.`);
  }
  if (resourceType !== configResource.broker || resourceName === wholeCluster) return noError;
  const id = Number(resourceName);
  const isKnown = id === state.setup.controllerId || state.cluster.registration(id) !== undefined;
  return isKnown ? noError : apiError('BROKER_ID_NOT_REGISTERED', `No node with id ${id} found.`);
}
