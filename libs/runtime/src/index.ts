export type { AbacoOptions } from './abaco-options.js';
export { AbacoModule, type AbacoAsyncOptions } from './abaco.module.js';
export { ActorCommands } from './actor-commands.js';
export { describeActor, type ActorDescription, type ActorUpdate } from './actor-description.js';
export { ActorQueries } from './actor-queries.js';
export type { RedrivenMailbox } from './answers.js';
export {
  ActorChanged,
  ActorInError,
  ActorIsStateful,
  ActorIsStateless,
  ActorNotFound,
  ExecutionNotFound,
  ExecutionNotRunning,
  IdempotencyKeyReused,
  MessageNotAccepted,
  WorkerNotFound,
} from './errors.js';
export type { ExecutionStatistics } from './execution-statistics.js';
export type { IncomingMessage } from './incoming-message.js';
export { moduleLogger, silentLogger, type Logger } from './logger.js';
export {
  Administration,
  type ActorReport,
  type ExecutionsReport,
  type Totals,
  type Utilization,
} from './administration/administration.js';
export { Operator, type DeletedClients } from './administration/operator.js';
export type { StoppedWorkers } from './administration/stop-workers.js';
export { placeOfClient } from './clients/worker-clients.js';
export { Configs, type ConfigDescription } from './configs/configs.js';
export { ConfigActorRefused, ConfigNotFound, InvalidConfigActors, UnknownConfigActor } from './configs/errors.js';
export { displayCronTime, parseCronSchedule, type CronSchedule } from './cron/cron-schedule.js';
export { InvalidCronSchedule } from './cron/errors.js';
export { DeadLetters } from './dead-letters/dead-letters.js';
export { DeadLetterNotFound } from './dead-letters/errors.js';
export type { Redriven } from './dead-letters/redrive-dead-letter.js';
export { Deliveries, type ListedDelivery } from './events/deliveries.js';
export type { TokenProvider, TokenRequest } from './execution/access-token.js';
export { isWithin } from './execution/container-network.js';
export { environmentBytes, MAX_ENVIRONMENT_STRING, variableBytes } from './execution/environment-size.js';
export { InvalidLimit, memoryBytes } from './execution/memory-limit.js';
export { MAX_BACKOFF_SECONDS } from './execution/retry-rules.js';
export { AbacoFunction } from './functions/abaco-function.js';
export { InvalidFunctionActor } from './functions/function-settings.js';
export { Health, type HealthParts } from './health/health.js';
export { DirectoryFailed, type DirectoryService, type PosixAccount } from './host-access/directory-service.js';
export { QuotaExceeded } from './quotas/errors.js';
export { rotateStoredSecrets } from './rotation/rotate-stored-secrets.js';
export { NOTHING_ROTATED, rotate, type RotationProgress } from './rotation/rotate.js';
export { sealedClients, sealedNonces } from './rotation/sealed-values.js';
export { workerLimit } from './scaling/scaling-policy.js';
export { InvalidSearch } from './search/errors.js';
export { parseSearch, parseSearchType, type SearchParameters } from './search/search-parser.js';
export { SearchQueries, type SearchResult } from './search/search-queries.js';
export { ActorPermissions } from './sharing/actor-permissions.js';
export { Aliases } from './sharing/aliases.js';
export { AliasNotFound, InvalidPermissionLevel, NonceNotFound, NonceRefused } from './sharing/errors.js';
export { NonceVault } from './sharing/nonce-vault.js';
export { Nonces, type NonceDescription, type NonceTarget } from './sharing/nonces.js';
export {
  noTelemetry,
  type EndedExecution,
  type FailedExecution,
  type Mended,
  type MendedSubject,
  type Telemetry,
} from './telemetry/telemetry.js';
export { Usage, type UsageSnapshot } from './telemetry/usage.js';
export { MailboxNotEmpty, TooManyStreams, TooManyWaiting } from './watching/errors.js';
export {
  ExecutionStreams,
  type ExecutionStream,
  type LogEvent,
  type StatusEvent,
} from './watching/execution-streams.js';
export { SynchronousCalls, type SynchronousOutcome } from './watching/synchronous-calls.js';
export {
  functionImage,
  FunctionRefused,
  type FunctionContext,
  type FunctionHandler,
  type FunctionMessage,
} from '@abaco/engine';
