import http from 'node:http';
import { createInterface } from 'node:readline';

/** Requests to the REST API with as little CPU as Node can: what the client costs is measured too. */
export class JsonClient {
  #agent = new http.Agent({ keepAlive: true, scheduling: 'lifo' });
  #base;

  constructor(base) {
    this.#base = new URL(base);
  }

  get = (path) => this.#result('GET', path);
  post = (path, value) => this.#result('POST', path, value);
  delete = (path) => this.#result('DELETE', path);

  /**
   * Reads the server-sent events at `path`.
   * @returns the value of the first that `isIt` holds of. @throws when the stream ends before that
   */
  async event(path, isIt) {
    const response = await this.#open('GET', path);
    try {
      for await (const line of createInterface({ input: response })) {
        if (!line.startsWith('data:')) continue;
        const value = JSON.parse(line.slice('data:'.length));
        if (isIt(value)) return value;
      }
    } finally {
      response.destroy();
    }
    throw new Error(`The events at ${path} ended too early.`);
  }

  close() {
    this.#agent.destroy();
  }

  async #result(method, path, value) {
    const response = await this.#open(method, path, value);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    if (response.statusCode === 200) return JSON.parse(text).result;
    throw new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`);
  }

  #open(method, path, value) {
    const body = value === undefined ? undefined : JSON.stringify(value);
    const { hostname: host, port } = this.#base;
    const headers = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
    return new Promise((resolve, reject) => {
      const request = http.request({ host, port, method, path, headers, agent: this.#agent }, resolve);
      request.on('error', reject).end(body);
    });
  }
}
