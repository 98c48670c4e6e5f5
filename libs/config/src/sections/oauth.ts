import { boolean, integer, type Options, text } from '../option.js';

const path = {
  pattern: /^\/[^?#\s]*$/,
  allowed: 'a path that begins with /',
};

/** The authorization server of `workers.generate_clients`. */
export interface OAuthConfig {
  /** Base URL; empty (default): where the API of the tenant is. */
  readonly authorization_server: string;
  readonly service_username: string;
  readonly service_password: string;
  /** Stands before the owner's name, with a slash; empty (default): what the original has for the tenant. */
  readonly userstore_prefix: string;
  /** Default true; false for single tenants only. */
  readonly verify_tls: boolean;
  /** Default `/clients/v2`. */
  readonly clients_path: string;
  /** Default `/token`. */
  readonly token_path: string;
  /** Default `PRODUCTION`. */
  readonly scope: string;
  /** Default 10. */
  readonly attempts: number;
  /** Between two attempts. Default 2. */
  readonly retry_seconds: number;
  /** Of one request. Default 20. */
  readonly request_timeout: number;
}

export const oauth: Options<OAuthConfig> = {
  authorization_server: text({
    help: 'Authorization server of `workers.generate_clients`, a base URL. Empty: the one in `_links` of the tenant (`web.api_server`, `web.tenant_api_servers`).',
    default: '',
    secret: 'credentials',
    pattern: /^$|^https?:\/\/[^\s?#]+$/,
    allowed: 'an http or https URL',
  }),
  service_username: text({
    help: 'Account there that makes OAuth clients and may ask for tokens of all users. Of its own for each installation: clients of workers that this one does not know are removed.',
    default: '',
  }),
  service_password: text({ help: 'Its password.', default: '', secret: 'whole' }),
  userstore_prefix: text({
    help: "Stands before the owner's name in `token_username`, with a slash. Empty: the original's for the tenant, such as `TACC`.",
    default: '',
    pattern: /^[A-Za-z0-9._-]*$/,
    allowed: 'letters, digits, dots, hyphens and underscores',
  }),
  verify_tls: boolean({
    help: 'Certificates are verified, and http is for this host only. Only single tenants can do without (`tenants`).',
    default: true,
  }),
  clients_path: text({ ...path, help: 'Where clients are made, listed and deleted.', default: '/clients/v2' }),
  token_path: text({ ...path, help: 'Where tokens are made.', default: '/token' }),
  scope: text({ help: 'Scope of the tokens.', default: 'PRODUCTION' }),
  attempts: integer({
    help: 'Attempts to get a client for a worker, and a token for an execution.',
    default: 10,
    min: 1,
    max: 100,
  }),
  retry_seconds: integer({ help: 'Seconds between two of them.', default: 2, min: 0, max: 60 }),
  request_timeout: integer({ help: 'Seconds that one request may take.', default: 20, min: 1, max: 60 }),
};
