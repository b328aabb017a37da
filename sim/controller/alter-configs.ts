import { brokerSchema } from '../protocol/config/broker-config.ts';
import { type ConfigDefinition } from '../protocol/config/config-definition.ts';
import { type ConfigSchema } from '../protocol/config/config-values.ts';
import { groupSchema } from '../protocol/config/group-config.ts';
import { topicSchema } from '../protocol/config/topic-defaults.ts';
import { type ConfigRecord } from '../protocol/messages/config-record.ts';
import {
  type AlterableConfig,
  type IncrementalAlterConfigsRequest,
} from '../protocol/messages/incremental-alter-configs-request.ts';
import {
  type AlterConfigsResourceResponse,
  type IncrementalAlterConfigsResponse,
} from '../protocol/messages/incremental-alter-configs-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type ConfigTarget, configProblem, existenceProblem } from './config-validation.ts';
import { configResource, minInsyncReplicasKey, wholeCluster } from './config-state.ts';
import {
  type ApiError,
  apiError,
  type ControllerResult,
  decided,
  immediate,
  noError,
} from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';

/** Kafka's numbers of what can be done to a config (`AlterConfigOp.OpType`). */
export const configOperation = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

const resourceTypes = new Set<number>(Object.values(configResource));
const maxValueLength = 32_767;

const schemas = new Map<number, ConfigSchema>([
  [configResource.topic, topicSchema],
  [configResource.broker, brokerSchema],
  [configResource.group, groupSchema],
]);

/** Changes configs of topics, brokers and the cluster (KIP-339), all of one resource or none. */
export function alterConfigs(
  state: ControllerState,
  request: IncrementalAlterConfigsRequest,
): ControllerResult<IncrementalAlterConfigsResponse> {
  const records: MetadataRecord[] = [];
  const responses: AlterConfigsResourceResponse[] = [];
  const answer = (target: ConfigTarget, { error, message }: ApiError): void => {
    const { resourceType, resourceName } = target;
    responses.push({ errorCode: error, errorMessage: message, resourceType, resourceName });
  };

  const toChange = new Map<string, (typeof request.resources)[number]>();
  const repeated = new Set<string>();
  for (const resource of request.resources) {
    const { resourceType, resourceName } = resource;
    const key = `${resourceType}:${resourceName}`;
    if (!resourceTypes.has(resourceType)) {
      answer(resource, apiError('UNSUPPORTED_VERSION', `Unknown resource type ${resourceType}.`));
    } else if (resourceType === configResource.brokerLogger) {
      answer(resource, noError);
    } else if (toChange.delete(key)) {
      repeated.add(key);
      answer(resource, apiError('INVALID_REQUEST', 'Duplicate resource.'));
    } else if (!repeated.has(key)) {
      toChange.set(key, resource);
    }
  }
  for (const resource of toChange.values()) {
    const change = configChange(state, resource, resource.configs);
    const error = 'error' in change ? change : existenceProblem(state, resource);
    if (!('error' in change) && error.error === 'NONE') records.push(...change);
    answer(resource, error);
  }
  const body: IncrementalAlterConfigsResponse = { throttleTimeMs: 0, responses };
  if (toChange.size === 0) return immediate(body);
  const written = request.validateOnly ? [] : [...records, ...clearedElrs(state, records)];
  return decided(written, body, { isAtomic: true });
}

/**
 * The records that change a resource, or why it must not be. A broker's value is written again even
 * if it is the same, so that the brokers read it again (KAFKA-14136).
 */
export function configChange(
  state: ControllerState,
  target: ConfigTarget,
  operations: readonly AlterableConfig[],
): ApiError | readonly ConfigRecord[] {
  const { resourceType, resourceName } = target;
  const entries = new Map(state.configs.of(resourceType, resourceName));
  const records: ConfigRecord[] = [];
  // Of several operations on one config the last one counts.
  const lastByName = new Map(operations.map((operation) => [operation.name, operation]));
  for (const [name, operation] of lastByName) {
    const current = entries.get(name) ?? null;
    const value = newValue(target, operation, current);
    if (typeof value === 'object' && value !== null) return value;
    if (value === current && resourceType !== configResource.broker) continue;
    const record: ConfigRecord = { type: 'ConfigRecord', resourceType, resourceName, name, value };
    const refusal = refusalOf(state, record);
    if (refusal !== undefined) return apiError('INVALID_CONFIG', refusal);
    if (value === null) entries.delete(name);
    else entries.set(name, value);
    records.push(record);
  }
  const problem = configProblem(target, entries, state.setup.config.values);
  return problem.error === 'NONE' ? records : problem;
}

/** With ELR a change of the least in-sync replicas, whatever it is, empties the ELRs (KIP-966). */
export function clearedElrs(
  state: ControllerState,
  records: readonly MetadataRecord[],
): readonly MetadataRecord[] {
  if (!state.setup.rules.elrEnabled) return [];
  return records
    .filter((record) => record.type === 'ConfigRecord')
    .filter(({ name }) => name === minInsyncReplicasKey)
    .map(({ resourceType, resourceName }) => ({
      type: 'ClearElrRecord',
      topicName: resourceType === configResource.topic ? resourceName : '',
    }));
}

/** What must not be written whatever the resource's other configs are. */
function refusalOf(
  state: ControllerState,
  { resourceType, resourceName, name, value }: ConfigRecord,
): string | undefined {
  const isBroker = resourceType === configResource.broker;
  if (state.setup.rules.elrEnabled && isBroker && name === minInsyncReplicasKey) {
    if (resourceName !== wholeCluster) {
      return `Broker-level ${name} cannot be altered while ELR is enabled.`;
    }
    if (value === null) return `Cluster-level ${name} cannot be removed while ELR is enabled.`;
  }
  if (value === null || value.length <= maxValueLength) return undefined;
  const limit = `it exceeds the maximum value size of ${maxValueLength} bytes.`;
  return `The configuration value cannot be added because ${limit}`;
}

/** The value after the operation, null for none; an error where it cannot be done. */
function newValue(
  { resourceType }: ConfigTarget,
  { name, configOperation: operation, value }: AlterableConfig,
  current: string | null,
): ApiError | string | null {
  if (operation === configOperation.set) return value;
  if (operation === configOperation.delete) return null;
  const appends = operation === configOperation.append;
  if (!appends && operation !== configOperation.subtract) {
    return apiError('INVALID_REQUEST', `Unknown operation type ${operation}`);
  }
  const definition = schemas.get(resourceType)?.definitions.get(name);
  if (definition?.type !== 'LIST') {
    const what = appends ? 'APPEND' : 'SUBTRACT';
    const text = `Can't ${what} to key ${name} because its type is not LIST.`;
    return apiError('INVALID_CONFIG', text);
  }
  const items = current === null ? [...defaultItems(definition)] : givenItems(current);
  for (const item of splitItems(value ?? '')) {
    const index = items.indexOf(item);
    if (appends && index < 0) items.push(item);
    else if (!appends && index >= 0) items.splice(index, 1);
  }
  return items.join(',');
}

function givenItems(value: string): string[] {
  return value.split(',').filter((item) => item !== '');
}

/** As Java splits: nothing is an empty item, but items that are empty are left out at the end. */
function splitItems(value: string): readonly string[] {
  if (value === '') return [''];
  return value.replace(/,+$/u, '').split(',');
}

function defaultItems({ default: value }: ConfigDefinition): readonly string[] {
  return typeof value === 'object' && value !== null ? value : [];
}
