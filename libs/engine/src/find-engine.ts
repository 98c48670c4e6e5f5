import { connect } from 'node:net';
import { join } from 'node:path';
import { EngineUnavailable } from './errors.js';

/** Milliseconds. A socket of this host answers at once or not at all. */
const CONNECT_LIMIT = 2000;

/**
 * URL of the container engine to use: `explicitUrl`, else `DOCKER_HOST`, else the first of these sockets that takes a connection:
 * Docker's, Podman's of this user, Podman's of the system.
 * @throws EngineUnavailable that says what to install or to change
 */
export async function findEngine(
  env: NodeJS.ProcessEnv = process.env,
  explicitUrl?: string,
  sockets: readonly string[] = usualSockets(env),
): Promise<string> {
  if (explicitUrl) return explicitUrl;
  if (env.DOCKER_HOST) return env.DOCKER_HOST;
  const findings: string[] = [];
  for (const socketPath of sockets) {
    const problem = await problemOf(socketPath);
    if (problem === undefined) return `unix://${socketPath}`;
    findings.push(`${socketPath}: ${problem}`);
  }
  throw new EngineUnavailable(
    'No container engine was found. Install Docker (apt-get install docker.io) or Podman (apt-get install podman, then ' +
      'systemctl --user enable --now podman.socket), or name one in DOCKER_HOST. ' +
      `Looked at ${findings.join('; ')}.`,
  );
}

function usualSockets(env: NodeJS.ProcessEnv): string[] {
  const runtimeDir = env.XDG_RUNTIME_DIR;
  return [
    '/var/run/docker.sock',
    ...(runtimeDir ? [join(runtimeDir, 'podman', 'podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
}

/** @returns undefined when the socket takes a connection */
function problemOf(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const settle = (problem?: string): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(CONNECT_LIMIT, () => settle('no answer'));
    socket.once('connect', () => settle());
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      settle(PROBLEMS[code ?? ''] ?? code ?? 'unknown problem'),
    );
  });
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'not there',
  ECONNREFUSED: 'nobody listens, the service is stopped',
  EACCES: 'no permission; add your user to the group docker and log in again',
};
