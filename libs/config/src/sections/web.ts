import type { AbacoConfig } from '../abaco-config.js';
import { isNetwork } from '../network.js';
import { QUEUE_NAME, QUEUE_NAMES } from './queue-name.js';
import { boolean, choice, integer, type Option, type Options, text, words } from '../option.js';

function networks(option: Pick<Option<readonly string[]>, 'help' | 'default'>): Option<readonly string[]> {
  const allowed = 'a list of networks such as 10.1.0.0/16 or fd00:1::/32, or addresses';
  const list = words({ ...option, pattern: /./, allowed });
  return {
    ...list,
    convert: (raw) => {
      const given = list.convert(raw);
      return given?.every(isNetwork) ? given : undefined;
    },
  };
}

const claims = (help: string, names: readonly string[]) =>
  words({
    help,
    default: names,
    pattern: /^(user|tenant|roles)=./,
    allowed: 'a list of user=, tenant= and roles=, each with the name of a claim',
  });

export const web: Options<AbacoConfig['web']> = {
  host: text({
    help: 'Address to listen on; 0.0.0.0 for all.',
    default: '127.0.0.1',
    pattern: /./,
    allowed: 'a host name or address',
  }),
  port: integer({ help: 'Port to listen on; 0: any free one.', default: 8000, min: 0, max: 65_535 }),
  all_queues: words({
    help: 'Queues that actors may ask for beside spawner.host_queues: those that other hosts serve.',
    default: [],
    pattern: QUEUE_NAME,
    allowed: QUEUE_NAMES,
  }),
  access_control: choice({
    help: 'Who may call: `none` lets everybody in, `jwt` those with a signed token.',
    default: 'none',
    values: ['none', 'jwt'],
  }),
  jwt_sources: words({
    help: 'Where tokens are looked for: `assertion` (headers X-Jwt-Assertion-<tenant> and Assertion, for a gateway in front that alone can be reached), `tapis` (header X-Tapis-Token), `bearer` (header Authorization).',
    default: ['assertion'],
    pattern: /^(assertion|tapis|bearer)$/,
    allowed: 'a list of assertion, tapis and bearer',
  }),
  apim_public_key: text({
    help: 'Public key that verifies tokens of tenants without keys of their own: base64 of the DER form, PEM, or the path of a file with either, beginning with / or a dot.',
    default: '',
  }),
  jwks_uri: text({
    help: 'JWKS endpoint with the keys of tenants without their own, instead of `apim_public_key`.',
    default: '',
    secret: 'credentials',
    pattern: /^$|^https?:\/\/[^@\s]+$/,
    allowed: 'a URL that begins with http:// or https:// and holds no credentials',
  }),
  tenant_public_keys: words({
    help: 'Keys of single tenants, `TENANT=key`, each as in `apim_public_key`.',
    default: [],
    pattern: /^[A-Za-z0-9.-]+=./,
    allowed: 'a list of TENANT=key',
  }),
  tenant_jwks_uris: words({
    help: 'JWKS endpoints of single tenants, `TENANT=URL`.',
    default: [],
    secret: 'credentials',
    pattern: /^[A-Za-z0-9.-]+=https?:\/\/[^@\s]+$/,
    allowed: 'a list of TENANT=URL, without credentials',
  }),
  allow_weak_keys: boolean({
    help: "Accept RSA keys of 1024 to 2047 bits, such as that of the original's gateway. They can be broken.",
    default: false,
  }),
  jwt_tolerance: integer({
    help: 'Seconds that clocks may differ when it is checked whether a token has expired; -1: it is not checked.',
    default: 60,
    min: 0,
    unlimited: true,
  }),
  assertion_tenant: text({
    help: 'Tenant of tokens in the header Assertion.',
    default: 'DEV-STAGING',
    pattern: /^[A-Za-z0-9.-]+$/,
    allowed: 'letters, digits, dots and hyphens',
  }),
  bearer_claims: claims(
    'Claims of `bearer` tokens. Without `tenant=` they are all of `tenant_name`. Roles are a list or a text with commas.',
    ['user=sub', 'tenant=tenant', 'roles=roles'],
  ),
  bearer_issuer: text({ help: '`iss` that `bearer` tokens must have. Empty: any.', default: '' }),
  bearer_audience: text({ help: '`aud` that `bearer` tokens must have. Empty: any.', default: '' }),
  tapis_claims: claims('Claims of `tapis` tokens. Every user with a valid one has `user_role`.', [
    'user=tapis/username',
    'tenant=tapis/tenant_id',
  ]),
  accept_nonce: boolean({
    help: 'Let requests in by a nonce (`x-nonce` in the query) when they bring no valid token (mode `jwt`).',
    default: true,
  }),
  user_role: text({
    help: 'Role that makes a caller a user of Abaco (mode `jwt`).',
    default: 'Internal/abaco-user',
    pattern: /^[^,\s]+$/,
    allowed: 'a role without commas and spaces',
  }),
  admin_scope: choice({
    help: 'What the admin endpoints show: `instance` (all tenants, as the original) or `tenant` (the tenant of the admin).',
    default: 'instance',
    values: ['instance', 'tenant'],
  }),
  dashboard_instances: words({
    help: 'Base URLs of other instances that the dashboard may look at.',
    default: [],
    pattern: /^https?:\/\/[^@\s]+$/,
    allowed: 'a list of URLs that begin with http:// or https:// and hold no credentials',
  }),
  tenant_name: text({
    help: 'Tenant of requests without a `tenant` header (mode `none`), and of tokens without a claim for it.',
    default: 'DEV',
    pattern: /^[A-Za-z0-9.-]+$/,
    allowed: 'letters, digits, dots and hyphens',
  }),
  case: choice({
    help: 'Field names in requests and responses: `snake` or `camel`.',
    default: 'snake',
    values: ['snake', 'camel'],
  }),
  path_prefixes: words({
    help: 'Paths that stand for `/actors`, as gateways and clients of other releases write them.',
    default: ['/actors/v2', '/v3/actors'],
    pattern: /^(\/[A-Za-z0-9._-]+)+$/,
    allowed: 'a list of paths that begin with a slash and end without one',
  }),
  actors_prefix: text({
    help: 'Path of actors in `_links`: what follows `api_server`. Tapis 3: `/v3/actors`.',
    default: '/actors/v2',
    pattern: /^(\/[A-Za-z0-9._-]+)+$/,
    allowed: 'a path that begins with a slash and ends without one',
  }),
  profiles_prefix: text({
    help: 'Path of the profiles of users in `_links`. Tapis 3: `/v3/oauth2/profiles`.',
    default: '/profiles/v2',
    pattern: /^(\/[A-Za-z0-9._-]+)+$/,
    allowed: 'a path that begins with a slash and ends without one',
  }),
  api_server: text({
    help: 'Public base URL in `_links`. Empty: `http://<host>:<port>`.',
    default: '',
    pattern: /^$|^https?:\/\/./,
    allowed: 'a URL that begins with http:// or https://',
  }),
  tenant_api_servers: words({
    help: 'Public base URLs of single tenants, `TENANT=URL`, instead of `api_server`.',
    default: [],
    pattern: /^[A-Za-z0-9.-]+=https?:\/\/./,
    allowed: 'a list of TENANT=URL',
  }),
  encryption_keys: words({
    help: 'Keys of secret configs, `id=key` with a key of `openssl rand -base64 32`, or the path of a file with such lines, beginning with / or a dot. The first encrypts, all decrypt. Empty: with the embedded store a key is made in `<general.data_dir>/secrets.key`, else there are no secrets.',
    default: [],
    secret: 'whole',
    pattern: /^([A-Za-z0-9_-]{1,32}=[A-Za-z0-9+/_-]{43}=?|[/.].*)$/,
    allowed: 'a list of id=key, each with a key of 32 bytes in base64, and paths of files with such lines',
  }),
  encryption_key: text({
    help: "The original's Fernet key: decrypts the secrets that it has stored. New ones are encrypted with `encryption_keys`.",
    default: '',
    secret: 'whole',
    pattern: /^$|^[A-Za-z0-9_-]{43}=?$/,
    allowed: 'a Fernet key: URL-safe base64 of 32 bytes',
  }),
  strict_config_actors: boolean({
    help: 'Whoever attaches a config to an actor must be allowed to update the actor. false: as the original, which lets every user set variables of every actor.',
    default: true,
  }),
  default_token: boolean({ help: '`token` of actors that do not say.', default: false }),
  log_ex: integer({
    help: 'Seconds after which logs expire, unless the actor says `log_ex`; -1: never.',
    default: 43_200,
    min: 1,
    unlimited: true,
  }),
  log_ex_limit: integer({
    help: 'Seconds; the highest `log_ex` that an actor gets; -1: no limit.',
    default: 86_400,
    min: 1,
    unlimited: true,
  }),
  max_log_length: integer({ help: 'Characters of a log; the rest is cut off.', default: 1_000_000, min: 1 }),
  max_content_length: integer({ help: 'Bytes of a binary message.', default: 500_000_000, min: 1 }),
  synchronous_timeout: integer({
    help: 'Seconds that a request with `_abaco_synchronous=true` waits; then it gets 202 with the id of the execution. Less than the time-outs of proxies in front.',
    default: 50,
    min: 1,
    max: 3_600,
  }),
  max_synchronous: integer({
    help: 'Requests of a tenant that wait for executions at a time, in each server; -1: no limit.',
    default: 100,
    min: 0,
    unlimited: true,
  }),
  max_streams: integer({
    help: 'Streams of logs and events that a tenant reads at a time, in each server; -1: no limit.',
    default: 100,
    min: 0,
    unlimited: true,
  }),
  limited_max_executions: integer({
    help: 'Executions that are not final, at a time, of a user who is a user of Abaco only by the role Internal/abaco-limited; -1: no limit.',
    default: 5,
    min: 0,
    unlimited: true,
  }),
  metrics: choice({
    help: 'Who may read `GET /metrics` (Prometheus): `admin` callers with the role of admins, `public` everybody who reaches the server, `off` nobody. It names tenants and actors.',
    default: 'admin',
    values: ['admin', 'public', 'off'],
  }),
  metrics_series: integer({
    help: 'Actors, and tenants, that have series of their own in the metrics; all others are one, named `_other`.',
    default: 100,
    min: 0,
    max: 10_000,
  }),
  webhook_allowed_networks: networks({
    help: 'Networks that are not public and that webhooks may lead to, such as 10.1.0.0/16 or fd00:1::/32; or single addresses. Every other private, local or special address is refused when the connection is made.',
    default: [],
  }),
  webhook_secret: text({
    help: 'Secret that webhooks are signed with (Standard Webhooks: webhook-signature): whsec_ and 24 to 64 bytes in base64, for example `echo whsec_$(openssl rand -base64 32)`. Empty: no signature.',
    default: '',
    secret: 'whole',
    pattern: /^$|^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/,
    allowed: 'whsec_ and base64 of 24 to 64 bytes',
  }),
  webhook_timeout: integer({ help: 'Seconds that a webhook may take to answer.', default: 10, min: 1, max: 30 }),
  event_max_attempts: integer({
    help: 'Attempts to deliver an event to a link or a webhook: after 1 s, then twice as long each time, up to an hour.',
    default: 20,
    min: 1,
    max: 1_000,
  }),
  event_max_age: integer({
    help: 'Seconds after which an event that could not be delivered gets no further attempt.',
    default: 86_400,
    min: 1,
  }),
  show_traceback: boolean({ help: 'Show the stack of unexpected errors to the caller.', default: false }),
};
