import { type Plan } from '../../sim/plan.ts';
import { resolveAdminConfig } from '../../sim/protocol/config/admin-config.ts';
import { resolveBrokerConfig } from '../../sim/protocol/config/broker-config.ts';
import { KafkaConfigError } from '../../sim/protocol/config/config-definition.ts';
import {
  type ConfigKind,
  type ConfigNotice,
  configNotices,
} from '../../sim/protocol/config/config-notices.ts';
import { resolveConsumerConfig } from '../../sim/protocol/config/consumer-config.ts';
import { resolveProducerConfig } from '../../sim/protocol/config/producer-config.ts';
import { resolveTopicConfig } from '../../sim/protocol/config/topic-config.ts';
import { namedConfig } from '../named-config.ts';
import { clientNames } from '../node-names.ts';
import { isOutside } from '../outside-world.ts';
import { type Path, type Problem } from '../problem.ts';
import { type Scenario } from '../scenario.ts';
import { type Client } from '../schema/clients.ts';

/** Configs of one broker, topic or client, and where they stand. */
export interface PlacedConfig {
  readonly path: Path;
  readonly config: Readonly<Record<string, string>>;
}

/** All configs of a scenario or plan. */
export interface Configs {
  readonly broker: PlacedConfig;
  readonly topics: readonly PlacedConfig[];
  readonly clients: readonly (PlacedConfig & { readonly kind: Client['kind'] })[];
}

export function configsOfScenario({ cluster, clients }: Scenario): Configs {
  return {
    broker: { path: ['cluster', 'config'], config: cluster.config },
    topics: cluster.topics.map(({ config }, index) => {
      return { path: ['cluster', 'topics', index, 'config'], config };
    }),
    clients: clientConfigs(
      clients,
      clientNames(clients).map(([name = '']) => name),
    ),
  };
}

export function configsOfPlan({ cluster, clients }: Plan): Configs {
  return {
    broker: { path: ['cluster', 'brokerConfig'], config: cluster.brokerConfig },
    topics: cluster.topics.map(({ config }, index) => {
      return { path: ['cluster', 'topics', index, 'config'], config };
    }),
    clients: clientConfigs(
      clients,
      clients.map(({ name }) => name),
    ),
  };
}

type ConfiguredClient = Pick<Configs['clients'][number], 'kind' | 'config'> & {
  readonly output?: Pick<PlacedConfig, 'config'> | null | undefined;
};

function clientConfigs(
  clients: readonly ConfiguredClient[],
  names: readonly string[],
): Configs['clients'] {
  return clients.flatMap(({ kind, config, output }, index) => {
    const name = names[index] ?? '';
    const path = ['clients', index];
    const own = { path: [...path, 'config'], kind, config: namedConfig(config, name) };
    if (output === undefined || output === null) return [own];
    const sink = namedConfig(output.config, name);
    return [own, { path: [...path, 'output', 'config'], kind: 'producer' as const, config: sink }];
  });
}

/** What Kafka would refuse, in its own words. */
export function* configProblems({ broker, topics, clients }: Configs): Generator<Problem> {
  yield* refused(broker, () => {
    resolveBrokerConfig(broker.config);
  });
  for (const topic of topics) {
    yield* refused(topic, () => {
      resolveTopicConfig(topic.config, resolveBrokerConfig(broker.config));
    });
  }
  for (const client of clients) {
    yield* refused(client, () => {
      if (client.kind === 'producer') resolveProducerConfig(client.config);
      else if (client.kind === 'consumer') resolveConsumerConfig(client.config);
      else resolveAdminConfig(client.config);
    });
  }
}

/** Configs that Kafka does not know: it warns of them and goes on. */
export function* unknownConfigs(configs: Configs): Generator<Problem> {
  for (const { path, name, kind, reason } of noticesOf(configs)) {
    if (reason !== 'unknown to Kafka' || kind === 'topic') continue;
    yield { path: [...path, name], message: `Kafka 4.3.1 has no ${kind} config ${name}` };
  }
}

/** Configs that Kafka has, and that change nothing here. */
export function* configsWithoutEffect(configs: Configs): Generator<Problem> {
  for (const { path, name, reason } of noticesOf(configs)) {
    if (reason === 'unknown to Kafka' || isOutside(name)) continue;
    const what = reason === 'not modelled' ? name : `the class that ${name} names`;
    yield { path: [...path, name], message: `${what} is not modelled` };
  }
}

function* noticesOf({ broker, topics, clients }: Configs): Generator<PlacedNotice> {
  yield* placed('broker', broker);
  for (const topic of topics) yield* placed('topic', topic);
  for (const client of clients) yield* placed(client.kind, client);
}

interface PlacedNotice {
  readonly path: Path;
  readonly name: string;
  readonly kind: ConfigKind;
  readonly reason: ConfigNotice['reason'];
}

function* placed(kind: ConfigKind, { path, config }: PlacedConfig): Generator<PlacedNotice> {
  for (const { config: name, reason } of configNotices(kind, config)) {
    yield { path, name, kind, reason };
  }
}

function* refused({ path, config }: PlacedConfig, resolve: () => void): Generator<Problem> {
  try {
    resolve();
  } catch (error) {
    if (!(error instanceof KafkaConfigError)) throw error;
    const { config: name, explanation } = error;
    const isWritten = name !== undefined && Object.hasOwn(config, name);
    yield { path: isWritten ? [...path, name] : path, message: explanation };
  }
}
