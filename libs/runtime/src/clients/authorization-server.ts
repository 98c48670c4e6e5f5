import { AuthorizationFailed } from './errors.js';
import { formRequest, type FormRequest } from './form-request.js';

/** Where an authorization server is, and as whom it is used. */
export interface AuthorizationServerOptions {
  /** Base URL. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly userstorePrefix: string;
  readonly clientsPath: string;
  readonly tokenPath: string;
  readonly scope: string;
  readonly verifyTls: boolean;
  /** Of one request, milliseconds. */
  readonly timeoutMs: number;
}

/** What a client proves itself with. */
export interface ClientCredentials {
  readonly key: string;
  readonly secret: string;
}

export interface IssuedTokens {
  readonly accessToken: string;
  /** Undefined: the one that was used goes on. */
  readonly refreshToken: string | undefined;
}

/**
 * The clients and tokens of the original's gateway (contract 7), and of whatever speaks as it does. Every method makes one request.
 * @throws AuthorizationFailed
 */
export class AuthorizationServer {
  constructor(private readonly options: AuthorizationServerOptions) {}

  async createClient(name: string): Promise<ClientCredentials> {
    const answer = await this.clients('POST', '', { clientName: name });
    const [key, secret] = [textAt(answer, 'result', 'consumerKey'), textAt(answer, 'result', 'consumerSecret')];
    if (key === undefined || secret === undefined) throw unusable('Unable to generate credentials');
    return { key, secret };
  }

  /** One that is not there is deleted. */
  async deleteClient(name: string): Promise<void> {
    try {
      await this.clients('DELETE', `/${encodeURIComponent(name)}`);
    } catch (error) {
      if (!(error instanceof AuthorizationFailed) || error.status !== 404) throw error;
    }
  }

  /** Names of all clients of the service account. */
  async listClients(): Promise<string[]> {
    const answer = await this.clients('GET', '');
    const list = memberOf(answer, 'result');
    if (!Array.isArray(list)) throw unusable('its answer has no list of clients');
    return list.flatMap((client: unknown) => {
      const name = memberOf(client, 'name') ?? memberOf(client, 'clientName');
      return typeof name === 'string' ? [name] : [];
    });
  }

  /** Tokens of `user`, by the right of the service account to speak for everybody. */
  async issueTokens(client: ClientCredentials, user: string): Promise<IssuedTokens> {
    const { username, password, userstorePrefix, scope } = this.options;
    const token_username = `${userstorePrefix}/${user}`;
    return this.token(client, { grant_type: 'admin_password', username, password, token_username, scope });
  }

  async refresh(client: ClientCredentials, refreshToken: string): Promise<IssuedTokens> {
    const { scope } = this.options;
    return this.token(client, { grant_type: 'refresh_token', refresh_token: refreshToken, scope });
  }

  private async token({ key, secret }: ClientCredentials, form: Record<string, string>): Promise<IssuedTokens> {
    const answer = await this.request(this.options.tokenPath, { method: 'POST', user: key, password: secret, form });
    const accessToken = textAt(answer, 'access_token');
    if (accessToken === undefined) throw unusable('its answer has no access token');
    return { accessToken, refreshToken: textAt(answer, 'refresh_token') };
  }

  private clients(method: FormRequest['method'], path: string, form?: Record<string, string>): Promise<unknown> {
    const { clientsPath, username: user, password } = this.options;
    return this.request(`${clientsPath}${path}`, { method, user, password, ...(form && { form }) });
  }

  private request(path: string, request: Omit<FormRequest, 'url' | 'verifyTls' | 'timeoutMs'>): Promise<unknown> {
    const { url, verifyTls, timeoutMs } = this.options;
    return formRequest({ ...request, url: new URL(url.replace(/\/+$/, '') + path), verifyTls, timeoutMs });
  }
}

const unusable = (reason: string): AuthorizationFailed => new AuthorizationFailed(reason, 200, true);

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** A text that is not empty, in nested objects. */
function textAt(value: unknown, ...path: string[]): string | undefined {
  const found = path.reduce(memberOf, value);
  return typeof found === 'string' && found !== '' ? found : undefined;
}
