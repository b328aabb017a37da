import {
  invalidConfiguration,
  invalidValue,
  KafkaConfigError,
  type Properties,
} from './config-definition.ts';
import { type ConfigValues } from './config-values.ts';

/** `local.retention.*` of this: as long as `retention.*`. */
const asRetention = -2;

/**
 * Tiered storage (KIP-405) is not modelled, but what a real cluster refuses is refused
 * (`LogConfig.validateTopicLogConfigValues`).
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function checkTieredStorage(
  topic: ConfigValues,
  broker: ConfigValues,
  existing: Properties,
): void {
  const config = 'remote.storage.enable';
  if (!topic.boolean(config)) {
    const wasEnabled = existing[config]?.toLowerCase() === 'true';
    if (wasEnabled) checkRemoteDataIsDeleted(topic);
    return;
  }
  if (!broker.boolean('remote.log.storage.system.enable')) {
    const text =
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with ' +
      'remote log storage.';
    throw new KafkaConfigError(text, { config });
  }
  if (topic.list('cleanup.policy').some((policy) => policy !== 'delete')) {
    const text =
      'Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being ' +
      'an empty list.';
    throw new KafkaConfigError(text, { config: 'cleanup.policy' });
  }
  checkLocalRetention(topic);
  if (topic.boolean('remote.log.copy.disable')) checkRetentionWithoutCopies(topic);
}

/**
 * What is kept locally must not outlive what is kept at all.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function checkLocalRetention(values: ConfigValues): void {
  for (const unit of ['bytes', 'ms']) {
    const config = `local.retention.${unit}`;
    const [total, local] = [values.number(`retention.${unit}`), values.number(config)];
    if (total < 0 || local === asRetention) continue;
    if (local === -1) {
      const text = `Value must not be -1 as retention.${unit} value is set as ${total}.`;
      throw invalidValue(config, local, text);
    }
    if (local > total) {
      const text = `Value must not be more than retention.${unit} property value: ${total}`;
      throw invalidValue(config, local, text);
    }
  }
}

function checkRetentionWithoutCopies(topic: ConfigValues): void {
  for (const unit of ['bytes', 'ms']) {
    const config = `local.retention.${unit}`;
    const local = topic.number(config);
    if (local === asRetention || local === topic.number(`retention.${unit}`)) continue;
    throw invalidConfiguration(
      `When \`remote.log.copy.disable\` is set to true, the \`${config}\` and ` +
        `\`retention.${unit}\` must be set to the identical value because there will be no more ` +
        'logs copied to the remote storage.',
      config,
    );
  }
}

function checkRemoteDataIsDeleted(topic: ConfigValues): void {
  if (topic.boolean('remote.log.delete.on.disable')) return;
  throw invalidConfiguration(
    'It is invalid to disable remote storage without deleting remote data. If you want to keep ' +
      'the remote data and turn to read only, please set ' +
      '`remote.storage.enable=true,remote.log.copy.disable=true`. If you want to disable remote ' +
      'storage and delete all remote data, please set ' +
      '`remote.storage.enable=false,remote.log.delete.on.disable=true`.',
    'remote.storage.enable',
  );
}
