import type { Socket } from 'node:net';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AbacoConfig } from '@abaco/config';
import { errorEnvelope } from '@abaco/contract';
import { type Logger, moduleLogger } from '@abaco/runtime';
import { openAuditLog } from './audit/audit-log.js';
import { setupAudit } from './audit/setup-audit.js';
import { setupBodies } from './http/body-parsing.js';
import { setupCors } from './http/cors.js';
import { stringifyResponse } from './http/json-source.js';
import { MethodNotAllowed } from './http/errors.js';
import { KnownPaths } from './http/known-paths.js';
import { MAX_BUFFERED_BODY } from './http/request-body.js';
import { withoutPrefix } from './http/path-prefixes.js';
import { sendError } from './http/send-error.js';
import { requestId, setupRequestLog } from './http/request-log.js';
import { Metrics } from './metrics/metrics.js';
import { setupDocs } from './openapi/document.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** HEAD runs the handler of GET and drops the body; where that would do harm, there is none. */
    noHead?: boolean;
  }
}

/** Milliseconds without a byte in either direction after which a connection is dropped. */
const CONNECTION_TIMEOUT = 120_000;

/** Characters of one segment of a path: names of 255 characters, of which each may take 12 when it is percent-encoded. */
const MAX_PARAMETER_LENGTH = 4096;

/** The HTTP server under the application. */
export function createAdapter({ general, web }: AbacoConfig): FastifyAdapter {
  const version = general.TAG; // of the answers to what is no request for a route
  return new FastifyAdapter({
    bodyLimit: MAX_BUFFERED_BODY,
    connectionTimeout: CONNECTION_TIMEOUT,
    genReqId: requestId,
    trustProxy: web.trusted_proxies.length > 0 && [...web.trusted_proxies],
    // An undecodable or too long path: no hook runs for it.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers({
        'Access-Control-Allow-Origin': '*',
        'X-Content-Type-Options': 'nosniff',
        'X-Request-Id': request.id,
      });
      const envelope = { error: (message: string) => errorEnvelope(version, message) };
      sendError(request, reply, envelope, error.statusCode ?? 400, `Invalid request: ${error.message}.`);
    },
    clientErrorHandler: (error, socket) => refuseConnection(version, error, socket),
    rewriteUrl: ({ url = '/' }) => withoutPrefix(url, web.path_prefixes),
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: MAX_PARAMETER_LENGTH,
    },
  });
}

/** Answers what is not even HTTP, or has too long headers. */
function refuseConnection(version: string, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const message = tooLong ? 'the URL or the headers are too long.' : 'this is not HTTP/1.1.';
  const body = JSON.stringify(errorEnvelope(version, `Invalid request: ${message}`));
  socket.end(
    `HTTP/1.1 ${tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\nContent-Type: application/json\r\n` +
      `Access-Control-Allow-Origin: *\r\nX-Content-Type-Options: nosniff\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Options for `NestFactory.create` that {@link configureApplication} counts on. */
export const applicationOptions = { bodyParser: false, abortOnError: false } as const;

/** Gives the application everything that is not in its modules. Call it before `init()` or `listen()`. */
export function configureApplication(app: NestFastifyApplication, config: AbacoConfig, logger: Logger): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const paths = app.get(KnownPaths);
  fastify.addHook('onRoute', ({ url, method, config: route }) => {
    paths.add(
      url,
      [method].flat().filter((each) => each !== 'HEAD' || !route?.noHead),
    );
  });
  fastify.setReplySerializer(stringifyResponse);
  setupRequestLog(fastify, moduleLogger(logger, 'http'));
  const audit = openAuditLog(config.logs, logger);
  if (audit) setupAudit(fastify, audit);
  const metrics = app.get(Metrics);
  fastify.addHook('onResponse', async ({ method, routeOptions }, { statusCode: status, elapsedTime }) => {
    metrics.requestAnswered({ method, route: routeOptions.url, status, seconds: elapsedTime / 1000 });
  });
  setupCors(fastify, paths);
  // after the hooks that set headers: no hook runs behind one that fails
  fastify.addHook('onRequest', ({ method, routeOptions }, _reply, done) => {
    done(method === 'HEAD' && routeOptions.config.noHead ? new MethodNotAllowed() : undefined);
  });
  setupBodies(app, config.web.max_buffered_bytes);
  if (config.general.roles.includes('api')) setupDocs(app, config);
}
