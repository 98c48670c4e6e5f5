import type { OpenAPIObject } from '@nestjs/swagger';
import { envelope, nothing } from './operation.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Response = Extract<Operation['responses'][string], { description: string }>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const METHODS = ['get', 'post', 'put', 'delete'] as const;

/** Paths that ask nobody who they are. */
export const isPublic = (path: string): boolean => path.startsWith('/health/') || path === '/cron';

/** What every endpoint that asks for its caller may answer. */
const always: Readonly<Record<string, string>> = {
  400: 'No JWT or nonce provided.',
  429: 'Too many requests of this tenant. See Retry-After.',
  500: 'Unrecognized exception type: Error. Exception: something unforeseen',
  503: 'Store, broker or actor do not answer; nothing was accepted. See Retry-After.',
};

const ProblemDetails: Schemas[string] = {
  type: 'object',
  description: 'An error in the form of RFC 9457, for clients that accept application/problem+json',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  additionalProperties: false,
  properties: {
    type: { type: 'string', enum: ['about:blank'] },
    title: { type: 'string', example: 'Bad Request' },
    status: { type: 'integer', minimum: 400, maximum: 599, example: 400 },
    detail: { type: 'string', example: 'No JWT or nonce provided.' },
    instance: { type: 'string', example: '/requests/6b1f', description: 'Id of the request, as in the log' },
  },
};

const requestIdHeader = {
  description: 'Id of the request, as in the log',
  schema: { type: 'string', example: '6b1f4c1e-1f0e-4b9d-9d41-1d6b0d1a3c55' },
} as const;
const retryAfterHeader = { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 } } as const;
const etagHeader = {
  description: 'Entity tag of what is shown',
  schema: { type: 'string', example: '"7-x2Fq"' },
} as const;

/** Adds what all operations have in common: errors, their other form, headers. */
export function addCommonParts(document: OpenAPIObject): void {
  ((document.components ??= {}).schemas ??= {})['ProblemDetails'] = ProblemDetails;
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation !== undefined) complete(path, operation);
    }
  }
}

/** Answers have the members that are described and no others; what is not known in requests is ignored. */
export function closeAnswers(document: OpenAPIObject): void {
  const operations = Object.values(document.paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
  const schemas = document.components?.schemas ?? {};
  const answered = reachable(
    schemas,
    operations.map(({ responses }) => responses),
  );
  const sent = reachable(
    schemas,
    operations.map(({ requestBody }) => requestBody),
  );
  for (const [name, schema] of Object.entries(schemas)) {
    if ('$ref' in schema || schema.properties === undefined || !answered.has(name) || sent.has(name)) continue;
    schema.additionalProperties ??= false;
  }
}

/** Names of the schemas that parts of a description refer to, directly or by others. */
function reachable(schemas: Schemas, parts: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (found.has(name)) continue;
      found.add(name);
      look(schemas[name]);
    }
  };
  look(parts);
  return found;
}

function complete(path: string, operation: Operation): void {
  const { responses } = operation;
  if (!isPublic(path)) {
    for (const [status, message] of Object.entries(always)) responses[status] ??= errorOf(message);
    if (path.includes('{')) responses['404'] ??= errorOf("Actor with identifier 'x' not found");
    if (operation.requestBody !== undefined) responses['415'] ??= errorOf('The header Content-Type is malformed.');
    if (operation.requestBody !== undefined)
      responses['413'] ??= errorOf('The request body is larger than 8388608 bytes.');
  }
  for (const [status, response] of Object.entries(responses)) {
    if (response === undefined || '$ref' in response) continue;
    response.headers = { ...response.headers, 'X-Request-Id': requestIdHeader };
    if (status === '429' || status === '503') response.headers['Retry-After'] = retryAfterHeader;
    if (status === '304' || (status === '200' && isTagged(operation))) response.headers['ETag'] = etagHeader;
    if (Number(status) >= 400) addProblemDetails(response);
  }
}

/** Whether the answer has an entity tag: it can be asked for by one, or changed for one. */
const isTagged = ({ parameters = [] }: Operation): boolean =>
  parameters.some((parameter) => 'name' in parameter && parameter.name === 'If-None-Match');

function errorOf(message: string): Response {
  return { description: message, content: { 'application/json': { schema: envelope('error', message, nothing) } } };
}

function addProblemDetails(response: Response): void {
  response.content = {
    ...response.content,
    'application/problem+json': { schema: { $ref: '#/components/schemas/ProblemDetails' } },
  };
}
