import { KafkaConfigError } from './config-definition.ts';
import { type ConfigValues } from './config-values.ts';

/** Where a node listens, or says that it does. */
export interface Endpoint {
  /** In upper case. */
  readonly listener: string;
  /** Empty: every address. */
  readonly host: string;
  readonly port: number;
}

const endpointPattern = /^(?<name>.*):\/\/\[?(?<host>[0-9a-zA-Z\-%._:]*)\]?:(?<port>-?[0-9]+)$/u;
const securedProtocols = ['SSL', 'SASL_SSL', 'SASL_PLAINTEXT'];

/**
 * The security protocol of each listener
 * (`AbstractKafkaConfig.effectiveListenerSecurityProtocolMap`): unless a person maps them, or uses
 * anything but plain text, the controllers' listeners are plain text.
 */
function listenerProtocols(values: ConfigValues): ReadonlyMap<string, string> {
  const config = 'listener.security.protocol.map';
  const protocols = new Map<string, string>();
  for (const pair of values.text(config).split(',')) {
    const colon = pair.lastIndexOf(':');
    protocols.set(pair.slice(0, colon).trim().toUpperCase(), pair.slice(colon + 1).trim());
  }
  const names = values.list('controller.listener.names');
  const listeners = values.list('listeners').map((entry) => entry.split(':', 1).join(''));
  const isSecured = [...names, ...listeners].some((name) => securedProtocols.includes(name));
  if (values.isGiven(config) || isSecured) return protocols;
  for (const name of names) protocols.set(name, 'PLAINTEXT');
  return protocols;
}

/** The endpoints in `listeners`, no two on one port. */
export function listenersOf(values: ConfigValues): readonly Endpoint[] {
  const entries = values.list('listeners');
  return reported(entries, () => {
    const endpoints = parseEndpoints(entries, listenerProtocols(values));
    checkPorts(endpoints, entries);
    return endpoints;
  });
}

/** The endpoints in `advertised.listeners`; undefined if it is not set. */
export function advertisedListenersOf(values: ConfigValues): readonly Endpoint[] | undefined {
  if (values.value('advertised.listeners') === null) return undefined;
  const entries = values.list('advertised.listeners');
  return reported(entries, () => parseEndpoints(entries, listenerProtocols(values)));
}

/**
 * The listener by which brokers reach each other.
 * @throws {KafkaConfigError} If it has no security protocol, or two configs name it.
 */
export function interBrokerListener(values: ConfigValues): string {
  const config = 'inter.broker.listener.name';
  const name = values.textIfSet(config)?.toUpperCase();
  if (name === undefined) return values.text('security.inter.broker.protocol');
  if (values.isGiven('security.inter.broker.protocol')) {
    const text = `Only one of ${config} and security.inter.broker.protocol should be set.`;
    throw new KafkaConfigError(text, { config });
  }
  if (listenerProtocols(values).has(name)) return name;
  const text = `Listener with name ${name} defined in ${config} not found in listener.security.protocol.map.`;
  throw new KafkaConfigError(text, { config });
}

function parseEndpoints(
  entries: readonly string[],
  protocols: ReadonlyMap<string, string>,
): readonly Endpoint[] {
  const endpoints = entries.map((entry) => {
    const { name, host, port } = endpointPattern.exec(entry)?.groups ?? {};
    if (name === undefined || host === undefined || port === undefined) {
      const text = `Unable to parse ${entry} to a broker endpoint`;
      throw new KafkaConfigError(text, { exception: 'KafkaException' });
    }
    const listener = name.toUpperCase();
    if (!protocols.has(listener)) {
      throw illegal(`No security protocol defined for listener ${listener}`);
    }
    return { listener, host, port: Number(port) };
  });
  if (new Set(endpoints.map(({ listener }) => listener)).size < endpoints.length) {
    throw illegal(`Each listener must have a different name, listeners: ${shown(entries)}`);
  }
  return endpoints;
}

/** Two listeners may share a port only as one IPv4 and one IPv6 address. */
function checkPorts(endpoints: readonly Endpoint[], entries: readonly string[]): void {
  const ports = new Set(endpoints.map(({ port }) => port));
  ports.delete(0);
  for (const port of ports) {
    const hosts = endpoints.filter((endpoint) => endpoint.port === port).map(({ host }) => host);
    if (hosts.length === 1) continue;
    const ipHosts = hosts.filter((host) => isIpv4(host) || isIpv6(host));
    if (hosts.length - ipHosts.length > 1) {
      throw illegal(`Each listener must have a different port, listeners: ${shown(entries)}`);
    }
    const where = `listeners: ${shown(entries)}, port: ${port}`;
    if (ipHosts.length !== 2) {
      throw illegal(
        'Each listener must have a different port unless exactly one listener has an IPv4 address ' +
          `and the other IPv6 address, ${where}`,
      );
    }
    if (hosts.length > 2 || ipHosts.filter(isIpv4).length !== 1) {
      throw illegal(
        'If you have two listeners on the same port then one needs to be IPv4 and the other ' +
          `IPv6, ${where}`,
      );
    }
  }
}

function isIpv4(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(host);
}

function isIpv6(host: string): boolean {
  return host.includes(':');
}

function reported<T>(entries: readonly string[], parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof KafkaConfigError)) throw cause;
    const text = `Error creating broker listeners from '${shown(entries)}': ${cause.message}`;
    throw new KafkaConfigError(text, { exception: 'IllegalArgumentException', cause });
  }
}

function shown(entries: readonly string[]): string {
  return `[${entries.join(', ')}]`;
}

function illegal(message: string): KafkaConfigError {
  return new KafkaConfigError(message, {
    exception: 'IllegalArgumentException',
    config: 'listeners',
  });
}
