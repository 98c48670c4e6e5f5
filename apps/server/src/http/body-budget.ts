import type { FastifyRequest } from 'fastify';
import { MAX_BUFFERED_BODY } from './request-body.js';

/** Bytes of request bodies that this process holds in memory at a time: a store that answers slowly must not fill it with messages. */
export class BodyBudget {
  private held = 0;

  constructor(private readonly most: number) {}

  /** @returns what gives the bytes back, once however often it is called; undefined: there is no room for them */
  take(bytes: number): (() => void) | undefined {
    if (this.held + bytes > this.most) return undefined;
    this.held += bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.held -= bytes;
      isHeld = false;
    };
  }
}

/** Bytes that the body of a request may take. One without a length may have as many as any; a larger one is refused by its length. */
export function bufferedBytesOf({ headers }: Pick<FastifyRequest, 'headers'>): number {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (length === undefined) return encoding === undefined ? 0 : MAX_BUFFERED_BODY;
  return Math.min(Number(length) || 0, MAX_BUFFERED_BODY);
}
