import { type ClassPath } from './class-path.ts';
import { KafkaConfigError } from './config-definition.ts';
import { type ConfigValues } from './config-values.ts';
import { groupKinds } from './group-bounds.ts';

const builtInAssignors = ['uniform', 'range'];

/**
 * The rules over several configs of the group coordinator (`GroupCoordinatorConfig`).
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function checkGroupCoordinator(values: ConfigValues, classPath: ClassPath): void {
  for (const name of values.list('group.consumer.assignors')) {
    if (builtInAssignors.includes(name) || classPath.has(name)) continue;
    const config = 'group.consumer.assignors';
    const cause = new KafkaConfigError(name, { exception: 'ClassNotFoundException', config });
    const text = `Class ${name} cannot be found`;
    throw new KafkaConfigError(text, { exception: 'KafkaException', cause });
  }
  for (const kind of groupKinds) {
    const [heartbeat, session] = ['heartbeat.interval.ms', 'session.timeout.ms'];
    checkBounds(values, kind, heartbeat);
    checkBounds(values, kind, session);
    const [own, limit] = [`group.${kind}.${heartbeat}`, `group.${kind}.${session}`];
    if (values.number(own) >= values.number(limit)) {
      throw illegalArgument(own, `${own} must be less than ${limit}`);
    }
    checkBounds(values, kind, 'assignment.interval.ms');
  }
  checkAtMost(values, 'group.streams.num.standby.replicas', 'group.streams.max.standby.replicas');
}

/**
 * The protocols that groups may use (`KafkaConfig.groupCoordinatorRebalanceProtocols`).
 * @throws {KafkaConfigError} Without the classic one.
 */
export function checkRebalanceProtocols(values: ConfigValues): void {
  const config = 'group.coordinator.rebalance.protocols';
  if (values.list(config).includes('classic')) return;
  throw new KafkaConfigError("Disabling the 'classic' protocol is not supported.", { config });
}

function checkBounds(values: ConfigValues, kind: string, name: string): void {
  const own = `group.${kind}.${name}`;
  const [min, max] = [`group.${kind}.min.${name}`, `group.${kind}.max.${name}`];
  checkAtLeast(values, max, min);
  checkAtLeast(values, own, min);
  checkAtMost(values, own, max);
}

function checkAtLeast(values: ConfigValues, config: string, limit: string): void {
  if (values.number(config) >= values.number(limit)) return;
  throw illegalArgument(config, `${config} must be greater than or equal to ${limit}`);
}

function checkAtMost(values: ConfigValues, config: string, limit: string): void {
  if (values.number(config) <= values.number(limit)) return;
  throw illegalArgument(config, `${config} must be less than or equal to ${limit}`);
}

function illegalArgument(config: string, message: string): KafkaConfigError {
  return new KafkaConfigError(message, { exception: 'IllegalArgumentException', config });
}
