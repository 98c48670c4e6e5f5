import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

const TLS_PORT = '2376';

/** Options of `http.request` for an engine URL (`unix:///path`, `tcp://host:port`, `http(s)://host:port`). */
export function connectionOf(url, env = process.env) {
  if (url.startsWith('unix://')) return { socketPath: url.slice('unix://'.length) };
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === 'https:' || (protocol === 'tcp:' && (env.DOCKER_TLS_VERIFY || port === TLS_PORT));
  if (!secure) return { host: hostname, port: port || 2375 };
  const certificates = env.DOCKER_CERT_PATH ? { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' } : {};
  for (const [kind, file] of Object.entries(certificates)) {
    certificates[kind] = readFileSync(path.join(env.DOCKER_CERT_PATH, file));
  }
  return { protocol: 'https:', host: hostname, port: port || TLS_PORT, ...certificates };
}

/** The status of a GET at an engine. @throws Error when there is no answer */
function statusOf(url, resource, timeoutMs = 3000) {
  return new Promise((resolve, reject) => {
    const connection = connectionOf(url);
    const get = connection.protocol === 'https:' ? https.get : http.get;
    const request = get({ ...connection, path: resource, timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

/** Whether an engine really answers at `url`. @returns `answers`, or why not in a word or two */
export async function ping(url) {
  try {
    const status = await statusOf(url, '/_ping');
    return status === 200 ? 'answers' : `HTTP status ${status}`;
  } catch (error) {
    return error.code ?? error.message;
  }
}

/** Whether the engine has an image of this name. */
export const hasImage = async (url, image) => (await statusOf(url, `/images/${image}/json`)) === 200;

/** Where an engine may be: `DOCKER_HOST` alone when it is set, else the usual Docker and Podman sockets. */
export function engineCandidates(env = process.env) {
  if (env.DOCKER_HOST) return [env.DOCKER_HOST];
  const sockets = ['/var/run/docker.sock', '/run/podman/podman.sock'];
  if (env.XDG_RUNTIME_DIR) {
    sockets.push(`${env.XDG_RUNTIME_DIR}/docker.sock`, `${env.XDG_RUNTIME_DIR}/podman/podman.sock`);
  }
  return sockets.filter((socket) => existsSync(socket)).map((socket) => `unix://${socket}`);
}

/** Asks every candidate. @returns `url` of the first that answers, and `tried` with each one's reason for not answering */
export async function findEngine(env = process.env) {
  const tried = [];
  for (const url of engineCandidates(env)) {
    const answer = await ping(url);
    if (answer === 'answers') return { url, tried };
    tried.push({ url, reason: answer });
  }
  return { url: undefined, tried };
}
