import http from 'node:http';

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

  close() {
    this.#agent.destroy();
  }

  #result(method, path, value) {
    const body = value === undefined ? undefined : JSON.stringify(value);
    const { hostname: host, port } = this.#base;
    const headers = body ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
    return new Promise((resolve, reject) => {
      const request = http.request({ host, port, method, path, headers, agent: this.#agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('error', reject).on('end', () => {
          if (response.statusCode === 200) resolve(JSON.parse(text).result);
          else reject(new Error(`${method} ${path} was answered ${response.statusCode}: ${text}`));
        });
      });
      request.on('error', reject).end(body);
    });
  }
}
