import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import { inspect } from 'node:util';
import Dockerode from 'dockerode';
import { EngineUnavailable } from '../errors.js';
import type { EngineAddress } from './engine-address.js';
import { EngineRefusal } from './engine-refusal.js';

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Arrays become repeated parameters, objects JSON. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as `application/tar` in place of a body. */
  readonly tar?: Readable | Buffer;
  /** Value of the header `X-Registry-Auth`. */
  readonly registryAuth?: string;
  /** Milliseconds until the answer must be complete (`json`) or its headers must be there (`open`). Default 30,000. */
  readonly timeoutMs?: number;
}

/** What we use of docker-modem, which dockerode does not type. */
interface Modem {
  dial(options: object, callback: (error: Error | null, response: unknown) => void): void;
}

/** Milliseconds. Creating or removing a container can wait for the engine's disk. */
const DEFAULT_TIMEOUT = 30_000;
/** The newest API version that we know. Everything that we use is in 1.24 or marked. */
const NEWEST_API = '1.47';

/** Asking twice changes nothing. */
const REPEATABLE: readonly string[] = ['GET', 'DELETE'];

/** The modem must pass every status: its own error texts lose the engine's answer. */
const EVERY_STATUS = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [i + 100, true]));

/**
 * Requests to the engine's REST API over dockerode's modem, each bounded in time.
 *
 * dockerode's own methods are not used: `createContainer` sends the whole configuration in the URL as well, and a request
 * without stream never settles when the daemon dies half-way.
 */
export class EngineClient {
  private readonly modem: Modem;
  private readonly agent: HttpAgent;

  constructor(
    readonly address: EngineAddress,
    apiVersion?: string,
  ) {
    const agentOptions = { keepAlive: true, maxFreeSockets: 64 };
    const secure = address.kind === 'tcp' && address.protocol === 'https';
    this.agent = secure ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
    // The modem formats each request's options for its debug log, be it on or off: with every socket of the agent in them that
    // takes 10 ms of CPU a request at 20 containers.
    Object.defineProperty(this.agent, inspect.custom, { value: () => 'Agent', enumerable: false });
    // Every option is given, else the modem takes it from DOCKER_HOST and its relatives.
    const options: Dockerode.DockerOptions & { agent: HttpAgent } = {
      socketPath: address.kind === 'unix' ? address.socketPath : undefined,
      host: address.kind === 'tcp' ? address.host : undefined,
      port: address.kind === 'tcp' ? address.port : undefined,
      protocol: address.kind === 'tcp' ? address.protocol : 'http',
      ca: address.kind === 'tcp' ? address.tls?.ca : undefined,
      cert: address.kind === 'tcp' ? address.tls?.cert : undefined,
      key: address.kind === 'tcp' ? address.tls?.key : undefined,
      timeout: undefined,
      version: apiVersion === undefined ? undefined : `v${apiVersion}`,
      agent: this.agent,
    };
    this.modem = new Dockerode(options).modem;
  }

  /**
   * A client that speaks a version which the engine knows.
   * @throws EngineUnavailable when nothing answers within `timeoutMs`
   */
  static async connect(address: EngineAddress, timeoutMs = 10_000): Promise<EngineClient> {
    const probe = new EngineClient(address);
    try {
      const { ApiVersion } = await probe.json<{ ApiVersion: string }>({ method: 'GET', path: '/version', timeoutMs });
      return new EngineClient(address, olderVersion(ApiVersion, NEWEST_API));
    } finally {
      probe.close();
    }
  }

  /**
   * The decoded answer; `undefined` when it is empty.
   * @throws EngineRefusal on a status of 300 or more (304 too)
   * @throws EngineUnavailable
   */
  async json<T>(request: EngineRequest): Promise<T> {
    try {
      return await this.attempt<T>(request);
    } catch (error) {
      if (!REPEATABLE.includes(request.method) || !wasStale(error)) throw error;
      return await this.attempt<T>(request); // a kept connection had died unnoticed
    }
  }

  /** The answer as a stream, once its headers are there. The caller must consume or destroy it. Errors as `json`. */
  async open(request: EngineRequest): Promise<IncomingMessage> {
    return await this.bounded(request, (signal) => this.dial(request, signal));
  }

  /** Ends idle and running connections. */
  close(): void {
    this.agent.destroy();
  }

  private attempt<T>(request: EngineRequest): Promise<T> {
    return this.bounded(request, async (signal) => {
      const response = await this.dial(request, signal);
      const text = await textOf(response);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    });
  }

  private async bounded<T>(request: EngineRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT;
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      return await work(abort.signal);
    } catch (error) {
      if (error instanceof EngineRefusal) throw error;
      const why = abort.signal.aborted ? `no answer to ${nameOf(request)} within ${timeoutMs} ms` : reasonOf(error);
      throw new EngineUnavailable(`The container engine at ${this.address.location} does not answer: ${why}.`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  private async dial(request: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      this.modem.dial(
        {
          method: request.method,
          path: `${request.path}?`,
          options: { _query: request.query ?? {}, _body: request.body ?? {} },
          file: request.tar,
          ...(request.registryAuth === undefined ? {} : { authconfig: { base64: request.registryAuth } }),
          isStream: true,
          statusCodes: EVERY_STATUS,
          abortSignal: signal,
        },
        (error, result) => (error ? reject(error) : resolve(result as IncomingMessage)),
      );
    });
    const status = response.statusCode ?? 0;
    if (status < 300) return response;
    throw new EngineRefusal(status, messageOf(await textOf(response)), nameOf(request));
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The engine words errors as `{"message": …}`, Podman as `{"cause", "message"}`; a proxy may say anything. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // not JSON: the text itself is the reason
  }
  return body.trim() || 'no reason given';
}

const nameOf = (request: EngineRequest): string => `${request.method} ${request.path}`;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const reasonOf = (error: unknown): string => codeOf(error) ?? (error instanceof Error ? error.message : String(error));

const wasStale = (error: unknown): boolean =>
  error instanceof EngineUnavailable && ['ECONNRESET', 'EPIPE'].includes(codeOf(error.cause) ?? '');

function olderVersion(left: string, right: string): string {
  const order = left.localeCompare(right, 'en', { numeric: true });
  return order <= 0 ? left : right;
}
