import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineUnavailable } from '../errors.js';

/** Where a container engine listens. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly socketPath: string; readonly location: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly protocol: 'http' | 'https';
      readonly tls?: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
      readonly location: string;
    };

/** `tcp` has Docker's registered ports: 2375 plain, 2376 TLS. */
const DEFAULT_PORT = { tcp: { http: 2375, https: 2376 }, http: { http: 80, https: 443 } } as const;

/**
 * Reads `unix:///path`, `tcp://host:port`, `http://…` or `https://…`. `tcp` is TLS when `DOCKER_TLS_VERIFY` is set or the port is
 * 2376, with the certificates in `DOCKER_CERT_PATH`, as Docker's own client has it.
 * @throws EngineUnavailable when the URL cannot be used
 */
export function parseEngineUrl(url: string, env: NodeJS.ProcessEnv = process.env): EngineAddress {
  if (url.startsWith('unix://')) {
    const socketPath = url.slice('unix://'.length);
    if (!socketPath.startsWith('/')) {
      throw new EngineUnavailable(
        `The engine URL ${url} has no absolute path. Write it as unix:///var/run/docker.sock.`,
      );
    }
    return { kind: 'unix', socketPath, location: url };
  }
  if (url.startsWith('/')) return { kind: 'unix', socketPath: url, location: `unix://${url}` };
  const parsed = parse(url.includes('://') ? url : `tcp://${url}`);
  const scheme = parsed?.protocol.slice(0, -1) ?? '';
  if (!parsed?.hostname || !['tcp', 'http', 'https'].includes(scheme)) {
    throw new EngineUnavailable(
      `The engine URL ${url} cannot be used. Write it as unix:///path/to/docker.sock, tcp://host:2375 or https://host:2376.`,
    );
  }
  const secure = scheme === 'https' || (scheme === 'tcp' && (Boolean(env.DOCKER_TLS_VERIFY) || parsed.port === '2376'));
  const protocol = secure ? 'https' : 'http';
  const port = parsed.port ? Number(parsed.port) : DEFAULT_PORT[scheme === 'tcp' ? 'tcp' : 'http'][protocol];
  return {
    kind: 'tcp',
    host: parsed.hostname,
    port,
    protocol,
    ...(secure && env.DOCKER_CERT_PATH ? { tls: certificates(env.DOCKER_CERT_PATH) } : {}),
    location: `${scheme}://${parsed.hostname}:${port}`,
  };
}

function parse(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined; // the caller words the error
  }
}

function certificates(directory: string): { ca: Buffer; cert: Buffer; key: Buffer } {
  try {
    return {
      ca: readFileSync(join(directory, 'ca.pem')),
      cert: readFileSync(join(directory, 'cert.pem')),
      key: readFileSync(join(directory, 'key.pem')),
    };
  } catch (cause) {
    throw new EngineUnavailable(
      `The engine's certificates cannot be read from DOCKER_CERT_PATH=${directory}: ca.pem, cert.pem and key.pem must be there.`,
      { cause },
    );
  }
}
