export { AbacoError, ServiceUnavailable, type ErrorKind } from './abaco-error.js';
export {
  actorDbid,
  executionDbid,
  isHashId,
  newId,
  type ActorDbid,
  type ActorId,
  type Branded,
  type ExecutionDbid,
  type ExecutionId,
  type HostId,
  type TenantId,
  type WorkerId,
} from './ids.js';
export { isFinal, workerPredecessors, type ActorStatus, type ExecutionStatus, type WorkerStatus } from './statuses.js';
