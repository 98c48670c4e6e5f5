import type { FastifyInstance } from 'fastify';
import type { KnownPaths } from './known-paths.js';

const PREFLIGHT_METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

/** Headers of answers that scripts of other origins may read. */
const EXPOSED_HEADERS = 'ETag, Link, Retry-After, X-Abaco-Execution-Id, X-Request-Id';

/**
 * Every origin may call every path, and OPTIONS is answered everywhere without authentication (contract 2.0.8). Written out
 * because @fastify/cors answers preflights with 204 and sends no `*` to requests without an origin.
 */
export function setupCors(fastify: FastifyInstance, paths: KnownPaths): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    reply.header('Access-Control-Allow-Origin', origin ?? '*');
    if (origin !== undefined) reply.header('Vary', 'Origin');
    reply.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (request.method !== 'OPTIONS') return;
    if (request.headers['access-control-request-method'] !== undefined) {
      reply.header('Access-Control-Allow-Methods', PREFLIGHT_METHODS);
      const headers = request.headers['access-control-request-headers'];
      if (headers !== undefined) reply.header('Access-Control-Allow-Headers', headers);
    }
    const methods = paths.methodsOf(request.url.split('?', 1)[0] ?? '/');
    if (methods.length > 0) reply.header('Allow', [...methods, 'OPTIONS'].join(', '));
    return reply.code(200).header('Content-Length', '0').send();
  });
}
