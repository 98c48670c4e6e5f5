import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isDenial } from './denials.js';

/** What a request has made, beside what its path names. Never a nonce itself. */
export type AuditedObjects = Readonly<
  Partial<Record<'actor' | 'alias' | 'config' | 'execution' | 'worker' | 'nonce', string>>
>;

/** One line of the audit log (docs/operations.md has the format for its readers). */
export interface AuditRecord {
  /** When the request was answered: ISO 8601, UTC. */
  readonly time: string;
  /** `X-Request-Id`. */
  readonly request: string;
  /** Null: the request did not say who sends it. */
  readonly tenant: string | null;
  readonly user: string | null;
  /** `none`: without access control; `nonce` and `id` of it by {@link fingerprint}. Null: no valid one. */
  readonly credential: { readonly kind: string; readonly id?: string } | null;
  /** Of the connection: behind a gateway, the gateway's. */
  readonly address: string;
  /** Method and template of the path. */
  readonly action: string;
  readonly resource: AuditedObjects;
  /** `denied`: the sender may not do it; `failed`: it was refused for another reason; `unknown`: the sender went away before the answer. */
  readonly outcome: 'done' | 'denied' | 'failed' | 'unknown';
  /** Of the answer; null without one. */
  readonly status: number | null;
  /** Class of the error. */
  readonly error?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What it was refused with. */
    failure?: unknown;
    /** What it has made. */
    created?: AuditedObjects;
  }
}

/** Says which nonce it was, without opening anything: 16 digits of its SHA-256. */
export const fingerprint = (nonce: string): string => createHash('sha256').update(nonce).digest('hex').slice(0, 16);

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * @param status of the answer; null when there was none
 * @returns undefined for what is not audited: reading that was not denied, and paths that there are not
 */
export function auditRecord(
  request: FastifyRequest,
  status: number | null,
  time = new Date(),
): AuditRecord | undefined {
  const denied = isDenial(request.failure);
  if (request.is404 || !(denied || CHANGING.has(request.method))) return undefined;
  const { caller, failure } = request;
  return {
    time: time.toISOString(),
    request: request.id,
    tenant: caller?.tenant ?? null,
    user: caller?.user ?? null,
    credential: caller ? (caller.credential ?? { kind: 'none' }) : null,
    address: request.ip,
    action: `${request.method} ${request.routeOptions.url ?? ''}`,
    resource: resourceOf(request),
    outcome: outcomeOf(status, denied),
    status,
    ...(failure instanceof Error && { error: failure.constructor.name }),
  };
}

function outcomeOf(status: number | null, denied: boolean): AuditRecord['outcome'] {
  if (denied) return 'denied';
  if (status === null) return 'unknown';
  return status < 400 ? 'done' : 'failed';
}

/** By the path as it was sent, where it was not resolved: with an alias in place of the actor, too. */
function resourceOf({ params, target, created, newExecution }: FastifyRequest): AuditedObjects {
  const path = (params ?? {}) as Readonly<Record<string, string | undefined>>;
  const found = {
    actor: target?.actor ?? path['actor_id'],
    alias: target?.alias?.alias ?? path['alias'],
    config: target?.config ?? path['config'],
    execution: path['execution_id'] ?? newExecution,
    worker: path['worker_id'],
    nonce: path['nonce_id'] === undefined ? undefined : fingerprint(path['nonce_id']),
    ...created,
  };
  return Object.fromEntries(Object.entries(found).filter(([, name]) => name !== undefined));
}
