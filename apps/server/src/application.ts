import type { Socket } from 'node:net';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AbacoConfig } from '@abaco/config';
import { errorEnvelope } from '@abaco/contract';
import type { Logger } from '@abaco/runtime';
import { setupBodies } from './http/body-parsing.js';
import { setupCors } from './http/cors.js';
import { stringifyResponse } from './http/json-source.js';
import { KnownPaths } from './http/known-paths.js';
import { MAX_BUFFERED_BODY } from './http/request-body.js';
import { requestId, setupRequestLog } from './http/request-log.js';
import { setupDocs } from './openapi/document.js';

/** Milliseconds without a byte in either direction after which a connection is dropped. */
const CONNECTION_TIMEOUT = 120_000;

/** Characters of one segment of a path: names of 255 characters, of which each may take 12 when it is percent-encoded. */
const MAX_PARAMETER_LENGTH = 4096;

/** The HTTP server under the application. @param version `version` of the answers to what is no request for a route */
export function createAdapter(version: string): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: MAX_BUFFERED_BODY,
    connectionTimeout: CONNECTION_TIMEOUT,
    exposeHeadRoutes: false, // a HEAD would run the handler of GET, which takes a result away
    genReqId: requestId,
    // An undecodable or too long path: no hook runs for it.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      void reply
        .code(error.statusCode ?? 400)
        .header('Access-Control-Allow-Origin', '*')
        .send(errorEnvelope(version, `Invalid request: ${error.message}.`));
    },
    clientErrorHandler: (error, socket) => refuseConnection(version, error, socket),
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
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Options for `NestFactory.create` that {@link configureApplication} counts on. */
export const applicationOptions = { bodyParser: false, abortOnError: false } as const;

/** Gives the application everything that is not in its modules. Call it before `init()` or `listen()`. */
export function configureApplication(app: NestFastifyApplication, config: AbacoConfig, logger: Logger): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const paths = app.get(KnownPaths);
  fastify.addHook('onRoute', ({ url, method }) => paths.add(url, [method].flat()));
  fastify.setReplySerializer(stringifyResponse);
  setupRequestLog(fastify, logger);
  setupCors(fastify, paths);
  setupBodies(app);
  setupDocs(app, config);
}
