import type { AbacoConfig } from '@abaco/config';
import type { Caller } from './caller.js';

export type WebOptions = AbacoConfig['web'];

/** Header names in lower case, as Node gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Finds out who sends a request, from its headers alone. There is one implementation for each `web.access_control` mode
 * (contract 3.1); `OpenAccess` is that of mode `none`, `JwtAccess` of mode `jwt`.
 */
export abstract class AccessPolicy {
  /** @throws AbacoError when the request names no caller that may use the service */
  abstract callerOf(headers: RequestHeaders): Caller | Promise<Caller>;
}
