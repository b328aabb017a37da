import { z } from 'zod';
import { configProblem } from '../../sim/controller/config-validation.ts';
import { configResource } from '../../sim/controller/config-state.ts';
import { assert } from '../../sim/kernel/assert.ts';
import { parseBrokerConfig } from '../../sim/protocol/config/broker-config.ts';
import { assumedClassPath, type ClassPath } from '../../sim/protocol/config/class-path.ts';
import {
  type ConfigDefinition,
  KafkaConfigError,
  type Properties,
} from '../../sim/protocol/config/config-definition.ts';
import { type ConfigValues } from '../../sim/protocol/config/config-values.ts';
import {
  assumedConsumerProperties,
  parseConsumerConfig,
  resolveConsumerConfig,
} from '../../sim/protocol/config/consumer-config.ts';
import { checkDynamicBrokerConfig } from '../../sim/protocol/config/dynamic-broker-config.ts';
import { clampGroupConfig, parseGroupConfig } from '../../sim/protocol/config/group-config.ts';
import { parseValue } from '../../sim/protocol/config/parse-value.ts';
import {
  assumedProducerProperties,
  parseProducerConfig,
  resolveProducerConfig,
} from '../../sim/protocol/config/producer-config.ts';
import { consumerDefinitions } from '../../sim/protocol/config/tables/consumer.ts';
import { producerDefinitions } from '../../sim/protocol/config/tables/producer.ts';
import {
  checkTopicDefaults,
  parseTopicConfig,
  topicConfigOf,
} from '../../sim/protocol/config/topic-config.ts';
import { topicDefaults } from '../../sim/protocol/config/topic-defaults.ts';
import { errorProperties } from '../../sim/protocol/errors.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

/** Texts as in a properties file; null removes one that the base has. */
const properties = z.record(z.string(), z.string().nullable());
const given = z.record(z.string(), z.string());

/** The recorder had no classes but Kafka's and Java's. */
const classPath: ClassPath = {
  has: (name) => assumedClassPath.has(name) && !name.startsWith('no.such.'),
  implements: (name) => name !== 'java.lang.String',
};
const machine = { classPath, resolves: (host: string) => !host.endsWith('.invalid') };

const clientCase = z.looseObject({ given: properties });

export const producerConfigs = section(clientCase, (recorded) => {
  const all = withBase(assumedProducerProperties, recorded.given);
  return differenceAt('producer', recorded, {
    given: recorded.given,
    ...outcomeOf(() => {
      const values = parseProducerConfig(all, classPath);
      return {
        effective: effective(values, producerDefinitions),
        ...outcomeOf(() => ({ client: viewOfProducer(all) }), 'clientError'),
      };
    }),
  });
});

function viewOfProducer(all: Properties): object {
  const config = resolveProducerConfig(all, machine);
  const { deliveryTimeoutMs, lingerMs, batchSize, transactionalId, enableIdempotence } = config;
  const kind = enableIdempotence ? 'idempotent' : 'none';
  const transactionManager = transactionalId === undefined ? kind : 'transactional';
  return { deliveryTimeoutMs, lingerMs, batchSize, transactionManager };
}

export const consumerConfigs = section(clientCase, (recorded) => {
  const all = withBase(assumedConsumerProperties, recorded.given);
  return differenceAt('consumer', recorded, {
    given: recorded.given,
    ...outcomeOf(() => {
      const values = parseConsumerConfig(all, classPath);
      return {
        effective: effective(values, consumerDefinitions),
        ...outcomeOf(() => ({ client: viewOfConsumer(all) }), 'clientError'),
      };
    }),
  });
});

function viewOfConsumer(all: Properties): object {
  const { groupProtocol } = resolveConsumerConfig(all, machine);
  const isClassic = groupProtocol === 'classic';
  return { implementation: isClassic ? 'ClassicKafkaConsumer' : 'AsyncKafkaConsumer' };
}

const brokerBase: Properties = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.quorum.voters': '1@localhost:9093',
  listeners: 'PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
  'controller.listener.names': 'CONTROLLER',
  'log.dirs': 'logs',
};
const baseTopicDefaults = topicDefaults(parseBrokerConfig(brokerBase));

export const brokerConfigs = section(z.looseObject({ given: properties }), (recorded) =>
  differenceAt('broker', recorded, {
    given: recorded.given,
    ...outcomeOf(() => {
      const values = parseBrokerConfig(withBase(brokerBase, recorded.given), classPath);
      return {
        topicDefaults: changedDefaults(values),
        ...outcomeOf(() => {
          checkTopicDefaults(values);
          return {};
        }, 'logManagerError'),
      };
    }),
  }),
);

