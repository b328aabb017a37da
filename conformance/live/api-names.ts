import { Api, type ApiKey } from '../../sim/protocol/api.ts';

const keys = new Map<string, ApiKey>(
  Object.entries(Api).map(([name, key]) => [
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    key,
  ]),
);

/** The number of the request `ListOffsets`; undefined if it is not modelled. */
export function apiKeyOf(name: string): ApiKey | undefined {
  return keys.get(name);
}
