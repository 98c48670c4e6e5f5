import type { AbacoConfig } from '../abaco-config.js';
import { boolean, integer, type Options, text } from '../option.js';

const path = {
  pattern: /^\/[^?#\s]*$/,
  allowed: 'a path that begins with /',
};

export const oauth: Options<AbacoConfig['oauth']> = {
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
