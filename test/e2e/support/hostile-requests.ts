import fc from 'fast-check';
import { endpoints } from './endpoints.js';

/** A request as a hostile or careless client might send it. */
export interface HostileRequest {
  readonly method: string;
  /** Path and query, percent-encoded: what an HTTP client can send. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];

/** Texts that have broken something somewhere. */
const notorious = fc.constantFrom(
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '$where',
  '$gt',
  '{"$gt":""}',
  "'; DROP TABLE actors; --",
  '%',
  '%00',
  '\0',
  'a'.repeat(300),
  'a'.repeat(5_000),
  'é\u0301\u202e',
  '\ud800',
  '😀',
  '1e400',
  '-1',
  '99999999999999999999',
  'NaN',
  'null',
  'true',
  '_id',
  'permissions',
  'tenant',
  '(a+)+$',
  '[[[[',
  'ABACO_WORLD',
  'DEV-DEVELOP_JN0Boakk0VzKX',
  'JN0Boakk0VzKX',
);

const text = fc.oneof({ weight: 3, arbitrary: notorious }, fc.string({ unit: 'binary', maxLength: 40 }), fc.string());

/** Names of fields that some endpoint reads. */
const fieldName = fc.oneof(
  fc.constantFrom(
    'image', 'name', 'stateless', 'state', 'link', 'webhook', 'hints', 'default_environment', 'max_workers',
    'mem_limit', 'max_cpus', 'queue', 'log_ex', 'cron_schedule', 'cron_on', 'force', 'token', 'message', 'level',
    'max_uses', 'description', 'user', 'alias', 'actor_id', 'value', 'is_secret', 'actors', 'num', 'runtime', 'cpu',
    'io', 'limit', 'skip', 'search', 'exactsearch', 'status', 'create_time.gt', 'image.like', 'name.in',
    'cpu.between', '_abaco_synchronous', 'x-nonce', 'follow', 'base_url', 'jwt_header', 'jwt', 'type', 'privileged',
    'use_container_uid', 'network', 'use_init', 'message_format', 'max_run_time', 'retry_policy', 'scaling', 'page_size', 'cursor',
  ), // prettier-ignore
  text,
);

const amount = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.bigInt().map(String),
  text,
  fc.constantFrom(0, 1, -1, 1.5, null, []),
);

/** An actor with a retry policy that is about right. */
const retrying = fc
  .record(
    {
      max_attempts: amount,
      backoff_seconds: amount,
      backoff_factor: amount,
      max_backoff_seconds: amount,
      retry_on: fc.array(fc.oneof(fc.constantFrom('infrastructure', 'start', 'exit', 'oom', 'timeout'), text), {
        maxLength: 4,
      }),
    },
    { requiredKeys: [] },
  )
  .map((retry_policy) => ({ image: 'abaco/none', retry_policy }));

const scaling = fc
  .record(
    {
      min_workers: amount,
      messages_per_worker: amount,
      scale_up_age: amount,
      scale_up_step: amount,
      scale_up_cooldown: amount,
      worker_ttl: amount,
    },
    { requiredKeys: [] },
  )
  .map((settings) => ({ image: 'abaco/none', scaling: settings }));

const json = fc.oneof(
  retrying,
  scaling,
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(fieldName, fc.oneof(text, fc.jsonValue({ maxDepth: 2 }), fc.double(), fc.boolean()), { maxKeys: 8 }),
  fc.constantFrom(1e308, -0, 2 ** 53, [], {}, [[]], '\u0000', null),
);

const encoded = (value: string): string => {
  try {
    return encodeURIComponent(value);
  } catch {
    return '%ED%A0%80'; // half of a surrogate pair, as bytes that are no UTF-8
  }
};

const query = fc
  .array(fc.tuple(fieldName, text), { maxLength: 4 })
  .map((pairs) => pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&'));

/** A path of the service with whatever in the places of ids, or none of the service. */
const path = (known: readonly string[]): fc.Arbitrary<string> => {
  const id = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known) },
    text.map(encoded).filter((part) => part !== ''),
  );
  const template = fc.constantFrom(...new Set(endpoints.map((endpoint) => endpoint.path)), '/actors/search/{actor_id}');
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(template, fc.array(id, { minLength: 2, maxLength: 2 }), fc.constantFrom('', '', '/', '//'))
        .map(([from, ids, end]) => from.replace(/\{[^}]+\}/g, () => ids.shift() ?? 'x') + end),
    },
    fc.array(id, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
    fc.constantFrom('/', '//actors', '/actors/..', '/docs', '/docs-json', '/metrics', '/%', '/actors/%ff', '/cron'),
  );
};

const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/vnd.abaco+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  'text/plain',
  'text/plain; charset=latin1',
  'application/xml',
  '/',
  ';;;',
];

const multipart = fc
  .array(fc.tuple(fieldName, text), { maxLength: 3 })
  .map((parts) =>
    [
      ...parts.map(([name, value]) => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
      '--x--\r\n',
    ].join(''),
  );

const body: fc.Arbitrary<string | Buffer | undefined> = fc.oneof(
  fc.constant(undefined),
  json.map((value) => JSON.stringify(value)),
  query,
  multipart,
  text,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 200_000 }).map((depth) => '['.repeat(depth)),
  fc.integer({ min: 1, max: 2_000 }).map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
);

/** A value that an HTTP client can send in a header. */
const headerValue = text.map((raw) => raw.replace(/[^\x20-\x7e]/g, '?'));

const headers = fc.dictionary(
  fc.constantFrom(
    'accept', 'x-request-id', 'idempotency-key', 'if-match', 'if-none-match', 'tenant', 'prefer', 'origin',
    'last-event-id', 'x-forwarded-for', 'range', 'expect-ct', 'x-jwt-assertion-dev', 'authorization', 'assertion',
    'x-tapis-token', 'cookie',
  ), // prettier-ignore
  headerValue,
  { maxKeys: 3 },
);

/** @param ids of objects that exist, as they stand in paths */
export const hostileRequest = (ids: readonly string[]): fc.Arbitrary<HostileRequest> =>
  fc
    .tuple(fc.constantFrom(...METHODS), path(ids), query, headers, fc.constantFrom(...CONTENT_TYPES), body)
    .map(([method, at, search, given, type, payload]) => ({
      method,
      target: search === '' ? at : `${at}?${search}`,
      headers: payload === undefined ? given : { ...given, 'content-type': type },
      body: payload,
    }));
