/** Where the engine reports what it could not do for its caller. A pino logger fits. */
export interface EngineLogger {
  debug(context: object, message: string): void;
  warn(context: object, message: string): void;
}

export const silentLogger: EngineLogger = { debug: () => undefined, warn: () => undefined };
