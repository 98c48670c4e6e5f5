import { existsSync } from 'node:fs';
import http from 'node:http';

/** How `http.request` reaches an engine URL (`unix:///path`, `tcp://host:port`, `http://host:port`). */
export function connectionOf(url) {
  if (url.startsWith('unix://')) return { socketPath: url.slice('unix://'.length).replace(/^(?!\/)/, '/') };
  const { hostname, port } = new URL(url.replace(/^tcp:/, 'http:'));
  return { host: hostname, port: port || 2375 };
}

/** Whether an engine really answers at `url`. @returns `answers`, or why not in a word or two */
export function ping(url, timeoutMs = 3000) {
  return new Promise((resolve) => {
    const request = http.get({ ...connectionOf(url), path: '/_ping', timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? 'answers' : `HTTP status ${response.statusCode}`);
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error) => resolve(error.code ?? error.message));
  });
}

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
