/** An address as Kafka's `Utils.getHost` and `getPort` take it apart. */
export interface HostPort {
  /** May be empty. */
  readonly host: string;
  /** Not yet checked against 65535. */
  readonly port: number;
}

/** `host:port`, `[host]:port` or `protocol://host:port`; undefined if it is none of them. */
export function parseHostPort(address: string): HostPort | undefined {
  const groups = hostPortPattern.exec(address)?.groups;
  const { host, port } = groups ?? {};
  return host === undefined || port === undefined ? undefined : { host, port: Number(port) };
}

const hostPortPattern =
  /^(?:[0-9a-zA-Z\-%._]*:\/\/)?\[?(?<host>[0-9a-zA-Z\-%._:]*)\]?:(?<port>[0-9]+)$/u;

/** Whether a host has no character that none may have (`Utils.validHostPattern`). */
export function isHostText(text: string): boolean {
  return /^[0-9a-zA-Z\-%._:]*$/u.test(text);
}
