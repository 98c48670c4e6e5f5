import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AbacoConfig, type ConfigOverrides, loadConfig } from '@abaco/config';
import { type Logger, silentLogger } from '@abaco/runtime';
import { type RunningServer, type ServerAdditions, startServer } from '../../../apps/server/src/bootstrap.js';
import { gatewayClaims, signedToken, soon, testKey } from '../../../libs/access/test-support/tokens.js';

/** What a server answered. */
export interface Answer<R = Record<string, unknown>> {
  readonly code: number;
  readonly message: string;
  readonly status: string;
  readonly result: R;
  readonly headers: Headers;
}

/** One user's way to the server. */
export type Call = <R = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Answer<R>>;

const key = testKey(2048);

/** A server with access control `jwt` in this process. Registering an actor starts no worker unless the test says so. */
export class JwtServer {
  private constructor(
    readonly server: RunningServer,
    /** Its data directory. */
    readonly directory: string,
  ) {}

  static async start(
    overrides: ConfigOverrides = {},
    additions: ServerAdditions = {},
    loggerOf: (config: AbacoConfig) => Logger = () => silentLogger,
  ): Promise<JwtServer> {
    const directory = await mkdtemp(join(tmpdir(), 'abaco-jwt-'));
    const config = loadConfig({
      env: {},
      overrides: {
        ...overrides,
        general: { data_dir: directory, ...overrides.general },
        spawner: { host_id: `jwt-${randomUUID().slice(0, 8)}`, ...overrides.spawner },
        workers: { init_count: 0, ...overrides.workers },
        web: {
          port: 0,
          api_server: 'https://api.example.org',
          access_control: 'jwt',
          apim_public_key: key.der,
          ...overrides.web,
        },
      },
    });
    return new JwtServer(await startServer(config, loggerOf(config), additions), directory);
  }

  get url(): string {
    return this.server.url;
  }

  /** Headers of a user with a valid token. */
  headersOf(user: string, roles = 'Internal/abaco-user', tenant = 'DEV-DEVELOP'): Record<string, string> {
    const claims = gatewayClaims({
      'http://wso2.org/claims/enduser': `${user}@carbon.super`,
      'http://wso2.org/claims/role': roles,
    });
    return { [`X-Jwt-Assertion-${tenant}`]: signedToken(claims, key) };
  }

  /** Headers of a user of Tapis 3. */
  tapisHeadersOf(user: string, tenant: string): Record<string, string> {
    const claims = { sub: `${user}@${tenant}`, exp: soon(), 'tapis/username': user, 'tapis/tenant_id': tenant };
    return { 'X-Tapis-Token': signedToken(claims, key) };
  }

  as(user: string, roles?: string, tenant?: string): Call {
    return this.caller(this.headersOf(user, roles, tenant));
  }

  /** Somebody without a token, perhaps with a nonce in the path. */
  get anybody(): Call {
    return this.caller({});
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  private caller(headers: Record<string, string>): Call {
    return async <R>(method: string, path: string, body?: unknown) => {
      const response = await fetch(this.url + path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
      const envelope = (isJson ? JSON.parse(text) : { message: text, status: '', result: null }) as Answer<R>;
      return { ...envelope, code: response.status, headers: response.headers };
    };
  }
}
