import { parseHostPort } from './host-port.ts';
import { KafkaConfigError } from './config-definition.ts';

const config = 'controller.quorum.voters';
const bootstrapConfig = 'controller.quorum.bootstrap.servers';
const entryForm = 'Each entry should be in the form `{id}@{host}:{port}`.';

/**
 * The node ids in `controller.quorum.voters` (`QuorumConfig.parseVoterIds`).
 * @throws {KafkaConfigError} If an entry is not `{id}@{host}:{port}`.
 */
export function parseVoterIds(entries: readonly string[]): readonly number[] {
  return entries.map((entry) => {
    const [id, address, ...more] = entry.split('@');
    if (id === undefined || address === undefined || more.length > 0) {
      const text = `Invalid configuration value for ${config}. ${entryForm}`;
      throw new KafkaConfigError(text, { config });
    }
    if (!/^[+-]?\d+$/u.test(id)) {
      const text = `Failed to parse voter ID as an integer from ${id}`;
      throw new KafkaConfigError(text, { config });
    }
    if (parseHostPort(address) === undefined) {
      const text = `Failed to parse host name from entry ${entry} for the configuration ${config}. ${entryForm}`;
      throw new KafkaConfigError(text, { config });
    }
    return Number(id);
  });
}

/** @throws {KafkaConfigError} If an entry of `controller.quorum.bootstrap.servers` is not `{host}:{port}`. */
export function checkBootstrapEntry(entry: string): void {
  if (parseHostPort(entry) !== undefined) return;
  const text =
    `Failed to parse host name from ${entry} for the configuration ${bootstrapConfig}. ` +
    'Each entry should be in the form "{host}:{port}"';
  throw new KafkaConfigError(text, { config: bootstrapConfig });
}
