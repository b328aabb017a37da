import { type ClassPath } from './class-path.ts';
import { type ConfigValues } from './config-values.ts';
import { advertisedListenersOf, interBrokerListener, listenersOf } from './broker-listeners.ts';
import { KafkaConfigError } from './config-definition.ts';
import { isHostText } from './host-port.ts';
import { parseVoterIds } from './quorum-voters.ts';
import { topicDefaults } from './topic-defaults.ts';

/**
 * The rules over several configs of a node, in Kafka's order (`KafkaConfig.validateValues`).
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function checkBrokerRules(values: ConfigValues, classPath: ClassPath): void {
  if (values.number('node.id') !== values.number('broker.id')) {
    const text = 'You must set `node.id` to the same value as `broker.id`.';
    throw new KafkaConfigError(text, { config: 'node.id' });
  }
  checkLogs(values);
  checkReplicaFetches(values);
  checkRoles(values);
  checkConnections(values);
  demand(
    classPath.implements(values.text('principal.builder.class'), 'KafkaPrincipalSerde'),
    'principal.builder.class',
    'principal.builder.class must implement KafkaPrincipalSerde',
  );
}

function checkLogs(values: ConfigValues): void {
  const topics = topicDefaults(values);
  demand(
    Number(topics.get('segment.ms')) >= 1,
    'log.roll.ms',
    'log.roll.ms must be greater than or equal to 1',
  );
  demand(
    Number(topics.get('segment.jitter.ms')) >= 0,
    'log.roll.jitter.ms',
    'log.roll.jitter.ms must be greater than or equal to 0',
  );
  demand(
    topics.get('retention.ms') !== 0,
    'log.retention.ms',
    'log.retention.ms must be unlimited (-1) or, greater than or equal to 1',
  );
  const dedupeBytes = values.number('log.cleaner.dedupe.buffer.size');
  demand(
    Math.floor(dedupeBytes / values.number('log.cleaner.threads')) > 1_048_576,
    'log.cleaner.dedupe.buffer.size',
    'log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.',
  );
}

function checkReplicaFetches(values: ConfigValues): void {
  const waitMs = values.number('replica.fetch.wait.max.ms');
  demand(
    waitMs <= values.number('replica.socket.timeout.ms'),
    'replica.fetch.wait.max.ms',
    'replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent ' +
      'unnecessary socket timeouts',
  );
  demand(
    waitMs <= values.number('replica.lag.time.max.ms'),
    'replica.lag.time.max.ms',
    'replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to ' +
      'prevent frequent changes in ISR',
  );
}

/** What a node's roles demand of its listeners and of the quorum's voters. */
function checkRoles(values: ConfigValues): void {
  const roles = values.list('process.roles');
  const isBroker = roles.includes('broker');
  const names = values.list('controller.listener.names');
  const isController = ({ listener }: { listener: string }): boolean => names.includes(listener);
  const listeners = listenersOf(values);
  const advertised = advertisedListenersOf(values);
  const brokerListeners = (advertised ?? listeners).filter((one) => !isController(one));

  checkVoters(values, roles.includes('controller'));
  if (roles.includes('controller')) {
    demand(
      isBroker || listeners.every(isController),
      'listeners',
      'The listeners config must only contain KRaft controller listeners from ' +
        'controller.listener.names when process.roles=controller',
    );
    const mustAppear = (atLeast: string): string =>
      `controller.listener.names must ${atLeast} appearing in the 'listeners' configuration when ` +
      'running the KRaft controller role';
    const listening = listeners.map(({ listener }) => listener);
    demand(
      names.some((name) => listening.includes(name)),
      'controller.listener.names',
      mustAppear('contain at least one value'),
    );
    demand(
      names.every((name) => listening.includes(name)),
      'controller.listener.names',
      mustAppear('only contain values'),
    );
  } else {
    demand(
      !listeners.some(isController),
      'controller.listener.names',
      "controller.listener.names must not contain a value appearing in the 'listeners' " +
        'configuration when running KRaft with just the broker role',
    );
    demand(
      !values.boolean('controller.quorum.auto.join.enable'),
      'controller.quorum.auto.join.enable',
      'controller.quorum.auto.join.enable is only supported when process.roles contains the ' +
        "'controller' role.",
    );
  }
  if (isBroker) checkBrokerListeners(values, brokerListeners, listeners);
  demand(
    ![...brokerListeners, ...(advertised ?? [])].some(({ host }) => host === '0.0.0.0'),
    'advertised.listeners',
    'advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.',
  );
}

