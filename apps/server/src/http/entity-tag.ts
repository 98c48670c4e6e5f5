import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MalformedEntityTag } from './errors.js';

/** An entity tag of RFC 9110, 8.8.3. */
const TAG = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/g;
const LIST = /^\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*\s*$/;

/**
 * The ETag of a representation: the version of the actor, which its users change, and a digest of all that is shown, which
 * the service changes too (`status`). Caches compare the whole; a change by a user asks for the version alone, so that it is not refused
 * because a worker has become READY.
 */
export function entityTag(version: number, shown: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 16);
  return `"${version}-${digest}"`;
}

/**
 * Sets the ETag of an answer.
 * @returns whether the client has this representation already (`If-None-Match`); the status is 304 then and there is no body
 */
export function tagged(request: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('ETag', tag).header('Cache-Control', 'private, no-cache');
  const known = request.headers['if-none-match'];
  if (known === undefined || !['GET', 'HEAD'].includes(request.method)) return false;
  const matches = known.trim() === '*' || [...known.matchAll(TAG)].some(([, , opaque]) => `"${opaque}"` === tag);
  if (matches) reply.code(304);
  return matches;
}

/**
 * The versions that `If-Match` allows; undefined when any will do. Weak tags and those of other services allow none.
 * @throws MalformedEntityTag
 */
export function versionsOf({ headers }: FastifyRequest): readonly number[] | undefined {
  const wanted = headers['if-match'];
  if (wanted === undefined || wanted.trim() === '*') return undefined;
  if (!LIST.test(wanted)) throw new MalformedEntityTag();
  return [...wanted.matchAll(TAG)].flatMap(([, weak, opaque = '']) => {
    const version = /^(\d{1,15})-/.exec(opaque)?.[1];
    return weak === undefined && version !== undefined ? [Number(version)] : [];
  });
}
