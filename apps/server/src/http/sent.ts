import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RequestBody } from './request-body.js';
import type { QueryParameters } from './query-parameters.js';

/** Where the named fields of a request can stand (contract 2.0.3). */
export interface Sent {
  readonly body: RequestBody;
  readonly query: QueryParameters;
}

/** Handler parameter: body and query of the request. */
export const SentFields = createParamDecorator((_: unknown, context: ExecutionContext): Sent => {
  const { body, query } = context.switchToHttp().getRequest<FastifyRequest>();
  return { body: body as RequestBody, query: query as QueryParameters };
});
