import { AbacoError } from '@abaco/contract';

/** A request to an authorization server that gave nothing usable. The message has neither URL nor anything that was sent. */
export class AuthorizationFailed extends Error {
  constructor(
    reason: string,
    /** Status of the answer, if there was one. */
    readonly status: number | undefined,
    /** The request may have reached the server, and have had its effect. */
    readonly reached: boolean,
  ) {
    super(reason);
  }

  /** The server knows the account or client and refuses it: asking again gives the same. */
  get isRefusal(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** A worker has no OAuth client, or an execution no token. `retry`: another attempt may succeed (contract 7). */
export class ClientFailed extends AbacoError {
  readonly kind = 'unavailable';

  private constructor(
    message: string,
    readonly retry: boolean,
  ) {
    super(message);
  }

  static canRetry(worker: string, reason: string): ClientFailed {
    return new ClientFailed(`AgaveClientFailedCanRetry error for worker ${worker}: ${reason}`, true);
  }

  static doNotRetry(worker: string, reason: string): ClientFailed {
    return new ClientFailed(`AgaveClientFailedDoNotRetry error for worker ${worker}: ${reason}`, false);
  }

  static invalid(reason: string): ClientFailed {
    return new ClientFailed(`Invalid command parameters: ${reason}`, false);
  }
}
