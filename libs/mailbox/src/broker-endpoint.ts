/** Where a broker listens and as whom to log in, read from a broker URI. */
export interface BrokerEndpoint {
  readonly transport: 'tcp' | 'tls' | 'unix';
  /** Host name or address; for `unix` the name sent in the AMQP `open` frame only. */
  readonly host: string;
  readonly port: number;
  /** Path of the Unix socket; empty for `tcp` and `tls`. */
  readonly socketPath: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** RabbitMQ virtual host; undefined for the default one. */
  readonly virtualHost: string | undefined;
}

const DEFAULT_PORTS = { tcp: 5672, tls: 5671, unix: 0 } as const;
const TRANSPORTS: Readonly<Record<string, BrokerEndpoint['transport']>> = {
  'amqp:': 'tcp',
  'amqps:': 'tls',
  'amqp+unix:': 'unix',
};

function decoded(part: string): string | undefined {
  return part === '' ? undefined : decodeURIComponent(part);
}

/**
 * Reads `amqp://user:password@host:port/vhost`, `amqps://...` or `amqp+unix:///path.sock`. User, password and virtual
 * host are percent-decoded; the default port is 5672, for TLS 5671.
 * @throws TypeError when it is not such a URI. The message never holds the password.
 */
export function parseBrokerUri(uri: string): BrokerEndpoint {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const transport = url && TRANSPORTS[url.protocol];
  if (!url || !transport) {
    throw new TypeError('A broker URI must be amqp://user:password@host:port, amqps://... or amqp+unix:///path.sock');
  }
  let endpoint: BrokerEndpoint;
  try {
    const unix = transport === 'unix';
    endpoint = {
      transport,
      host: url.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost',
      port: url.port === '' ? DEFAULT_PORTS[transport] : Number(url.port),
      socketPath: unix ? decodeURIComponent(url.pathname) : '',
      username: decoded(url.username),
      password: decoded(url.password),
      virtualHost: unix ? undefined : decoded(url.pathname.slice(1)),
    };
  } catch (cause) {
    throw new TypeError('A broker URI has a malformed percent-encoding', { cause });
  }
  if (transport === 'unix' ? endpoint.socketPath.length < 2 : url.hostname === '') {
    throw new TypeError(`A broker URI of scheme ${url.protocol} needs a ${transport === 'unix' ? 'path' : 'host'}`);
  }
  return endpoint;
}

/** The endpoint in words, without credentials, for logs and errors. */
export function describeEndpoint(endpoint: BrokerEndpoint): string {
  return endpoint.transport === 'unix' ? endpoint.socketPath : `${endpoint.host}:${endpoint.port}`;
}

/** RabbitMQ's convention: the management API listens on the AMQP port plus 10,000, with the same transport security. */
export function defaultManagementUri(endpoint: BrokerEndpoint): string {
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.transport === 'tls' ? 'https' : 'http'}://${host}:${endpoint.port + 10_000}`;
}
