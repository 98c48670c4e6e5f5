import type { FastifyRequest } from 'fastify';
import { MAX_BUFFERED_BODY } from './request-body.js';

/** In place of a tenant: those whose tenant is not known before their bodies are read. */
const NOT_KNOWN = Symbol('not known');

/**
 * Bytes of request bodies that this process holds in memory at a time: a store that answers slowly must not fill it with messages.
 * A tenant may have half of them, so that slow or large requests of one do not keep all others out; so may all together that are not known.
 */
export class BodyBudget {
  private held = 0;
  private readonly holders = new Map<string | symbol, number>();
  private readonly share: number;

  /** @param most bytes; a body of the largest size always fits when none is held */
  constructor(private readonly most: number) {
    this.share = Math.max(most / 2, Math.min(most, MAX_BUFFERED_BODY));
  }

  /** @returns what gives the bytes back, once however often it is called; undefined: there is no room for them */
  take(bytes: number, tenant: string | undefined): (() => void) | undefined {
    const holder = tenant ?? NOT_KNOWN;
    if (this.held + bytes > this.most || this.heldBy(holder) + bytes > this.share) return undefined;
    this.add(holder, bytes);
    let isHeld = true;
    return () => {
      if (isHeld) this.add(holder, -bytes);
      isHeld = false;
    };
  }

  private heldBy(holder: string | symbol): number {
    return this.holders.get(holder) ?? 0;
  }

  private add(holder: string | symbol, bytes: number): void {
    this.held += bytes;
    const held = this.heldBy(holder) + bytes;
    if (held === 0) this.holders.delete(holder);
    else this.holders.set(holder, held);
  }
}

/** Fastify reads none. */
const WITHOUT_BODY = new Set(['GET', 'HEAD']);

/** Bytes that the body of a request may take. One without a length may have as many as any; a larger one is refused by its length. */
export function bufferedBytesOf({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): number {
  if (WITHOUT_BODY.has(method)) return 0;
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (length === undefined) return encoding === undefined ? 0 : MAX_BUFFERED_BODY;
  return Math.min(Number(length) || 0, MAX_BUFFERED_BODY);
}
