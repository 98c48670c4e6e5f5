import { QUEUE_NAME, QUEUE_NAMES } from '../queue-name.js';
import { networks } from '../../network.js';
import { boolean, choice, integer, type Options, text, words } from '../../option.js';

/** Where the service listens, and how its addresses and fields are written. */
export interface EndpointConfig {
  /** Default 127.0.0.1. */
  readonly host: string;
  /** Default 8000. */
  readonly port: number;
  /** Proxies whose `X-Forwarded-For` says who calls. Default none. */
  readonly trusted_proxies: readonly string[];
  /** Paths that stand for `/actors`. Default `/actors/v2`, `/v3/actors`. */
  readonly path_prefixes: readonly string[];
  /** Public base URL in `_links`. Default `http://<host>:<port>`. */
  readonly api_server: string;
  /** `TENANT=URL`, instead of `api_server`. */
  readonly tenant_api_servers: readonly string[];
  /** Path of actors in `_links`. Default `/actors/v2`. */
  readonly actors_prefix: string;
  /** Path of profiles in `_links`. Default `/profiles/v2`. */
  readonly profiles_prefix: string;
  /** Default `snake`. */
  readonly case: 'snake' | 'camel';
  /** Queues that actors may ask for beside `spawner.host_queues`. Default none. */
  readonly all_queues: readonly string[];
  /** Who may read `/metrics`. Default admin. */
  readonly metrics: 'admin' | 'public' | 'off';
  /** Actors, and tenants, with series of their own in the metrics. Default 100. */
  readonly metrics_series: number;
  /** Base URLs of other instances that the dashboard may look at. Default none. */
  readonly dashboard_instances: readonly string[];
  readonly show_traceback: boolean;
}

export const endpoint: Options<EndpointConfig> = {
  host: text({
    help: 'Address to listen on; 0.0.0.0 for all.',
    default: '127.0.0.1',
    pattern: /./,
    allowed: 'a host name or address',
  }),
  port: integer({ help: 'Port to listen on; 0: any free one.', default: 8000, min: 0, max: 65_535 }),
  trusted_proxies: networks({
    help: 'Networks or addresses of proxies in front of the server. From them X-Forwarded-For is believed: the address of a caller, in the audit log and in the limit of requests without valid credentials, is then the last one in it that is not of a trusted proxy. Else it is that of the connection.',
    default: [],
  }),
  path_prefixes: words({
    help: 'Paths that stand for `/actors`, as gateways and clients of other releases write them.',
    default: ['/actors/v2', '/v3/actors'],
    pattern: /^(\/[A-Za-z0-9._-]+)+$/,
    allowed: 'a list of paths that begin with a slash and end without one',
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
  case: choice({
    help: 'Field names in requests and responses: `snake` or `camel`.',
    default: 'snake',
    values: ['snake', 'camel'],
  }),
  all_queues: words({
    help: 'Queues that actors may ask for beside spawner.host_queues: those that other hosts serve.',
    default: [],
    pattern: QUEUE_NAME,
    allowed: QUEUE_NAMES,
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
  dashboard_instances: words({
    help: 'Base URLs of other instances that the dashboard may look at.',
    default: [],
    pattern: /^https?:\/\/[^@\s]+$/,
    allowed: 'a list of URLs that begin with http:// or https:// and hold no credentials',
  }),
  show_traceback: boolean({ help: 'Show the stack of unexpected errors to the caller.', default: false }),
};
