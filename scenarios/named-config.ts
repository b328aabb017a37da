type Config = Readonly<Record<string, string>>;

/** `{name}` in a config is the client's name: each of many that are alike has its own id. */
export function namedConfig(config: Config, name: string): Config {
  const entries = Object.entries(config);
  return Object.fromEntries(entries.map(([key, text]) => [key, text.replaceAll('{name}', name)]));
}
