import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';

type Schema = NonNullable<Extract<Parameters<typeof ApiResponse>[0], { schema?: unknown }>['schema']>;

export const envelope = (status: 'success' | 'error', message: string, result: Schema): Schema => ({
  type: 'object',
  required: ['message', 'status', 'version', 'result'],
  additionalProperties: false,
  properties: {
    message: { type: 'string', example: message },
    status: { type: 'string', enum: [status] },
    version: { type: 'string', example: '1.0' },
    result,
  },
});

export const nothing: Schema = { type: 'null' }; // of JSON Schema, which the decorators' types do not know

/** Conditions of a search: their names are those of fields, so that no list of them ends. */
export const searchParameters = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({ name: 'search', required: false, type: String, description: 'Terms to rank by, better matches first' }),
    ApiQuery({ name: 'exactsearch', required: false, type: String, description: 'A phrase that must occur' }),
    ApiQuery({
      name: 'skip',
      required: false,
      schema: { type: 'integer', minimum: 0, default: 0 },
      description: 'Of a search: hits to leave out',
    }),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 0, maximum: 10_000, default: 100 },
      description: 'Of a search: most hits to show',
    }),
    ApiQuery({
      name: 'condition',
      required: false,
      style: 'form',
      explode: true,
      schema: { type: 'object', additionalProperties: { type: 'string' } },
      example: { 'status.in': '["COMPLETE","ERROR"]', 'cpu.between': '10,20' },
      description:
        'Every other parameter is a condition: `<field>` or `<field>.<operator>` with eq, neq, lt, lte, gt, gte, in, nin, ' +
        'between, like, nlike. Members of objects with dots: `final_state.ExitCode`.',
    }),
  );

export const searchResult: Schema = {
  type: 'object',
  required: ['_metadata', 'search'],
  additionalProperties: false,
  properties: {
    _metadata: {
      type: 'object',
      description: 'How many there are, and which of them these are',
      additionalProperties: { type: 'integer' },
      example: { total_count: 10, count_returned: 6, record_limit: 23, records_skipped: 4 },
    },
    search: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
};

/** Parameters of a list that can be had page by page. */
export const pageParameters = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'page_size',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 1_000 },
      description: 'Asks for one page of the list; the header Link says where it goes on',
    }),
    ApiQuery({ name: 'cursor', required: false, type: String, description: 'Where a page begins, as Link has it' }),
  );

export interface OperationOptions {
  readonly summary: string;
  readonly description: string;
  /** `message` of the successful answer. */
  readonly message: string;
  /** What `result` is; none: null. */
  readonly result?: Type;
  readonly list?: boolean;
  /** What `result` is, where no class describes it. */
  readonly schema?: Schema;
  /** With conditions in its query the same request is a search, which has another result. */
  readonly searches?: boolean;
  /** Other forms of the successful answer, by media type: bodies without an envelope. */
  readonly alsoAs?: Readonly<Record<string, Schema>>;
  /** Other successful statuses with the same result, and when they are answered. */
  readonly alsoWith?: Readonly<Record<number, string>>;
  /** Error statuses and when they are answered. */
  readonly errors?: Readonly<Record<number, string>>;
}

/** Describes an endpoint that answers with an envelope. */
export function operation({
  summary,
  description,
  message,
  result,
  list,
  schema,
  searches,
  alsoAs,
  alsoWith,
  errors,
}: OperationOptions): MethodDecorator {
  const reference: Schema = result === undefined ? (schema ?? nothing) : { $ref: getSchemaPath(result) };
  const plain: Schema = list ? { type: 'array', items: reference } : reference;
  const shown: Schema = searches ? { anyOf: [plain, searchResult] } : plain;
  return applyDecorators(
    ...(result === undefined ? [] : [ApiExtraModels(result)]),
    ...(searches ? [searchParameters()] : []),
    ApiOperation({ summary, description }),
    answer(200, message, { 'application/json': envelope('success', message, shown), ...alsoAs }),
    ...Object.entries(alsoWith ?? {}).map(([status, when]) =>
      answer(Number(status), when, { 'application/json': envelope('success', when, shown) }),
    ),
    ...errorResponses(errors ?? {}),
  );
}

const answer = (status: number, description: string, forms: Readonly<Record<string, Schema>>): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: Object.fromEntries(Object.entries(forms).map(([type, schema]) => [type, { schema }])),
  });

export const errorResponses = (errors: Readonly<Record<number, string>>): MethodDecorator[] =>
  Object.entries(errors).map(([status, description]) =>
    ApiResponse({
      status: Number(status),
      description,
      content: { 'application/json': { schema: envelope('error', description, nothing) } },
    }),
  );

/** What all endpoints of a resource have in common. */
export const resource = (tag: string): ClassDecorator =>
  applyDecorators(
    ApiTags(tag),
    ApiHeader({ name: 'tenant', required: false, description: 'Tenant to act in. Default: web.tenant_name' }),
    ApiHeader({ name: 'X-Request-Id', required: false, description: 'Repeated in the answer and in the log' }),
  );

/** Content types in which named fields may come (contract 2.0.3). */
export const fieldTypes = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'];

export const actorParam = (): MethodDecorator =>
  ApiParam({ name: 'actor_id', description: 'Id of the actor', example: 'NolBaJ5y6714M' });

export const executionParam = (): MethodDecorator =>
  ApiParam({ name: 'execution_id', description: 'Id of the execution', example: 'JN0Boakk0VzKX' });

export const noSuchActor = { 404: 'No actor found with id: NolBaJ5y6714M.' } as const;
export const unavailable = {
  503: 'Store, broker or actor do not answer; nothing was accepted. See Retry-After.',
} as const;

/** What asks for an entity tag, and what one is asked for. */
export const ifNoneMatch = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'If-None-Match', required: false, description: 'ETags of what the client has already' }),
    ApiResponse({ status: 304, description: 'The client has it already' }),
  );

export const ifMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'ETag that the actor must have for the change to be made',
  });

export const changedSince = {
  412: 'Actor NolBaJ5y6714M has been changed since: its ETag is not the one of If-Match. Read it again and repeat your change.',
} as const;
