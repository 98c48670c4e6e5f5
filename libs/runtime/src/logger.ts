import type { LogModule } from '@abaco/config';

/** Structured logging, in the shape of pino. Fields never hold secrets or message bodies. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Default: as `error`. */
  fatal?(fields: object, message: string): void;
  /** A logger whose lines have these fields too. Default: the logger itself. */
  child?(fields: { readonly module: LogModule }): Logger;
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The log of one module, which can have a level of its own (`logs.levels`). */
export const moduleLogger = (logger: Logger, module: LogModule): Logger => logger.child?.({ module }) ?? logger;
