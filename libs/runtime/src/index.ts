export { AbacoModule, type AbacoAsyncOptions } from './abaco.module.js';
export type { AbacoOptions } from './abaco-options.js';
export { ActorCommands } from './actor-commands.js';
export type { ActorDescription, ActorUpdate } from './actor-description.js';
export { ActorQueries } from './actor-queries.js';
export {
  ActorInError,
  ActorIsStateful,
  ActorIsStateless,
  ActorNotFound,
  ExecutionNotFound,
  ExecutionNotRunning,
  MessageNotAccepted,
  WorkerNotFound,
} from './errors.js';
export type { ExecutionStatistics } from './execution-statistics.js';
export type { IncomingMessage } from './incoming-message.js';
export { silentLogger, type Logger } from './logger.js';
