import type { Readable } from 'node:stream';
import type { ActorDbid } from '@abaco/contract';

/** A message as it came over the edge. */
export interface IncomingMessage {
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    /** `text` is the JSON source as received. */
    | { readonly kind: 'json'; readonly text: string }
    /** Consumed exactly once, to its end or until it fails. */
    | { readonly kind: 'binary'; readonly body: Readable };
  /** Value of `_abaco_Content_Type`. */
  readonly contentType: 'str' | 'application/json' | 'application/octet-stream';
  /** Query parameters of the request: environment variables of this execution. */
  readonly environment: Readonly<Record<string, string>>;
  /** The same key for the same actor returns the first execution. */
  readonly idempotencyKey?: string;
  /** Of an event: the actors whose events led to it. */
  readonly eventPath?: readonly ActorDbid[];
}
