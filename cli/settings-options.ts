import { type Setting } from '../scenarios/settings.ts';
import { ConfigError } from '../sim/config-error.ts';
import { readText } from './files.ts';
import { parsePropertiesFile } from './properties-file.ts';

/** Options that say what is different from what a scenario says. */
export const settingOptions = {
  'producer-config': {
    type: 'string',
    requiresArg: true,
    describe: 'A .properties file of a producer, for every producer of the scenario',
  },
  'consumer-config': {
    type: 'string',
    requiresArg: true,
    describe: 'A .properties file of a consumer',
  },
  'topic-config': {
    type: 'string',
    requiresArg: true,
    describe: 'A .properties file of topic configs, for every topic',
  },
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    describe:
      'One config: producer.acks=1, consumer.…, topic.…, broker.…; or feature.transaction.version=1',
  },
  switch: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'A fix of Kafka turned off or on: repl.truncate=hw (see list switches)',
  },
  kafka: {
    choices: ['released', 'ideal'],
    describe: 'Kafka 4.3.1 with the bugs it has, or with the known ones fixed',
  },
} as const;

/** As yargs reads `settingOptions`. */
export interface SettingArguments {
  readonly 'producer-config'?: string | undefined;
  readonly 'consumer-config'?: string | undefined;
  readonly 'topic-config'?: string | undefined;
  readonly set?: readonly (string | number)[] | undefined;
  readonly switch?: readonly (string | number)[] | undefined;
  readonly kafka?: string | undefined;
}

export interface GivenSettings {
  readonly settings: readonly Setting[];
  /** What a person may not have meant in the files. */
  readonly notices: readonly string[];
}

/** Files first, so that single settings win over them. */
export function givenSettings(given: SettingArguments): GivenSettings {
  const files = (['producer', 'consumer', 'topic'] as const).map((scope) =>
    fileSettings(scope, given[`${scope}-config`]),
  );
  const single = [
    ...(given.set ?? []).map((text) => singleSetting('--set', String(text))),
    ...(given.switch ?? []).map((text) => singleSetting('--switch', String(text))),
  ];
  if (given.kafka !== undefined) {
    single.push({ name: 'kafka', value: given.kafka, place: '--kafka', isFromFile: false });
  }
  return {
    settings: [...files.flatMap(({ settings }) => settings), ...single],
    notices: files.flatMap(({ notices }) => notices),
  };
}

function fileSettings(scope: string, file: string | undefined): GivenSettings {
  if (file === undefined) return { settings: [], notices: [] };
  const { entries, notices } = parsePropertiesFile(readText(file), file);
  const settings = entries.map(({ name, value, place }) => ({
    name: `${scope}.${name}`,
    value,
    place,
    isFromFile: true,
  }));
  return { settings, notices };
}

function singleSetting(option: string, text: string): Setting {
  const [, name, value] = /^(?<name>[^=]+)=(?<value>.*)$/su.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new ConfigError(`${option} ${text}`, 'expected name=value');
  }
  return { name: name.trim(), value, place: `${option} ${text}`, isFromFile: false };
}
