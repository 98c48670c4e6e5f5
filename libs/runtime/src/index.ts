export { ActorCommands } from './actor-commands.js';
export type { ActorDescription } from './actor-description.js';
export { ActorQueries } from './actor-queries.js';
export { ActorNotFound, ExecutionNotFound, MessageNotAccepted, WorkerNotFound } from './errors.js';
export type { IncomingMessage } from './incoming-message.js';
