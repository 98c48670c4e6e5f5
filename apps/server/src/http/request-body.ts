import type { Readable } from 'node:stream';

/** Largest body that is not streamed: JSON, forms and texts. 8 MiB. */
export const MAX_BUFFERED_BODY = 8 * 1024 * 1024;

/** Fields of a form. Each costs far more memory than its text, and forms are read before it is known who sends them. */
export const MAX_FORM_FIELDS = 1000;

/**
 * A request body as it came over the edge. Nothing is judged yet: what malformed JSON means differs between endpoints
 * (contract 2.0.2, 2.3, 2.4.2).
 */
export type RequestBody =
  | { readonly kind: 'none' }
  /** Sent with a JSON content type. `text` is the source, perhaps not JSON at all. */
  | { readonly kind: 'json'; readonly text: string }
  /** Urlencoded or multipart: name and value in the order of sending; parts with a file name are left out. */
  | { readonly kind: 'form'; readonly entries: readonly (readonly [name: string, value: string])[] }
  /** Exactly `application/octet-stream` on an endpoint that takes streams: to be read once, never buffered. */
  | { readonly kind: 'stream'; readonly stream: Readable }
  /** Any other content type, or none. */
  | { readonly kind: 'text'; readonly text: string };

export const noBody: RequestBody = { kind: 'none' };
