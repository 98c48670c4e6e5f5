export { AbacoError, ServiceUnavailable, type ErrorKind } from './abaco-error.js';
export { displayTime, displayTimeOrNone } from './display-time.js';
export { DEFAULT_SUCCESS_MESSAGE, errorEnvelope, successEnvelope, type Envelope } from './envelope.js';
export { fieldHelp, invalidFieldMessage, type DescribedObject } from './field-help.js';
export {
  actorDbid,
  executionDbid,
  isHashId,
  newId,
  newNonceId,
  tenantOfNonce,
  type ActorDbid,
  type ActorId,
  type Branded,
  type ExecutionDbid,
  type ExecutionId,
  type HostId,
  type NonceId,
  type TenantId,
  type WorkerId,
} from './ids.js';
export { toCamel, toSnake, toWire, wireName, type LetterCase } from './letter-case.js';
export { defaultLinkPrefixes, Links, type LinkPrefixes } from './links.js';
export {
  JsonNumber,
  JsonSyntaxError,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
  parseLosslessJson,
  type LosslessJson,
} from './lossless-json.js';
export {
  grantedTo,
  includesLevel,
  type PermissionEntry,
  type PermissionLevel,
  permissionLevels,
  WORLD,
} from './permissions.js';
export { pythonRepr, pythonReprOfJson, pythonStr } from './python-repr.js';
export { isFinal, workerPredecessors, type ActorStatus, type ExecutionStatus, type WorkerStatus } from './statuses.js';
