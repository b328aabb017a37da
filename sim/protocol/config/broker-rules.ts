import { KafkaConfigError } from './config-definition.ts';
import { type ConfigValues } from './config-values.ts';

/**
 * The rules over several configs that `KafkaConfig.validateValues` and the group coordinator's
 * config check, as far as they are about what is modelled. Listeners, security, directories and
 * tiered storage are not.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function checkBrokerRules(values: ConfigValues): void {
  checkLogTimes(values);
  checkFetchTimes(values);
  require(values.number('queued.max.request.bytes') <= 0 ||
    values.number('queued.max.request.bytes') >=
      values.number(
        'socket.request.max.bytes',
      ), 'queued.max.request.bytes', 'queued.max.request.bytes must be larger or equal to socket.request.max.bytes');
  const idleMs = values.number('connections.max.idle.ms');
  const delayMs = values.number('connection.failed.authentication.delay.ms');
  require(idleMs < 0 ||
    delayMs <
      idleMs, 'connections.max.idle.ms', `connection.failed.authentication.delay.ms=${delayMs} should always be less than ` +
    `connections.max.idle.ms=${idleMs} to prevent failed authentication responses from timing out`);
  checkGroups(values, 'consumer');
  checkGroups(values, 'share');
  checkGroups(values, 'streams');
}

function checkLogTimes(values: ConfigValues): void {
  require((values.numberIfSet('log.roll.ms') ?? 1) >=
    1, 'log.roll.ms', 'log.roll.ms must be greater than or equal to 1');
  require((values.numberIfSet('log.roll.jitter.ms') ?? 0) >=
    0, 'log.roll.jitter.ms', 'log.roll.jitter.ms must be greater than or equal to 0');
  const retentionMs = values.numberIfSet('log.retention.ms');
  require(retentionMs === undefined ||
    retentionMs === -1 ||
    retentionMs >=
      1, 'log.retention.ms', 'log.retention.ms must be unlimited (-1) or, greater than or equal to 1');
  require(values.number('log.cleaner.dedupe.buffer.size') / values.number('log.cleaner.threads') >
    1_048_576, 'log.cleaner.dedupe.buffer.size', 'log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.');
  const [min, max] = [
    values.value('log.cleaner.min.compaction.lag.ms'),
    values.value('log.cleaner.max.compaction.lag.ms'),
  ];
  if (Number(min) > Number(max)) {
    throw new KafkaConfigError(
      `conflict topic config setting min.compaction.lag.ms (${String(min)}) > ` +
        `max.compaction.lag.ms (${String(max)})`,
      { exception: 'InvalidConfigurationException' },
    );
  }
}

function checkFetchTimes(values: ConfigValues): void {
  const waitMs = values.number('replica.fetch.wait.max.ms');
  require(waitMs <=
    values.number(
      'replica.socket.timeout.ms',
    ), 'replica.fetch.wait.max.ms', 'replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent ' +
    'unnecessary socket timeouts');
  require(waitMs <=
    values.number(
      'replica.lag.time.max.ms',
    ), 'replica.lag.time.max.ms', 'replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to ' +
    'prevent frequent changes in ISR');
}

/** `GroupCoordinatorConfig.validate` for one kind of group. */
function checkGroups(values: ConfigValues, kind: 'consumer' | 'share' | 'streams'): void {
  const name = (suffix: string): string => `group.${kind}.${suffix}.ms`;
  for (const timing of ['heartbeat.interval', 'session.timeout']) {
    const [own, min, max] = [name(timing), name(`min.${timing}`), name(`max.${timing}`)];
    const atLeast = (a: string, b: string): void => {
      if (values.number(a) >= values.number(b)) return;
      throw illegal(a, `${a} must be greater than or equal to ${b}`);
    };
    atLeast(max, min);
    atLeast(own, min);
    if (values.number(own) > values.number(max)) {
      throw illegal(own, `${own} must be less than or equal to ${max}`);
    }
  }
  const [heartbeat, session] = [name('heartbeat.interval'), name('session.timeout')];
  if (values.number(heartbeat) >= values.number(session)) {
    throw illegal(heartbeat, `${heartbeat} must be less than ${session}`);
  }
}

function illegal(config: string, message: string): KafkaConfigError {
  return new KafkaConfigError(message, { config, exception: 'IllegalArgumentException' });
}

/** Scala's `require`. */
function require(condition: boolean, config: string, message: string): void {
  if (condition) return;
  throw illegal(config, `requirement failed: ${message}`);
}
