import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';

type Schema = NonNullable<Extract<Parameters<typeof ApiResponse>[0], { schema?: unknown }>['schema']>;

const envelope = (status: 'success' | 'error', message: string, result: Schema): Schema => ({
  type: 'object',
  required: ['message', 'status', 'version', 'result'],
  properties: {
    message: { type: 'string', example: message },
    status: { type: 'string', enum: [status] },
    version: { type: 'string', example: '1.0' },
    result,
  },
});

const nothing: Schema = { type: 'object', nullable: true, example: null };

export interface OperationOptions {
  readonly summary: string;
  readonly description?: string;
  /** `message` of the successful answer. */
  readonly message: string;
  /** What `result` is; none: null. */
  readonly result?: Type;
  readonly list?: boolean;
  /** What `result` is, where no class describes it. */
  readonly schema?: Schema;
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
  alsoAs,
  alsoWith,
  errors,
}: OperationOptions): MethodDecorator {
  const reference: Schema = result === undefined ? (schema ?? nothing) : { $ref: getSchemaPath(result) };
  const shown: Schema = list ? { type: 'array', items: reference } : reference;
  return applyDecorators(
    ...(result === undefined ? [] : [ApiExtraModels(result)]),
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
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
