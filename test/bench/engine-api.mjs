import http from 'node:http';
import { connectionOf } from '../../scripts/lib/container-engine.mjs';

/** The six engine calls of an execution over plain HTTP, nothing else between: the floor that the system is held against. */
export class EngineApi {
  #agent = new http.Agent({ keepAlive: true });
  #connection;

  constructor(url) {
    this.#connection = connectionOf(url);
  }

  create = (config) => this.#json('POST', '/containers/create', config).then(({ Id }) => Id);
  start = (id) => this.#json('POST', `/containers/${id}/start`);
  wait = (id) => this.#json('POST', `/containers/${id}/wait?condition=not-running`);
  inspect = (id) => this.#json('GET', `/containers/${id}/json`);
  remove = (id) => this.#json('DELETE', `/containers/${id}?force=1`);
  version = () => this.#json('GET', '/version');

  /** Containers, running or not, that carry all these labels. */
  list = (labels) => this.#json('GET', `/containers/json?all=1&filters=${filters({ label: labels })}`);

  /** Attaches to stdout and stderr; resolves on the response's headers, so that nothing is lost. @returns the stream */
  attach = (id) => this.#open('POST', `/containers/${id}/attach?stream=1&stdout=1&stderr=1`);

  /** Container events of one kind, for example `create`, as a stream of JSON lines. */
  events = (kind) => this.#open('GET', `/events?filters=${filters({ type: ['container'], event: [kind] })}`);

  close() {
    this.#agent.destroy();
  }

  async #json(method, path, body) {
    const response = await this.#open(method, path, body, this.#agent);
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    return chunks.length ? JSON.parse(Buffer.concat(chunks)) : undefined;
  }

  #open(method, path, body, agent = false) {
    return new Promise((resolve, reject) => {
      const data = body === undefined ? '' : JSON.stringify(body);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) };
      const request = http.request({ ...this.#connection, method, path: `/v1.41${path}`, headers, agent });
      request.once('error', reject);
      request.once('response', (response) => {
        if (response.statusCode < 400) return resolve(response);
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => reject(new Error(`${method} ${path}: ${response.statusCode} ${text.trim()}`)));
      });
      request.end(data);
    });
  }
}

const filters = (value) => encodeURIComponent(JSON.stringify(value));
