import { brokerSchema, resolveBrokerConfig } from '../../sim/protocol/config/broker-config.ts';
import { KafkaConfigError } from '../../sim/protocol/config/config-definition.ts';
import { type ConfigSchema } from '../../sim/protocol/config/config-values.ts';
import {
  consumerSchema,
  resolveConsumerConfig,
} from '../../sim/protocol/config/consumer-config.ts';
import {
  producerSchema,
  resolveProducerConfig,
} from '../../sim/protocol/config/producer-config.ts';
import { resolveTopicConfig } from '../../sim/protocol/config/topic-config.ts';
import { type Path, type Problem } from '../problem.ts';
import { type Scenario } from '../scenario.ts';
import { type Client } from '../schema/clients.ts';

type Config = Readonly<Record<string, string>>;

/** What Kafka would refuse, in its own words. */
export function* configProblems({ cluster, clients }: Scenario): Generator<Problem> {
  yield* refused(['cluster', 'config'], cluster.config, () => {
    resolveBrokerConfig(cluster.config);
  });
  for (const [index, { config }] of cluster.topics.entries()) {
    yield* refused(['cluster', 'topics', index, 'config'], config, () => {
      resolveTopicConfig(config, resolveBrokerConfig(cluster.config));
    });
  }
  for (const [index, client] of clients.entries()) {
    yield* refused(['clients', index, 'config'], client.config, () => {
      resolveClientConfig(client);
    });
  }
}

/** Configs that Kafka does not know: it warns of them and goes on. */
export function* unknownConfigs({ cluster, clients }: Scenario): Generator<Problem> {
  yield* unknownOf(brokerSchema, 'broker', ['cluster', 'config'], cluster.config);
  for (const [index, { kind, config }] of clients.entries()) {
    const schema = schemas[kind];
    if (schema !== null) yield* unknownOf(schema, kind, ['clients', index, 'config'], config);
  }
}

/** The table of an admin client's configs is not here: it may have any. */
const schemas = { producer: producerSchema, consumer: consumerSchema, admin: null };

function* unknownOf(
  schema: ConfigSchema,
  kind: string,
  path: Path,
  config: Config,
): Generator<Problem> {
  for (const name of Object.keys(config)) {
    if (schema.definitions.has(name)) continue;
    yield { path: [...path, name], message: `Kafka 4.3.1 has no ${kind} config ${name}` };
  }
}

function resolveClientConfig({ kind, config }: Client): void {
  if (kind === 'producer') resolveProducerConfig(config);
  else if (kind === 'consumer') resolveConsumerConfig(config);
}

function* refused(path: Path, config: Config, resolve: () => void): Generator<Problem> {
  try {
    resolve();
  } catch (error) {
    if (!(error instanceof KafkaConfigError)) throw error;
    const { config: name, explanation } = error;
    const isWritten = name !== undefined && Object.hasOwn(config, name);
    yield { path: isWritten ? [...path, name] : path, message: explanation };
  }
}
