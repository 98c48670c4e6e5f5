import { mongo } from 'mongoose';
import { StoreUnavailable } from './errors.js';

/** Errors of the driver that mean: no server, no connection, or no answer in time. */
const unavailable = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoOperationTimeoutError,
  mongo.MongoServerClosedError,
  mongo.MongoNotConnectedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoClientClosedError,
  mongo.MongoExpiredSessionError,
];

/** The same, of classes that the driver and mongoose do not export. */
const unavailableNames = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClosedError',
  'MongooseServerSelectionError',
  'DisconnectedError',
]);

/**
 * Answers of a server that cannot work now: it stops, or another one is or becomes primary, or too few members confirm in
 * time (the "retryable" and "state change" codes of the MongoDB drivers' specification), or its disk is full (14031).
 */
const unavailableCodes = new Set<unknown>([
  6, 7, 50, 64, 89, 91, 133, 134, 189, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436, 14031,
]);

/** Node's own errors, as the driver hands them on when it writes to a connection that the server has just closed. */
const unavailableSystemCodes = new Set<unknown>(['EPIPE', 'ERR_STREAM_DESTROYED']);

function isUnavailable(error: unknown): boolean {
  if (unavailable.some((type) => error instanceof type)) return true;
  if (error instanceof mongo.MongoServerError) return unavailableCodes.has(error.code);
  if (!(error instanceof Error)) return false;
  return unavailableNames.has(error.name) || unavailableSystemCodes.has((error as NodeJS.ErrnoException).code);
}

/** What callers see of an error: {@link StoreUnavailable} for all that a retry may cure, everything else as it is. */
export const storeError = (error: unknown): unknown =>
  isUnavailable(error) ? new StoreUnavailable({ cause: error }) : error;

/** True when a unique index refused the write: the one over `_id`, or the one that holds `field`. */
export function isDuplicate(error: unknown, field: string): boolean {
  if (!(error instanceof mongo.MongoServerError) || error.code !== 11000) return false;
  const keys = (error as { keyPattern?: object }).keyPattern;
  return keys !== undefined && field in keys;
}
