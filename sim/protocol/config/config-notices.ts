import { adminConfigOf, adminSchema } from './admin-config.ts';
import { brokerConfigOf, brokerSchema } from './broker-config.ts';
import { type ConfigValue, type Properties } from './config-definition.ts';
import { type ConfigSchema, ConfigValues } from './config-values.ts';
import { consumerConfigOf, consumerSchema } from './consumer-config.ts';
import { groupConfigOf, groupSchema } from './group-config.ts';
import { producerConfigOf, producerSchema } from './producer-config.ts';
import { topicConfigOf } from './topic-config.ts';
import { topicSchema } from './topic-defaults.ts';

export type ConfigKind = 'producer' | 'consumer' | 'admin' | 'topic' | 'broker' | 'group';

/** A config that is kept and changes nothing in the model. */
export interface ConfigNotice {
  readonly config: string;
  readonly reason: 'unknown to Kafka' | 'not modelled' | 'class not modelled';
}

/** What of a person's configs Kafka would ignore, or the model does. In the order as written. */
export function configNotices(kind: ConfigKind, properties: Properties): readonly ConfigNotice[] {
  const { definitions } = schemas[kind];
  const modelled = modelledConfigs[kind];
  return Object.entries(properties).flatMap(([config, text]): readonly ConfigNotice[] => {
    if (!definitions.has(config)) return [{ config, reason: 'unknown to Kafka' }];
    if (!modelled.has(config)) return [{ config, reason: 'not modelled' }];
    const classes = modelledClasses.get(config);
    const isForeign = (name: string): boolean => classes?.has(name.trim()) === false;
    return text.split(',').some(isForeign) ? [{ config, reason: 'class not modelled' }] : [];
  });
}

const schemas: Readonly<Record<ConfigKind, ConfigSchema>> = {
  producer: producerSchema,
  consumer: consumerSchema,
  admin: adminSchema,
  topic: topicSchema,
  broker: brokerSchema,
  group: groupSchema,
};

/** Looks up like other values, and keeps the names that were looked up. */
class ReadRecorder extends ConfigValues {
  readonly namesRead = new Set<string>();

  constructor(schema: ConfigSchema) {
    super(new Map(), new Map(), schema.defaults);
  }

  override value(name: string): ConfigValue {
    this.namesRead.add(name);
    return super.value(name);
  }
}

/** The model acts on what its typed configs are made from, and on nothing else. */
function namesRead(
  schema: ConfigSchema,
  pick: (values: ConfigValues) => unknown,
): ReadonlySet<string> {
  const recorder = new ReadRecorder(schema);
  pick(recorder);
  return recorder.namesRead;
}

const topicNames = namesRead(topicSchema, topicConfigOf);

const modelledConfigs: Readonly<Record<ConfigKind, ReadonlySet<string>>> = {
  producer: namesRead(producerSchema, producerConfigOf),
  consumer: namesRead(consumerSchema, consumerConfigOf),
  admin: namesRead(adminSchema, adminConfigOf),
  topic: topicNames,
  broker: new Set([...namesRead(brokerSchema, brokerConfigOf), ...inheritedByTopics(topicNames)]),
  group: namesRead(groupSchema, groupConfigOf),
};

function inheritedByTopics(names: ReadonlySet<string>): readonly string[] {
  return [...names].flatMap((name) => {
    const sources = topicSchema.definitions.get(name)?.brokerDefaults ?? [];
    return sources.map(({ broker }) => broker);
  });
}

/** The classes that the model has, for configs that name classes. */
const modelledClasses: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['partitioner.class', new Set(['org.apache.kafka.clients.producer.RoundRobinPartitioner'])],
  [
    'partition.assignment.strategy',
    new Set([
      'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
      'org.apache.kafka.clients.consumer.RangeAssignor',
      'org.apache.kafka.clients.consumer.RoundRobinAssignor',
      'org.apache.kafka.clients.consumer.StickyAssignor',
    ]),
  ],
  ['group.consumer.assignors', new Set(['uniform', 'range'])],
  [
    'replica.selector.class',
    new Set([
      'org.apache.kafka.common.replica.LeaderSelector',
      'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    ]),
  ],
]);
