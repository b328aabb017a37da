import { ConfigError } from '../sim/config-error.ts';

/**
 * Names one run so that a person can paste it: `leader-crash@7`, or with settings
 * `leader-crash@7,producer.acks=1,kafka=ideal`. Values are percent-encoded, so that no shell reads
 * anything into them.
 */
export interface RunName {
  /** Name of a scenario that comes with kafka-trial, or the path of a file. */
  readonly scenario: string;
  /** Null for the file of a plan, which has its own. */
  readonly seed: number | null;
  /** By the names of `Setting`, in order. */
  readonly settings: ReadonlyMap<string, string>;
  /** The file of processing models that was given beside the scenario; null if there was none. */
  readonly modelsFile: string | null;
}

/** What the token itself names. */
export type TokenName = Omit<RunName, 'modelsFile'>;

/** The token of a run. */
export function printToken({ scenario, seed, settings }: TokenName): string {
  const parts = [...settings].map(([name, value]) => `,${encode(name)}=${encode(value)}`);
  return `${scenario}${seed === null ? '' : `@${seed}`}${parts.join('')}`;
}

/** @throws {ConfigError} If it is not what `printToken` prints. */
export function parseToken(token: string): TokenName & { readonly seed: number } {
  const groups = /^(?<scenario>.+)@(?<seed>\d{1,15})(?<settings>(?:,[^,=]+=[^,=]*)*)$/u.exec(
    token,
  )?.groups;
  const scenario = groups?.['scenario'];
  if (scenario === undefined) {
    throw new ConfigError(
      token,
      'expected a run such as leader-crash@7 or leader-crash@7,producer.acks=1',
    );
  }
  const settings = new Map<string, string>();
  for (const part of (groups?.['settings'] ?? '').split(',').slice(1)) {
    const [name = '', value = ''] = part.split('=');
    settings.set(decode(name, token), decode(value, token));
  }
  return { scenario, seed: Number(groups?.['seed']), settings };
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*~]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string, token: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError(token, `${text} is not percent-encoded text`);
  }
}
