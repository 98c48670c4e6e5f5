import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Deployment } from './deployment.js';

const RETRY_EVERY_MS = 300;

/** A message that was accepted in the end. */
export interface Insisted {
  readonly execution: string;
  /** Requests that it took. */
  readonly tries: number;
}

/**
 * Sends until the message is accepted, as a client does that wants it to run once: with the same key, again after 503 and after no
 * answer. @throws Error when it is refused otherwise
 */
export async function insist(bed: Deployment, actor: string, body: string | Buffer): Promise<Insisted> {
  const headers = { 'idempotency-key': randomUUID() };
  for (let tries = 1; ; tries++) {
    const sent = await bed.send(actor, body, headers).catch(() => undefined);
    if (sent?.status === 200) return { execution: sent.execution, tries };
    if (sent && sent.status !== 503) throw new Error(`A message was refused with ${sent.status}: ${sent.message}`);
    await pause(RETRY_EVERY_MS);
  }
}
