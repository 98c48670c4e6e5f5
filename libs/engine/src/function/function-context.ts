/** A message as its sender meant it. */
export type FunctionMessage =
  | { readonly kind: 'text'; readonly text: string }
  /** `source` is the JSON as it was received: numbers beyond 2^53 are exact in it alone. */
  | { readonly kind: 'json'; readonly value: unknown; readonly source: string }
  | { readonly kind: 'binary'; readonly data: Buffer };

/** All that a function knows of its execution, and can do for it. */
export interface FunctionContext {
  readonly tenant: string;
  readonly actorId: string;
  readonly executionId: string;
  /** Which take of the message this is, from 1: after a crash a message may be run again. */
  readonly attempt: number;
  readonly message: FunctionMessage;
  /** What a container of the actor would find in its environment: defaults, query parameters, `_abaco_…`. */
  readonly environment: Readonly<Record<string, string>>;
  /** The actor's configs by name, decrypted. */
  readonly configs: ReadonlyMap<string, string>;
  /** The actor's state as it was at the start: a copy. */
  readonly state: unknown;
  /**
   * Aborted when the execution is halted, has run for too long, or the process ends. The function then has a grace of some seconds;
   * what it does after that is ignored.
   */
  readonly signal: AbortSignal;
  /** One line of the log, formatted as by `console.log`. */
  readonly log: (...data: unknown[]) => void;
  /** Raw output into the log, as to stdout. */
  readonly write: (chunk: string | Uint8Array) => void;
  /**
   * One result: bytes as they are, a string as UTF-8, anything else as JSON; `undefined` is none.
   * @throws ResultTooLarge beyond 131,072 bytes; TypeError when it cannot be JSON
   */
  readonly sendResult: (result: unknown) => void;
  /**
   * Replaces the state of a stateful actor, at once and for good.
   * @throws TypeError when it cannot be JSON, ActorIsStateless, ExecutionEnded, ServiceUnavailable
   */
  readonly setState: (state: unknown) => Promise<void>;
}

/**
 * Runs one message. What it returns, if not `undefined`, is a result, like those of `sendResult`. What it throws goes into the log with
 * its stack, and the exit code is 1, as with a container that fails.
 */
export type FunctionHandler = (context: FunctionContext) => unknown;

/** What an execution hands to a function beyond what a container would get. */
export interface FunctionCall {
  readonly tenant: string;
  readonly actorId: string;
  readonly executionId: string;
  /** Undefined for a binary message: its bytes are the container's binary data. */
  readonly message: { readonly kind: 'text' | 'json'; readonly text: string } | undefined;
  readonly state: unknown;
  readonly configs: ReadonlyMap<string, string>;
  /** Rejects when `signal` aborts. */
  readonly setState: (state: unknown, signal: AbortSignal) => Promise<void>;
}
