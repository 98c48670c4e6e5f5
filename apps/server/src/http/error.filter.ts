import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AbacoConfig } from '@abaco/config';
import { AbacoError, type ErrorKind } from '@abaco/contract';
import type { Logger } from '@abaco/runtime';
import { ABACO_CONFIG, ABACO_LOGGER } from '../tokens.js';
import { Answers } from './answers.js';
import { sendError } from './send-error.js';
import { BodyTooLarge, MethodNotAllowed } from './errors.js';
import { KnownPaths } from './known-paths.js';

/** Contract 2.0.2: nearly every error is a 400. */
const statuses: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  'not-found': 404,
  conflict: 409,
  precondition: 412,
  'too-large': 413,
  unprocessable: 422,
  'too-many': 429,
  unavailable: 503,
};

/** Seconds after which a client may try again: about as long as a reconnect to store or broker takes. */
const RETRY_AFTER = 5;

const WRONG_METHOD = 'Invalid request: the API endpoint does not exist or the provided HTTP method is not allowed.';
const UNKNOWN_PATH = 'Invalid request: the requested URL is not an Abaco endpoint.';

/** What the framework says in fewer words. */
const frameworkMessages: Readonly<Record<number, string>> = {
  413: new BodyTooLarge().message,
  415: 'The header Content-Type is malformed. Send a media type, for example application/json.',
};

/** Turns everything that is thrown into the error envelope. The only place that knows HTTP statuses of errors. */
@Injectable()
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly showTraceback: boolean;

  constructor(
    private readonly answers: Answers,
    private readonly paths: KnownPaths,
    @Inject(ABACO_CONFIG) config: AbacoConfig,
    @Inject(ABACO_LOGGER) private readonly logger: Logger,
  ) {
    this.showTraceback = config.web.show_traceback;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const request = http.getRequest<FastifyRequest>();
    request.failure = error;
    const { status, message } =
      request.is404 || error instanceof MethodNotAllowed
        ? this.noSuchRoute(request, reply)
        : this.explain(error, request);
    const retryAfter = retryAfterOf(error) ?? (status === 503 ? RETRY_AFTER : undefined);
    if (retryAfter !== undefined) reply.header('Retry-After', retryAfter);
    sendError(request, reply, this.answers, status, message);
  }

  private noSuchRoute(request: FastifyRequest, reply: FastifyReply): { status: number; message: string } {
    const methods = this.paths.methodsOf(request.url.split('?', 1)[0] ?? '/');
    if (methods.length === 0) return { status: 404, message: UNKNOWN_PATH };
    reply.header('Allow', [...methods, 'OPTIONS'].join(', '));
    return { status: 405, message: WRONG_METHOD };
  }

  private explain(error: unknown, request: FastifyRequest): { status: number; message: string } {
    if (error instanceof AbacoError) {
      return { status: statuses[error.kind], message: error.message };
    }
    if (error instanceof HttpException && error.getStatus() < 500) {
      const status = error.getStatus();
      return { status, message: frameworkMessages[status] ?? error.message };
    }
    if (request.raw.destroyed && !request.raw.complete) {
      this.logger.info({ request: request.id }, 'The client went away before its request was complete');
      return { status: 400, message: 'The request was broken off.' };
    }
    const name = error instanceof Error ? error.constructor.name : typeof error;
    const text = error instanceof Error ? error.message : String(error);
    this.logger.error(
      { err: error, request: request.id },
      `Request failed: ${request.method} ${request.routeOptions.url}`,
    );
    return {
      status: 500,
      message: this.withTraceback(`Unrecognized exception type: ${name}. Exception: ${text}`, error),
    };
  }

  private withTraceback(message: string, error: unknown): string {
    return this.showTraceback && error instanceof Error ? `${message}\n${error.stack ?? ''}` : message;
  }
}

const retryAfterOf = (error: unknown): number | undefined =>
  error instanceof AbacoError ? error.retryAfterSeconds : undefined;
