import { remembered } from '../../kernel/remembered.ts';
import { type ClientConfig, clientConfigOf, postProcessClient } from './client-config.ts';
import { KafkaConfigError, type Properties } from './config-definition.ts';
import { ConfigSchema, type ConfigValues } from './config-values.ts';
import { adminDefinitions } from './tables/admin.ts';

/** The configs of an admin client that the model acts on. Times in milliseconds. */
export interface AdminConfig extends ClientConfig {
  readonly retries: number;
  readonly defaultApiTimeoutMs: number;
}

export const adminSchema = new ConfigSchema(adminDefinitions);

/**
 * The configs of an admin client as a constructed `KafkaAdminClient` uses them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export const resolveAdminConfig = remembered((properties: Properties): AdminConfig => {
  const values = postProcessClient(adminSchema.parse(properties));
  const config = adminConfigOf(values);
  // A default that is too short is raised silently (`configureDefaultApiTimeoutMs`).
  if (config.defaultApiTimeoutMs >= config.requestTimeoutMs) return config;
  if (!values.isGiven('default.api.timeout.ms')) {
    return { ...config, defaultApiTimeoutMs: config.requestTimeoutMs };
  }
  throw new KafkaConfigError(
    `The specified value of default.api.timeout.ms must be no smaller than the value of request.timeout.ms.`,
    { config: 'default.api.timeout.ms' },
  );
});

/** Picks what the model acts on. Checks nothing. */
export function adminConfigOf(values: ConfigValues): AdminConfig {
  const client = clientConfigOf(values);
  return {
    ...client,
    clientId: client.clientId === '' ? 'adminclient-1' : client.clientId,
    retries: values.number('retries'),
    defaultApiTimeoutMs: values.number('default.api.timeout.ms'),
  };
}
