export type { ActorChanges, ActorRecord, ActorSettings, CronSettings, DueCron, MountRecord } from './actor-record.js';
export { faultCauses, type ActorFault, type FaultCause } from './actor-fault.js';
export { ActorFaults } from './actor-faults.js';
export type { ActorCron } from './actor-cron.js';
export { ActorRepository, type ActorVersions } from './actor-repository.js';
export { aliasDbid, type AliasDbid, type AliasRecord } from './alias-record.js';
export { AliasRepository } from './alias-repository.js';
export type { ClientRecord, SealedClientField } from './client-record.js';
export { ClientRepository } from './client-repository.js';
export { configDbid, type ConfigChanges, type ConfigDbid, type ConfigRecord } from './config-record.js';
export { ConfigRepository } from './config-repository.js';
export { BodyStore } from './body-store.js';
export {
  BodyMissing,
  DuplicateAlias,
  DuplicateConfig,
  DuplicateIdempotencyKey,
  StoreUnavailable,
  TooManyPermissions,
} from './errors.js';
export { DeadLetterRepository, type DeadLetter } from './dead-letter-repository.js';
export type { DeliveryRecord, EventRecord, EventTarget, EventType, LaneRecord } from './event-record.js';
export { EventRepository } from './event-repository.js';
export type {
  AttemptRecord,
  DeadLetterRecord,
  ExecutionOutcome,
  ExecutionProgress,
  ActorExecutions,
  ExecutionRecord,
  ExecutionSummary,
  ExecutionTotals,
  MessageRecord,
  ResourcesRecord,
  WaitingCount,
} from './execution-record.js';
export { ExecutionRepository } from './execution-repository.js';
export { ExecutionRetries, type FailedAttempt } from './execution-retries.js';
export type { HostRecord } from './host-record.js';
export { HostRepository } from './host-repository.js';
export type { FetchedImage, ImageRecord } from './image-record.js';
export { ImageRepository } from './image-repository.js';
export type { LogChunk } from './log-schema.js';
export { LogRepository, type LogPosition } from './log-repository.js';
export type { NonceRecord, StoredNonce } from './nonce-record.js';
export { NonceRepository } from './nonce-repository.js';
export { PendingEvents } from './pending-events.js';
export type { PageRequest, Position } from './page.js';
export { type FailureKind, failureKinds, type RetryPolicy } from './retry-policy.js';
export type { ScalingSettings } from './scaling-settings.js';
export type { ResultEntry } from './result-schema.js';
export { ResultRepository } from './result-repository.js';
export { RetiredMailboxRepository } from './retired-mailbox-repository.js';
export type { SearchCondition, SearchRequest, SearchValue } from './search/search-condition.js';
export { type FieldKind, searchFields, type SearchType, searchTypes, timeMembers } from './search/search-fields.js';
export { type Found, type LogHit, SearchRepository, type SearchScope } from './search/search-repository.js';
export { StatisticsRepository } from './statistics-repository.js';
export { Store } from './store.js';
export { StuckConnections } from './stuck-connections.js';
export { type EndedWaiting, WaitingExecutions } from './waiting-executions.js';
export type { WorkerCount, WorkerRecord } from './worker-record.js';
export { type RequestedWorker, WorkerRepository } from './worker-repository.js';
