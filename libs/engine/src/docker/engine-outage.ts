import { EngineUnavailable } from '../errors.js';
import type { EngineClient } from './engine-client.js';
import type { EngineRefusal } from './engine-refusal.js';

/**
 * What an engine says in its own last moments, or in its first, of a container that it cannot start: of the connection to its containerd,
 * or of the request, which it gives up with itself.
 */
const GOING_DOWN =
  /client connection is closing|transport is closing|context canceled|error while dialing|code = Unavailable|ttrpc: closed/i;

/** Whether a refused start tells of the engine and not of the container: the same start may succeed when that is up again. */
export const isGoingDown = ({ status, reason }: EngineRefusal): boolean => status >= 500 && GOING_DOWN.test(reason);

export const outage = ({ address }: EngineClient, cause: EngineRefusal): EngineUnavailable =>
  new EngineUnavailable(`The container engine at ${address.location} is out of order: ${cause.message}.`, { cause });
