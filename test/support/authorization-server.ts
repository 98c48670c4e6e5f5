import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A client that the server has. */
export interface RegisteredClient {
  readonly name: string;
  readonly key: string;
  readonly secret: string;
  /** The one that works now; each use gives a new one. */
  refreshToken: string | undefined;
  user: string | undefined;
}

/** What came: `POST /clients/v2`, with its form. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
}

/** An answer instead of the right one. `never`: none. `after`: the server does what it was asked, and then answers this. */
export type Disturbance = { readonly status: number | 'never'; readonly body?: unknown; readonly after?: true };

/** The clients and tokens of the original's gateway (contract 7) on the loopback interface: clients, admin_password, refresh_token. */
export class AuthorizationServer {
  static readonly username = 'abaco-service';
  static readonly password = 'pässword: of the service';
  readonly clients = new Map<string, RegisteredClient>();
  readonly requests: SeenRequest[] = [];
  /** Every secret that was ever given out: none may be found anywhere else but where it belongs. */
  readonly secrets: string[] = [AuthorizationServer.password];
  /** By access token, whose it is. */
  readonly accessTokens = new Map<string, string>();
  disturb: (request: SeenRequest) => Disturbance | undefined = () => undefined;

  private readonly server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      const seen = { method, path: url, form: new URLSearchParams(text) };
      this.requests.push(seen);
      const disturbance = this.disturb(seen);
      const [status, body] = disturbance && !disturbance.after ? [200, {}] : this.answer(seen, basicOf(request));
      if (disturbance?.status === 'never') return;
      response.writeHead(disturbance?.status ?? status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(disturbance?.body ?? (disturbance ? {} : body)));
    });
  });

  static async start(): Promise<AuthorizationServer> {
    const server = new AuthorizationServer();
    server.server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/gateway`;
  }

  /** How often something was asked for. */
  count(method: string, path: RegExp): number {
    return this.requests.filter((request) => request.method === method && path.test(request.path)).length;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private answer({ method, path, form }: SeenRequest, [user, password]: [string, string]): [number, unknown] {
    if (path === '/gateway/token') return this.token(form, [user, password]);
    if (user !== AuthorizationServer.username || password !== AuthorizationServer.password) return [401, {}];
    const [, name] = /^\/gateway\/clients\/v2(?:\/(.+))?$/.exec(path) ?? [];
    if (method === 'GET') return [200, { result: [...this.clients.values()].map(({ name }) => ({ name })) }];
    if (method === 'DELETE') return this.clients.delete(name ?? '') ? [200, {}] : [404, {}];
    return this.register(form.get('clientName') ?? '');
  }

  private register(name: string): [number, unknown] {
    if (this.clients.has(name)) return [400, { message: 'The client exists.' }];
    const client = {
      name,
      key: randomBytes(9).toString('hex'),
      secret: this.secret(),
      refreshToken: undefined,
      user: undefined,
    };
    this.clients.set(name, client);
    return [201, { result: { name, consumerKey: client.key, consumerSecret: client.secret } }];
  }

  private token(form: URLSearchParams, [key, secret]: [string, string]): [number, unknown] {
    const client = [...this.clients.values()].find((one) => one.key === key && one.secret === secret);
    if (!client) return [401, { error: 'invalid_client' }];
    if (form.get('grant_type') === 'refresh_token') {
      if (form.get('refresh_token') !== client.refreshToken) return [400, { error: 'invalid_grant' }];
    } else {
      const isService =
        form.get('grant_type') === 'admin_password' &&
        form.get('username') === AuthorizationServer.username &&
        form.get('password') === AuthorizationServer.password;
      if (!isService) return [400, { error: 'invalid_grant' }];
      client.user = form.get('token_username') ?? undefined;
    }
    client.refreshToken = this.secret();
    const access_token = this.secret();
    this.accessTokens.set(access_token, client.user ?? '');
    return [200, { access_token, refresh_token: client.refreshToken, expires_in: 14_400, token_type: 'bearer' }];
  }

  private secret(): string {
    const secret = randomBytes(18).toString('base64url');
    this.secrets.push(secret);
    return secret;
  }
}

function basicOf({ headers }: IncomingMessage): [string, string] {
  const text = Buffer.from(headers.authorization?.replace(/^Basic /, '') ?? '', 'base64').toString('utf8');
  const at = text.indexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
}
