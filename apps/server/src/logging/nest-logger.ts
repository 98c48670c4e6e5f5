import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@abaco/runtime';

/** Nest's own messages in the log of the process. What Nest says about its start is for developers: level debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...parameters: unknown[]): void {
    this.logger.debug(contextOf(parameters), textOf(message));
  }

  debug(message: unknown, ...parameters: unknown[]): void {
    this.logger.debug(contextOf(parameters), textOf(message));
  }

  verbose(message: unknown, ...parameters: unknown[]): void {
    this.logger.debug(contextOf(parameters), textOf(message));
  }

  warn(message: unknown, ...parameters: unknown[]): void {
    this.logger.warn(contextOf(parameters), textOf(message));
  }

  error(message: unknown, ...parameters: unknown[]): void {
    // Nest reports a failed start here and then throws it: whoever started the application explains it
    if (parameters.includes('ExceptionHandler')) return this.debug(message, ...parameters);
    this.logger.error(errorFields(message, parameters), textOf(message));
  }

  fatal(message: unknown, ...parameters: unknown[]): void {
    this.logger.error(errorFields(message, parameters), textOf(message));
  }
}

/** Nest gives the name of the part that speaks as the last parameter. */
function contextOf(parameters: readonly unknown[]): object {
  const context = parameters.at(-1);
  return typeof context === 'string' ? { context } : {};
}

/** Errors come as the message itself, or as a text followed by the stack. */
function errorFields(message: unknown, parameters: readonly unknown[]): object {
  const stack = parameters.find((parameter) => typeof parameter === 'string' && parameter.includes('\n    at '));
  return {
    ...contextOf(parameters.filter((parameter) => parameter !== stack)),
    err: message instanceof Error ? message : stack,
  };
}

const textOf = (message: unknown): string =>
  message instanceof Error ? message.message : typeof message === 'string' ? message : JSON.stringify(message);