/** What topics inherit otherwise than from the base. */
function changedDefaults(broker: ConfigValues): object {
  const changed = [...topicDefaults(broker)].filter(
    ([name, value]) => !isEqual(value, baseTopicDefaults.get(name)),
  );
  return Object.fromEntries(changed);
}

const error = z.looseObject({ message: z.string() }).optional();

const topicCase = z.looseObject({
  given,
  broker: given.default({}),
  existing: given.default({}),
  error,
});

export const topicConfigs = section(topicCase, ({ given, broker, existing, ...recorded }) => {
  const values = parseBrokerConfig({ ...brokerBase, ...broker });
  const came = isOfNoName(recorded.error)
    ? refusalOfNoName(configResource.topic, values)
    : outcomeOf(() => ({ computed: viewOfTopic(parseTopicConfig(given, values, existing)) }));
  return differenceAt('topic', recorded, came);
});

/** A case about a resource with an empty name, which says so in its answer only. */
function isOfNoName(recorded: z.infer<typeof error>): boolean {
  return recorded?.message.startsWith('Default ') === true;
}

function refusalOfNoName(resourceType: number, broker: ConfigValues): object {
  const refusal = configProblem({ resourceType, resourceName: '' }, new Map(), broker);
  const { exception } = errorProperties(refusal.error);
  return { error: { exception, message: refusal.message } };
}

/** Local retention: of tiered storage, and by default as long as the other. */
function viewOfTopic(values: ConfigValues): object {
  const config = topicConfigOf(values);
  const localOf = (unit: string, total: number): number => {
    const local = values.number(`local.retention.${unit}`);
    return local === -2 ? total : local;
  };
  return {
    maxSegmentMs: config.maxSegmentMs,
    segmentSize: config.segmentBytes,
    localRetentionMs: localOf('ms', config.retentionMs),
    localRetentionBytes: localOf('bytes', config.retentionBytes),
    compact: config.isCompacted,
    delete: config.isDeleted,
    retentionMs: config.retentionMs,
    retentionSize: config.retentionBytes,
    minInSyncReplicas: config.minInsyncReplicas,
  };
}

const groupCase = z.looseObject({ given, broker: given.default({}), error });

export const groupConfigs = section(groupCase, ({ given, broker, ...recorded }) => {
  const values = parseBrokerConfig({ ...brokerBase, ...broker });
  const came = isOfNoName(recorded.error)
    ? refusalOfNoName(configResource.group, values)
    : outcomeOf(() => {
        parseGroupConfig(given, values);
        return { accepted: true };
      });
  return differenceAt('group', recorded, came);
});

const evaluateCase = z.strictObject({
  given,
  broker: given,
  evaluated: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const groupEvaluate = section(evaluateCase, ({ given, broker, evaluated }) => {
  const values = parseBrokerConfig({ ...brokerBase, ...broker });
  const expected = Object.entries(evaluated).map(([name, value]) => [name, String(value)]);
  const came = clampGroupConfig(given, values);
  return differenceAt('evaluated', Object.fromEntries(expected), came);
});

const dynamicCase = z.looseObject({ given, perBroker: z.boolean() });

export const dynamicBrokerConfigs = section(dynamicCase, ({ given, perBroker, ...recorded }) =>
  differenceAt('dynamic', recorded, {
    ...outcomeOf(() => {
      checkDynamicBrokerConfig(given, perBroker ? 'one broker' : 'cluster default');
      return { accepted: true };
    }),
  }),
);

function withBase(base: Properties, changes: Readonly<Record<string, string | null>>): Properties {
  const all = new Map<string, string | null>([...Object.entries(base), ...Object.entries(changes)]);
  const kept = [...all].flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  );
  return Object.fromEntries(kept);
}

/** What is neither as given nor the default, without the client's id, which is counted. */
function effective(values: ConfigValues, table: readonly ConfigDefinition[]): object {
  const changed = table.flatMap((definition) => {
    const { name, default: inherited = null } = definition;
    const text = values.given.get(name);
    const expected = text === undefined ? inherited : parseValue(definition, text, classPath);
    const came = values.value(name);
    return name === 'client.id' || isEqual(came, expected) ? [] : [[name, came] as const];
  });
  return Object.fromEntries(changed);
}

/** What `work` returns, or the error that it throws under `key`. */
function outcomeOf(work: () => object, key = 'error'): object {
  try {
    return work();
  } catch (error) {
    assert(error instanceof KafkaConfigError, `Kafka refuses: ${String(error)}`);
    return { [key]: viewOfError(error) };
  }
}

function viewOfError({ exception, message, cause }: KafkaConfigError): object {
  return { exception, message, ...(cause === undefined ? {} : { cause: viewOfError(cause) }) };
}

function isEqual(one: unknown, other: unknown): boolean {
  return differenceAt('value', one, other) === undefined;
}
