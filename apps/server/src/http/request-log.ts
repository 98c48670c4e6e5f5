import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ANONYMOUS } from '@abaco/access';
import type { Logger } from '@abaco/runtime';

declare module 'fastify' {
  interface FastifyRequest {
    /** The execution that this request made, for the log. */
    newExecution?: string;
  }
}

/** A caller's own request id is kept when it looks like one. */
const requestIdPattern = /^[\w.:-]{1,128}$/;

export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}

/** Without the query; a nonce in the path is a secret. */
function pathOf({ originalUrl, params }: FastifyRequest): string {
  const path = originalUrl.split('?', 1)[0] ?? '';
  const { nonce_id } = (params ?? {}) as { nonce_id?: string };
  return nonce_id === undefined ? path : path.replace(/\/nonces\/+[^/]+/, '/nonces/***');
}

/**
 * One line for each answered request: what, for whom, how long. Never bodies, headers or query strings, which may hold
 * secrets.
 */
export function setupRequestLog(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id).header('X-Content-Type-Options', 'nosniff');
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const params = (request.params ?? {}) as Readonly<Record<string, string | undefined>>;
    const level = request.routeOptions.url?.startsWith('/health/') ? 'debug' : 'info';
    logger[level](
      {
        request: request.id,
        method: request.method,
        path: pathOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        tenant: request.caller?.tenant,
        user: request.caller?.user === ANONYMOUS ? undefined : request.caller?.user,
        actor: params['actor_id'],
        execution: params['execution_id'] ?? request.newExecution,
      },
      'Request answered',
    );
  });
}
