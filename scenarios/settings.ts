import { ConfigError } from '../sim/config-error.ts';
import { clientProblems } from './check/client-problems.ts';
import {
  configProblems,
  configsOfScenario,
  configsWithoutEffect,
  unknownConfigs,
} from './check/config-problems.ts';
import { issueProblem } from './check/issue-problem.ts';
import { isOutside } from './outside-world.ts';
import { type Path, type PlaceOf, showPath } from './problem.ts';
import { type Scenario } from './scenario.ts';
import { features } from './schema/cluster.ts';
import { isSwitch, switchProblem } from './schema/switches.ts';

/**
 * One thing that is set differently from what the scenario says: a Kafka config
 * (`producer.acks`, `consumer.…`, `topic.…` of all topics, `broker.…`), the level of a feature
 * (`feature.transaction.version`), a switch by its name, or `kafka`.
 */
export interface Setting {
  readonly name: string;
  readonly value: string;
  /** Where a person wrote it: `producer.properties:3`. */
  readonly place: string;
  /** A name that Kafka does not know is a mistake; in an application's own file it is none. */
  readonly isFromFile: boolean;
}

/** A scenario with settings, and what a person may want to know of them. */
export interface Configured {
  readonly scenario: Scenario;
  /** By name those settings that change what the simulation does, or may. */
  readonly settings: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

type Config = Readonly<Record<string, string>>;

/**
 * The scenario with these settings; of several for one name the last counts.
 * @throws {ConfigError} If there is nothing of that name, or Kafka refuses the configs.
 */
export function withSettings(
  scenario: Scenario,
  settings: readonly Setting[],
  placeOf: PlaceOf,
): Configured {
  const places = new Map<string, Setting>();
  const configured = settings.reduce((so, setting) => applied(so, setting, places), scenario);
  const configs = configsOfScenario(configured);
  const settingAt = (path: Path): Setting | undefined => places.get(showPath(path));
  for (const { path, message } of configProblems(configs)) {
    throw new ConfigError(settingAt(path)?.place ?? placeOf(path), message);
  }
  for (const { path, message } of clientProblems(configured)) {
    throw new ConfigError(placeOf(path), message);
  }
  const warnings = new Set<string>();
  const unknown = new Set<string>();
  for (const { path, message } of unknownConfigs(configs)) {
    const setting = settingAt(path);
    const place = setting?.place ?? placeOf(path);
    if (setting?.isFromFile !== true) throw new ConfigError(place, message);
    warnings.add(`${place}: ${message}; it is ignored, as Kafka does`);
    unknown.add(setting.name);
  }
  for (const { path, message } of configsWithoutEffect(configs)) {
    warnings.add(
      `${settingAt(path)?.place ?? placeOf(path)}: ${message}, and changes nothing here`,
    );
  }
  return {
    scenario: withoutOutside(configured),
    settings: lasting(settings.filter(({ name }) => !unknown.has(name))),
    warnings: [...warnings],
  };
}

function applied(scenario: Scenario, setting: Setting, places: Map<string, Setting>): Scenario {
  const { name, value } = setting;
  if (name === 'kafka') return { ...scenario, kafka: kafkaOf(setting) };
  if (isSwitch(name)) {
    const problem = switchProblem(name, value);
    if (problem !== undefined) throw new ConfigError(setting.place, problem);
    return { ...scenario, switches: { ...scenario.switches, [name]: value } };
  }
  const groups = /^(?<scope>producer|consumer|topic|broker|feature)\.(?<key>.+)$/u.exec(
    name,
  )?.groups;
  const [scope, key] = [groups?.['scope'], groups?.['key']];
  if (key === undefined) throw unknownSetting(setting);
  const set = (config: Config, path: Path): Config => {
    places.set(showPath([...path, key]), setting);
    return { ...config, [key]: value };
  };
  const { cluster, clients } = scenario;
  switch (scope) {
    case 'broker':
      return {
        ...scenario,
        cluster: { ...cluster, config: set(cluster.config, ['cluster', 'config']) },
      };
    case 'topic': {
      const topics = cluster.topics.map((topic, index) => ({
        ...topic,
        config: set(topic.config, ['cluster', 'topics', index, 'config']),
      }));
      return { ...scenario, cluster: { ...cluster, topics } };
    }
    case 'feature': {
      const changed = { ...cluster.features, ...featureOf(key, setting) };
      return { ...scenario, cluster: { ...cluster, features: changed } };
    }
    default: {
      const changed = clients.map((client, index) => {
        if (client.kind === scope) {
          return { ...client, config: set(client.config, ['clients', index, 'config']) };
        }
        // What a pipeline writes with is a producer, too.
        if (scope !== 'producer' || client.kind !== 'consumer' || client.output === undefined) {
          return client;
        }
        const output = {
          config: set(client.output.config, ['clients', index, 'output', 'config']),
        };
        return { ...client, output: { ...client.output, ...output } };
      });
      return { ...scenario, clients: changed };
    }
  }
}

function featureOf(feature: string, { value, place }: Setting): Scenario['cluster']['features'] {
  const level = /^\d+$/u.test(value) ? Number(value) : value;
  const read = features.safeParse({ [feature]: level }, { reportInput: true });
  for (const { message } of read.error?.issues.map(issueProblem) ?? []) {
    throw new ConfigError(place, message);
  }
  return read.data ?? {};
}

/** Of each name the last one, without those that mean nothing in a simulation. */
function lasting(settings: readonly Setting[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of settings) {
    if (!isOutside(name.replace(/^(?:producer|consumer)\./u, ''))) values.set(name, value);
  }
  return values;
}

function withoutOutside(scenario: Scenario): Scenario {
  const clients = scenario.clients.map((client) => {
    const own = { ...client, config: inside(client.config) };
    if (own.kind !== 'consumer' || own.output === undefined) return own;
    return { ...own, output: { ...own.output, config: inside(own.output.config) } };
  });
  return { ...scenario, clients };
}

function inside(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !isOutside(name)));
}

function kafkaOf({ value, place }: Setting): Scenario['kafka'] {
  if (value === 'released' || value === 'ideal') return value;
  throw new ConfigError(
    place,
    `expected kafka to be released or ideal, not ${JSON.stringify(value)}`,
  );
}

function unknownSetting({ name, place }: Setting): ConfigError {
  return new ConfigError(
    place,
    `${name} is neither kafka, nor a config with its prefix (producer.acks, consumer.…, topic.…, ` +
      'broker.…), nor a level of a feature (feature.transaction.version), nor a switch (`kafka-trial list switches` names them)',
  );
}
