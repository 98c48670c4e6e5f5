import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Gate, type GateAt } from './gate.js';

/** Of the machine's engine. */
const ENGINE = '/var/run/docker.sock';

/** `POST /containers/create`, without version and query. */
type RequestLine = string;

interface Canned {
  readonly fits: RegExp;
  readonly status: number;
  readonly body: string;
}

/** What a server that is out of order does with requests. */
type Mood = 'well' | 'deaf' | 'gone';

/**
 * Stands between a server and the container engine, on a Unix socket, and knows requests from answers: a test stops the one it
 * means, answers in the engine's place, or makes the engine seem hung or gone while its containers run on.
 */
export class EngineProxy {
  private readonly sockets = new Set<Socket>();
  private readonly gates = new Set<Gate<RequestLine>>();
  private readonly canned = new Set<Canned>();
  private mood: Mood = 'well';
  /** Requests so far, in order. */
  readonly seen: RequestLine[] = [];

  private constructor(
    private readonly server: Server,
    private readonly path: string,
    private readonly target: string,
  ) {}

  /**
   * @param path at most 107 bytes
   * @param target socket of the engine; default: the machine's
   */
  static async start(path: string, target = ENGINE): Promise<EngineProxy> {
    const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 });
    const proxy = new EngineProxy(server, path, target);
    server.on('connection', (socket) => proxy.join(socket));
    server.on('request', (request, response) => void proxy.handle(request, response));
    server.listen(path);
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    return `unix://${this.path}`;
  }

  /** Stops the next request whose line fits, for example `/^POST .*\/start$/`. */
  gate(fits: RegExp, at: GateAt): Gate<RequestLine> {
    const gate = new Gate<RequestLine>((line) => fits.test(line), at);
    this.gates.add(gate);
    return gate;
  }

  /** From now on such requests are answered here. @returns what ends that */
  answer(fits: RegExp, status: number, body: object | string): () => void {
    const canned = { fits, status, body: typeof body === 'string' ? body : JSON.stringify(body) };
    this.canned.add(canned);
    return () => this.canned.delete(canned);
  }

  /** New requests get no answer, and what is open stays silent. */
  hang(): void {
    this.mood = 'deaf';
    for (const socket of this.sockets) socket.cork();
  }

  /** Breaks all connections, and each new one at once, as when the engine restarts. */
  vanish(): void {
    this.mood = 'gone';
    this.cut();
  }

  /** Well again. What a hang has stopped is broken off, as by an engine that was killed. */
  recover(): void {
    this.mood = 'well';
    this.cut();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private join(socket: Socket): void {
    if (this.mood === 'gone') {
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.on('error', () => undefined); // the client was killed, or this broke it
    socket.on('close', () => this.sockets.delete(socket));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.mood === 'deaf') return;
    const line = `${request.method} ${(request.url ?? '/').split('?', 1)[0]?.replace(/^\/v1\.\d+/, '')}`;
    this.seen.push(line);
    const gate = [...this.gates].find((one) => one.takes(line));
    if (gate?.at === 'request') await gate.hold();
    if (request.socket.destroyed) return; // the client was killed: its request goes nowhere
    const canned = [...this.canned].find(({ fits }) => fits.test(line));
    if (canned) {
      request.resume();
      response.writeHead(canned.status, { 'content-type': 'application/json' }).end(canned.body);
      return;
    }
    const { method, headers, url: path } = request;
    const onward = forward({ socketPath: this.target, method, headers, path });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.on('response', (answer) => void this.answerWith(answer, response, gate));
    request.pipe(onward);
  }

  private async answerWith(
    answer: IncomingMessage,
    response: ServerResponse,
    gate: Gate<RequestLine> | undefined,
  ): Promise<void> {
    answer.on('error', () => response.destroy());
    if (gate?.at === 'answer') await gate.hold();
    if (response.destroyed) return;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
  }
}
