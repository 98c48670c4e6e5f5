import { Failure } from './failure.mjs';
import { interruption } from './interruption.mjs';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const BINARY = 'application/octet-stream';

/** A small client of the REST API: what `curl` would do. */
export class AbacoClient {
  #base;

  constructor(base) {
    this.#base = base;
  }

  /** The `result` of a GET. */
  get = (path) => this.#result('GET', path);

  /** Registers an actor. */
  register = (description) => this.#result('POST', '/actors', JSON.stringify(description), JSON_TYPE);

  sendText = (actor, text) => this.#send(actor, new URLSearchParams({ message: text }).toString(), FORM);
  sendJson = (actor, value) => this.#send(actor, JSON.stringify(value), JSON_TYPE);
  sendBinary = (actor, bytes) => this.#send(actor, bytes, BINARY);

  /** All results that an execution has sent so far, taken away from the server. */
  async takeResults(actor, execution) {
    const results = [];
    for (;;) {
      const response = await this.#request('GET', `/actors/${actor}/executions/${execution}/results`);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (bytes.length === 0) return results;
      results.push(bytes);
    }
  }

  async #send(actor, body, contentType) {
    const { execution_id: execution } = await this.#result('POST', `/actors/${actor}/messages`, body, contentType);
    return execution;
  }

  async #result(method, path, body, contentType) {
    const response = await this.#request(method, path, body, contentType);
    const { result } = await response.json();
    return result;
  }

  async #request(method, path, body, contentType) {
    let response;
    try {
      const headers = contentType ? { 'content-type': contentType } : {};
      const signal = AbortSignal.any([interruption, AbortSignal.timeout(30_000)]);
      response = await fetch(this.#base + path, { method, headers, body, signal });
    } catch (cause) {
      interruption.throwIfAborted();
      throw new Failure(`${method} ${path} failed: ${cause.cause?.message ?? cause.message}.`, { cause });
    }
    if (!response.ok) throw new Failure(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return response;
  }
}
