import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigOverrides, loadConfig } from '@abaco/config';
import { silentLogger } from '@abaco/runtime';
import { type RunningServer, type ServerAdditions, startServer } from '../../../apps/server/src/bootstrap.js';
import { removeContainersOfHost } from '../../support/docker-cli.js';
import { eventually } from '../../support/eventually.js';

/** An answer with an envelope. */
export interface RestAnswer<R = Record<string, unknown>> {
  readonly code: number;
  readonly status: string;
  readonly message: string;
  readonly result: R;
}

/** A whole server in this process, in a directory of its own, with what tests do to it. */
export class RestServer {
  private constructor(
    private readonly directory: string,
    private readonly hostId: string,
    private readonly hasContainers: boolean,
    readonly running: RunningServer,
  ) {}

  static async start(
    name: string,
    overrides: ConfigOverrides = {},
    additions: ServerAdditions = {},
  ): Promise<RestServer> {
    const directory = await mkdtemp(join(tmpdir(), `abaco-${name}-`));
    const hostId = `${name}-${randomUUID().slice(0, 8)}`;
    const config = loadConfig({
      env: {},
      overrides: {
        ...overrides,
        general: { data_dir: directory, ...overrides.general },
        spawner: { host_id: hostId, ...overrides.spawner },
        web: { port: 0, ...overrides.web },
      },
    });
    return new RestServer(
      directory,
      hostId,
      additions.engine !== 'none',
      await startServer(config, silentLogger, additions),
    );
  }

  async close(): Promise<void> {
    await this.running.close();
    if (this.hasContainers) await removeContainersOfHost(this.hostId);
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Sends `body` as JSON. */
  async call<R = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<RestAnswer<R>> {
    const response = await fetch(this.running.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { code: response.status, ...((await response.json()) as Omit<RestAnswer<R>, 'code'>) };
  }

  /** @returns the id of an actor in `status` */
  async register(fields: object, status = 'READY'): Promise<string> {
    const { result } = await this.call<{ id: string }>('POST', '/actors', fields);
    await eventually(`the actor is ${status}`, async () => {
      return (await this.call('GET', `/actors/${result.id}`)).result['status'] === status;
    });
    return result.id;
  }

  /** @returns the id of the execution */
  async send(actor: string, message: unknown, headers: Record<string, string> = {}): Promise<string> {
    const { result } = await this.call('POST', `/actors/${actor}/messages`, { message }, headers);
    return String(result['execution_id']);
  }

  /** Waits for a status of an execution. */
  inStatus(actor: string, execution: string, status: string): Promise<Record<string, unknown>> {
    return eventually(`the execution is ${status}`, async () => {
      const { result } = await this.call('GET', `/actors/${actor}/executions/${execution}`);
      return result['status'] === status && result;
    });
  }

  async logs(actor: string, execution: string): Promise<string> {
    return String((await this.call('GET', `/actors/${actor}/executions/${execution}/logs`)).result['logs']);
  }

  /** A request whose connection the test has in hand. */
  open(method: string, path: string, headers: Record<string, string> = {}, body?: string): ClientRequest {
    const { hostname, port } = new URL(this.running.url);
    const opened = request({ method, hostname, port, path, headers, agent: false });
    opened.on('error', () => undefined); // the test breaks it off
    const answer = once(opened, 'response').then(([response]) => response as IncomingMessage);
    answer.catch(() => undefined); // whoever waits for it hears of it
    answers.set(opened, answer);
    opened.end(body);
    return opened;
  }
}

/** Kept from the start: an answer may come before the test waits for it. */
const answers = new WeakMap<ClientRequest, Promise<IncomingMessage>>();

/** The answer to a request that the test has in hand, made by {@link RestServer.open}. */
export function answerTo(opened: ClientRequest): Promise<IncomingMessage> {
  const answer = answers.get(opened);
  if (!answer) throw new TypeError('The request was not made by RestServer.open.');
  return answer;
}
