import { type ConfigValues } from '../protocol/config/config-values.ts';
import { type ConfigRecord } from '../protocol/messages/config-record.ts';

/** Kafka's numbers of what has a config (`ConfigResource.Type`). */
export const configResource = {
  topic: 2,
  broker: 4,
  brokerLogger: 8,
  clientMetrics: 16,
  group: 32,
} as const;

/** The name of the broker resource that holds for all brokers. */
export const wholeCluster = '';

export const minInsyncReplicasKey = 'min.insync.replicas';
const uncleanElectionKey = 'unclean.leader.election.enable';

export type ConfigEntries = ReadonlyMap<string, string>;

const noEntries: ConfigEntries = new Map();

/** The dynamic configs in the metadata log (`ConfigurationControlManager`). */
export class ConfigState {
  readonly #byType = new Map<number, Map<string, Map<string, string>>>();
  readonly #controllerName: string;
  readonly #static: ConfigValues;

  /** `controllerConfig` holds where no dynamic config says anything. */
  constructor(controllerId: number, controllerConfig: ConfigValues) {
    this.#controllerName = String(controllerId);
    this.#static = controllerConfig;
  }

  of(resourceType: number, resourceName: string): ConfigEntries {
    return this.#byType.get(resourceType)?.get(resourceName) ?? noEntries;
  }

  /** As the controller sees it, which may differ from what a broker's own config says. */
  minInsyncReplicas(topic: string): number {
    const value = this.#topicValue(topic, minInsyncReplicasKey);
    return value === undefined ? this.#static.number(minInsyncReplicasKey) : Number(value);
  }

  uncleanElectionEnabled(topic: string): boolean {
    const value = this.#topicValue(topic, uncleanElectionKey);
    if (value === undefined) return this.#static.boolean(uncleanElectionKey);
    return value.toLowerCase() === 'true';
  }

  replay({ resourceType, resourceName, name, value }: ConfigRecord): void {
    let byName = this.#byType.get(resourceType);
    if (byName === undefined) {
      byName = new Map();
      this.#byType.set(resourceType, byName);
    }
    const entries = byName.get(resourceName) ?? new Map<string, string>();
    if (value === null) entries.delete(name);
    else entries.set(name, value);
    if (entries.size === 0) byName.delete(resourceName);
    else byName.set(resourceName, entries);
  }

  topicRemoved(topic: string): void {
    this.#byType.get(configResource.topic)?.delete(topic);
  }

  /** The first that says something: the topic, this controller's node, the whole cluster. */
  #topicValue(topic: string, key: string): string | undefined {
    return (
      this.of(configResource.topic, topic).get(key) ??
      this.of(configResource.broker, this.#controllerName).get(key) ??
      this.of(configResource.broker, wholeCluster).get(key)
    );
  }
}