function checkVoters(values: ConfigValues, isController: boolean): void {
  const config = 'controller.quorum.voters';
  const voters = parseVoterIds(values.list(config));
  if (voters.length === 0 && values.list('controller.quorum.bootstrap.servers').length === 0) {
    throw new KafkaConfigError(
      'If using process.roles, either controller.quorum.bootstrap.servers must contain the set of ' +
        `bootstrap controllers or ${config} must contain a parseable set of controllers.`,
      { config },
    );
  }
  const nodeId = values.number('node.id');
  const set = `${config}=Set(${voters.join(', ')})`;
  if (isController) {
    demand(
      voters.length === 0 || voters.includes(nodeId),
      config,
      `If process.roles contains the 'controller' role, the node id ${nodeId} must be included ` +
        `in the set of voters ${set}`,
    );
  } else {
    demand(
      !voters.includes(nodeId),
      config,
      `If process.roles contains just the 'broker' role, the node id ${nodeId} must not be ` +
        `included in the set of voters ${set}`,
    );
  }
}

function checkBrokerListeners(
  values: ConfigValues,
  advertised: readonly { readonly listener: string }[],
  listeners: readonly { readonly listener: string }[],
): void {
  const namesOf = (endpoints: readonly { readonly listener: string }[]): readonly string[] =>
    endpoints.map(({ listener }) => listener);
  const names = namesOf(advertised);
  demand(
    names.length > 0,
    'advertised.listeners',
    'There must be at least one broker advertised listener. Perhaps all listeners appear in ' +
      'controller.listener.names?',
  );
  demand(
    names.includes(interBrokerListener(values)),
    'inter.broker.listener.name',
    'inter.broker.listener.name must be a listener name defined in advertised.listeners. The ' +
      `valid options based on currently configured listeners are ${names.join(',')}`,
  );
  demand(
    names.every((name) => namesOf(listeners).includes(name)),
    'advertised.listeners',
    'advertised.listeners listener names must be equal to or a subset of the ones defined in ' +
      `listeners. Found ${names.join(',')}. The valid options based on the current configuration ` +
      `are ${namesOf(listeners).join(',')}`,
  );
  checkCordonedLogDirs(values);
}

function checkCordonedLogDirs(values: ConfigValues): void {
  const config = 'cordoned.log.dirs';
  const cordoned = values.list(config);
  if (cordoned.includes('*')) {
    const text = `When ${config} is set to *, it must not contain other values`;
    demand(cordoned.length === 1, config, text);
    return;
  }
  const logDirs = values.list(values.value('log.dirs') === null ? 'log.dir' : 'log.dirs');
  const missing = cordoned.filter((directory) => !logDirs.includes(directory));
  const rule = `All entries in ${config} must be present in log.dirs or log.dir.`;
  demand(missing.length === 0, config, `${rule} Missing entries : ${missing.join(', ')}`);
}

function checkConnections(values: ConfigValues): void {
  const queuedBytes = values.number('queued.max.request.bytes');
  demand(
    queuedBytes <= 0 || queuedBytes >= values.number('socket.request.max.bytes'),
    'queued.max.request.bytes',
    'queued.max.request.bytes must be larger or equal to socket.request.max.bytes',
  );
  const config = 'max.connections.per.ip.overrides';
  const overrides = values.text(config);
  demand(
    values.number('max.connections.per.ip') > 0 || overrides !== '',
    'max.connections.per.ip',
    `max.connections.per.ip can be set to zero only if ${config} property is set.`,
  );
  const hosts = overrides.split(',').map((pair) => pair.slice(0, pair.lastIndexOf(':')).trim());
  const invalid = hosts.filter((host) => !isHostText(host));
  if (invalid.length > 0) {
    const text = `${config} contains invalid addresses : ${invalid.join(',')}`;
    throw new KafkaConfigError(text, { exception: 'IllegalArgumentException', config });
  }
  const idleMs = values.number('connections.max.idle.ms');
  const delayMs = values.number('connection.failed.authentication.delay.ms');
  demand(
    idleMs < 0 || delayMs < idleMs,
    'connections.max.idle.ms',
    `connection.failed.authentication.delay.ms=${delayMs} should always be less than ` +
      `connections.max.idle.ms=${idleMs} to prevent failed authentication responses from timing out`,
  );
}

/** Scala's `require`. */
function demand(condition: boolean, config: string, message: string): void {
  if (condition) return;
  const text = `requirement failed: ${message}`;
  throw new KafkaConfigError(text, { exception: 'IllegalArgumentException', config });
}
